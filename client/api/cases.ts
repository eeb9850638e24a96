import type {
  CaseDetail,
  CaseDiagram,
  CaseHistory,
  CaseKind,
  CaseOpened,
  CaseSummary,
  CancellationRequest,
  Communication,
  OpenCaseRequest,
  PolicyPreview,
} from '../../server/contract/cases.ts'
import { get, post } from './http.ts'
import type { Paged } from './orders.ts'

export interface CaseQuery {
  state?: string
  kind?: string
  orderNo?: string
  q?: string
  after?: string
  limit?: number
}

const at = (caseNo: string) => `/api/cases/${encodeURIComponent(caseNo)}`

export const listCases = (query: CaseQuery, signal?: AbortSignal) =>
  get<Paged<CaseSummary>>('/api/cases', { ...query }, signal ? { signal } : {})
export const readCase = (caseNo: string) => get<CaseDetail>(at(caseNo))
export const readCaseDiagram = (caseNo: string) => get<CaseDiagram>(`${at(caseNo)}/diagram`)
export const readCaseHistory = (caseNo: string) => get<CaseHistory>(`${at(caseNo)}/history`)

/** What the policy says before the case is opened. */
export const previewCase = (kind: CaseKind, orderNo: string, request: CancellationRequest) =>
  post<PolicyPreview>('/api/cases/preview', { kind, orderNo, request })

export const openCase = (request: OpenCaseRequest, idempotencyKey: string) =>
  post<CaseOpened>('/api/cases', request, { idempotencyKey })

export const writeCommunication = (
  caseNo: string,
  entry: { channel: string; direction: 'in' | 'out' | 'internal'; body: string; visible: boolean },
  idempotencyKey: string,
) => post<Communication>(`${at(caseNo)}/communications`, entry, { idempotencyKey })

export const cancelCase = (caseNo: string, reason: string, idempotencyKey: string) =>
  post<null>(`${at(caseNo)}/cancel`, { reason }, { idempotencyKey })

/** Begins what a free part of the process offers. */
export const activateFreeWork = (caseNo: string, element: string, inner: readonly string[], idempotencyKey: string) =>
  post<null>(`${at(caseNo)}/activate`, { element, inner }, { idempotencyKey })
