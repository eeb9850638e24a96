import type { PackSummary } from '../../server/contract/packs.ts'
import { get, post } from './http.ts'

export const listPacks = () => get<PackSummary[]>('/api/packs')
export const installPack = (id: string, sampleData: boolean, idempotencyKey: string) =>
  post<unknown>(`/api/packs/${encodeURIComponent(id)}/install`, { sampleData }, { idempotencyKey })
