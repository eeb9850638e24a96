import type { IncomingHttpHeaders } from 'node:http'

/** What a provider said of a refund. A time-out, a 5xx or a broken connection is `unknown`: it may have paid. */
export type RefundAnswer =
  | { kind: 'succeeded'; providerRef: string }
  /** Taken, the outcome comes later by webhook or on asking. */
  | { kind: 'accepted'; providerRef: string }
  | { kind: 'declined'; providerRef: string | null; reason: string }
  | { kind: 'unknown'; reason: string }

/** `absent`: the provider never saw this key, so the same key may be sent again. */
export type QueryAnswer = RefundAnswer | { kind: 'absent' }

export interface RefundOrder {
  /** Fixed when the operation was claimed; never another one for this operation. */
  key: string
  paymentRef: string
  /** What the payment captured; the provider refunds no more than that. */
  paymentAmount: number
  amount: number
  currency: string
  orderNo: string
}

/** A message of a provider, read from its webhook. */
export interface ProviderEvent {
  eventId: string
  kind: 'refund.succeeded' | 'refund.failed' | 'payment.captured'
  /** Idempotency key of the refund, or reference of the payment. */
  subject: string
  orderNo: string
  amount: number
  currency: string
  providerRef: string
  reason: string | null
}

/** Where payments live. Implementations talk to the outside; everything else of billing is ours. */
export interface PaymentProvider {
  name: string
  refund(order: RefundOrder): Promise<RefundAnswer>
  query(key: string): Promise<QueryAnswer>
  /** Whether the provider signed these bytes, not long ago. */
  signed(headers: IncomingHttpHeaders, body: Buffer, now: string): boolean
  readEvent(body: unknown): ProviderEvent | null
}
