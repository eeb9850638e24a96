import type { IncidentDataRequest, IncidentItem, IncidentSummary } from '../../server/contract/cases.ts'
import { get, post } from './http.ts'
import type { Paged } from './orders.ts'

export interface IncidentQuery {
  kind?: string
  processId?: string
  code?: string
  q?: string
  after?: string
  limit?: number
}

const at = (incidentId: string) => `/api/incidents/${encodeURIComponent(incidentId)}`

export const listIncidents = (query: IncidentQuery, signal?: AbortSignal) =>
  get<Paged<IncidentItem>>('/api/incidents', { ...query }, signal ? { signal } : {})
export const readIncidentSummary = () => get<IncidentSummary>('/api/incidents/summary')

/** Sets what a stuck step reads; it is tried again by `resolveIncident`. */
export const setIncidentData = (incidentId: string, values: IncidentDataRequest['values'], idempotencyKey: string) =>
  post<null>(`${at(incidentId)}/data`, { values }, { idempotencyKey })

export const resolveIncident = (incidentId: string, idempotencyKey: string) =>
  post<null>(`${at(incidentId)}/resolve`, undefined, { idempotencyKey })
