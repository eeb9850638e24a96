import type {
  CancellationRequest,
  CaseOpened,
  CustomerCase,
  CustomerOrder,
  PolicyPreview,
} from '../../server/contract/cases.ts'
import { get, post } from './http.ts'

/** The private link's right, sent as a header, so that it never stands in a log of addresses. */
const holding = (capability: string) => ({ 'x-retour-capability': capability })

export const lookUpOrder = (orderNo: string, phone: string) =>
  post<CustomerOrder>('/api/public/orders/lookup', { orderNo, phone })

export const previewCancellation = (capability: string, request: CancellationRequest) =>
  post<PolicyPreview>('/api/public/cancellations/preview', request, { headers: holding(capability) })

export const askCancellation = (capability: string, request: CancellationRequest, idempotencyKey: string) =>
  post<CaseOpened>('/api/public/cancellations', request, { idempotencyKey, headers: holding(capability) })

export const readCustomerCase = (capability: string) =>
  get<CustomerCase>('/api/public/case', undefined, { headers: holding(capability) })

export const answerQuestion = (capability: string, text: string, idempotencyKey: string) =>
  post<CustomerCase>('/api/public/case/answer', { text }, { idempotencyKey, headers: holding(capability) })

export const chooseOption = (capability: string, taskId: string, value: string, idempotencyKey: string) =>
  post<CustomerCase>('/api/public/case/choose', { taskId, value }, { idempotencyKey, headers: holding(capability) })

export const withdrawCase = (capability: string, comment: string, idempotencyKey: string) =>
  post<CustomerCase>('/api/public/case/withdraw', { comment }, { idempotencyKey, headers: holding(capability) })

export const writeMessage = (capability: string, text: string, idempotencyKey: string) =>
  post<CustomerCase>('/api/public/case/messages', { text }, { idempotencyKey, headers: holding(capability) })
