import type { HandoverPreview, Substitute, User, WorkCalendar } from '../../server/contract/identity.ts'
import { get, post, put } from './http.ts'

const ofUser = (userId: string) => `/api/users/${encodeURIComponent(userId)}/handover`

export const previewHandover = (userId: string, to: string) => get<HandoverPreview>(ofUser(userId), { to })

/** The user is shut out at once; refused whole with handover.blocked when the successor may not take a task. */
export const handOver = (userId: string, to: string, version: number, idempotencyKey: string) =>
  post<User>(ofUser(userId), { to, version }, { idempotencyKey })

/** Who gets one's own new work for a time; null ends it. */
export const setOwnSubstitute = (substitute: Substitute | null, version: number, idempotencyKey: string) =>
  put<User>('/api/session/substitute', { substitute, version }, { idempotencyKey })

export const listCalendars = async () => (await get<{ items: WorkCalendar[] }>('/api/calendars')).items

export const putCalendar = ({ id, ...rest }: WorkCalendar, idempotencyKey: string) =>
  put<null>(`/api/calendars/${encodeURIComponent(id)}`, rest, { idempotencyKey })
