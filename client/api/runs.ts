import type { RunDetail, RunSummary } from '../../server/contract/runs.ts'
import { get, post } from './http.ts'

const of = (processId: string) => `/api/processes/${encodeURIComponent(processId)}`

export const listRuns = (processId: string) => get<{ items: RunSummary[] }>(`${of(processId)}/runs`)
export const startRun = (processId: string, idempotencyKey: string) =>
  post<RunSummary>(`${of(processId)}/start`, undefined, { idempotencyKey })
/** Begins what a free part of the process offers. */
export const activateInRun = (runId: string, element: string, inner: readonly string[], idempotencyKey: string) =>
  post<null>(`/api/runs/${encodeURIComponent(runId)}/activate`, { element, inner }, { idempotencyKey })
export const readRun = (runId: string) => get<RunDetail>(`/api/runs/${encodeURIComponent(runId)}`)
