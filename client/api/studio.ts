import type { Static } from 'typebox'
import type {
  EvaluateResult,
  ResourceDraft,
  ResourceKind,
  ResourceSummary,
  ResourceVersion,
  StudioCatalog,
} from '../../server/contract/studio.ts'
import { get, post, put } from './http.ts'

const at = (kind: ResourceKind, id: string) => `/api/studio/resources/${kind}/${encodeURIComponent(id)}`

export const listResources = () => get<{ items: ResourceSummary[] }>('/api/studio/resources')
/** Begins something under a name; answers the id that was made of it. */
export const createResource = (kind: ResourceKind, name: string, idempotencyKey: string) =>
  post<{ id: string }>('/api/studio/resources', { kind, name }, { idempotencyKey })
export const readCatalog = () => get<StudioCatalog>('/api/studio/catalog')
export const openResource = (kind: ResourceKind, id: string) => get<ResourceDraft>(at(kind, id))
export const saveResource = (kind: ResourceKind, id: string, content: string, revision: number) =>
  put<ResourceDraft>(`${at(kind, id)}/draft`, { content, revision })
export const publishResource = (kind: ResourceKind, id: string, revision: number, idempotencyKey: string) =>
  post<{ version: number }>(`${at(kind, id)}/publish`, { revision }, { idempotencyKey })
export const readVersions = (kind: ResourceKind, id: string) =>
  get<{ items: Static<typeof ResourceVersion>[] }>(`${at(kind, id)}/versions`)

/** Tries a decision on one row of input; with content, as it stands in the designer. */
export const evaluateDecision = (id: string, input: Record<string, unknown>, content?: string) =>
  post<Static<typeof EvaluateResult>>(`/api/studio/decisions/${encodeURIComponent(id)}/evaluate`, {
    input,
    ...(content === undefined ? {} : { content }),
  })
