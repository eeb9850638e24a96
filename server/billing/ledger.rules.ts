import type { LedgerRecord, OperationRecord, OrderRecord } from '../orders/order.rules.ts'
import { sum } from '../orders/order.rules.ts'

/**
 * Accounts of an order's ledger. Debits are positive, credits negative, an entry sums to 0 (reliability R7).
 * receivable: the customer owes us. customerCredit: we owe the customer. provider/<method>: the money that lies there.
 */
export type Account = 'receivable' | 'customerCredit' | 'sales' | 'shipping' | 'fee' | `provider/${string}`

type Posting = { account: Account; amount: number }

function entry(
  order: OrderRecord,
  what: LedgerRecord['what'],
  document: string,
  at: string,
  postings: Posting[],
): OrderRecord {
  const kept = postings.filter((posting) => posting.amount !== 0)
  if (kept.length === 0) return order
  const id = `${what}:${document}`
  if (order.ledger.some((record) => record.id === id)) return order
  return { ...order, ledger: [...order.ledger, { id, at, what, document, postings: kept }] }
}

export function postPlaced(order: OrderRecord): OrderRecord {
  const goods = sum(order.lines, (line) => line.paid)
  return entry(order, 'placed', order.orderNo, order.placedAt, [
    { account: 'receivable', amount: goods + order.shippingFee },
    { account: 'sales', amount: -goods },
    { account: 'shipping', amount: -order.shippingFee },
  ])
}

export function postCaptured(order: OrderRecord, document: string, method: string, amount: number, at: string) {
  return entry(order, 'captured', document, at, [
    { account: `provider/${method}`, amount },
    { account: 'receivable', amount: -amount },
  ])
}

/** Takes back the sale of canceled units: what was paid becomes the customer's credit, what was not paid is no longer owed. */
export function postCanceled(order: OrderRecord, document: string, share: number, shipping: number, at: string) {
  const owed = Math.max(0, balanceOfAccount(order, 'receivable'))
  const unpaid = Math.min(share + shipping, owed)
  return entry(order, 'canceled', document, at, [
    { account: 'sales', amount: share },
    { account: 'shipping', amount: shipping },
    { account: 'receivable', amount: -unpaid },
    { account: 'customerCredit', amount: unpaid - share - shipping },
  ])
}

/** A refund that the provider paid: the credit of the goods goes, what is kept is a fee, shipping is given back. */
export function postRefunded(order: OrderRecord, operation: OperationRecord, method: string, at: string) {
  const fee = sum(operation.lines, (line) => line.fee)
  return entry(order, 'refunded', operation.id, at, [
    { account: 'customerCredit', amount: operation.amount + fee - operation.shipping },
    { account: 'fee', amount: -fee },
    { account: 'shipping', amount: operation.shipping },
    { account: `provider/${method}`, amount: -operation.amount },
  ])
}

export const balanceOfAccount = (order: OrderRecord, account: Account): number =>
  sum(
    order.ledger.flatMap((record) => record.postings).filter((posting) => posting.account === account),
    (posting) => posting.amount,
  )
