import type { Order } from '../../../server/contract/orders.ts'
import { compareInstants } from './instants.ts'

/** A movement of money between the customer and us, in the order of time, with what is left after it. Minor units. */
export interface MoneyRow {
  readonly key: string
  readonly at: string | null
  readonly number: string
  readonly kind: 'payment' | 'refund'
  readonly method: string
  readonly reference: string | null
  readonly caseNo: string | null
  readonly state: string
  readonly failure: string | null
  /** Signed as it counts: received plus, refunded minus. */
  readonly amount: number
  /** What does not count (only held at the provider, or failed) leaves the net as it was. */
  readonly counts: boolean
  /** Whether the provider has confirmed it; a refund on its way holds its amount already. */
  readonly settled: boolean
  readonly net: number
}

/** Payments and refunds with the running net; the last net is what can still be refunded (order-domain invariant 1). */
export function moneyRowsOf(order: Pick<Order, 'payments' | 'refunds'>): MoneyRow[] {
  const rows: Omit<MoneyRow, 'net'>[] = [
    ...order.payments.map((payment) => ({
      key: `payment:${payment.id}`,
      at: payment.paidAt,
      number: payment.paymentNo,
      kind: 'payment' as const,
      method: payment.method,
      reference: payment.providerRef === payment.paymentNo ? null : payment.providerRef,
      caseNo: null,
      state: payment.state,
      failure: null,
      amount: payment.captured || payment.authorized,
      counts: payment.captured > 0,
      settled: payment.captured > 0,
    })),
    ...order.refunds.map((refund) => ({
      key: `refund:${refund.id}`,
      at: refund.settledAt ?? refund.claimedAt,
      number: refund.refundNo,
      kind: 'refund' as const,
      method: order.payments.find(({ id }) => id === refund.paymentId)?.method ?? '',
      reference: refund.providerRef,
      caseNo: refund.caseNo,
      state: refund.state,
      failure: refund.failure,
      amount: -refund.amount,
      counts: refund.state !== 'failed',
      settled: refund.state === 'succeeded' || refund.state === 'failed',
    })),
  ]
  let net = 0
  return rows
    .sort((a, b) => compareInstants(a.at, b.at))
    .map((row) => ({ ...row, net: (net += row.counts ? row.amount : 0) }))
}
