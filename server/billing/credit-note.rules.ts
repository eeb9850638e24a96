import type { CreditNote } from '../contract/orders.ts'
import type { OrderRecord, RefundedLine } from '../orders/order.rules.ts'
import { sum } from '../orders/order.rules.ts'

/**
 * The document that mirrors what a refund took off the invoice: same lines, the other sign, equal to the refund to the last unit
 * (invariant 7, lesson 30). Null while nothing of the refund has succeeded.
 */
export function creditNoteOf(
  order: OrderRecord,
  refundNo: string,
  given: { creditNoteNo: string; invoiceNo: string; issuedAt: string },
): CreditNote | null {
  const operations = order.refunds.filter(
    (operation) => operation.refundNo === refundNo && operation.state === 'succeeded',
  )
  if (operations.length === 0) return null
  const parts = operations.flatMap((operation) => operation.lines)
  const of = (orderLineId: string, value: (part: RefundedLine) => number) =>
    sum(parts, (part) => (part.orderLineId === orderLineId ? value(part) : 0))
  const lines = order.lines
    .map((line) => ({
      orderLineId: line.id,
      name: line.name,
      quantity: of(line.id, (part) => part.quantity),
      amount: 0 - of(line.id, (part) => part.amount),
    }))
    .filter((line) => line.quantity > 0 || line.amount < 0)
  const shipping = sum(operations, (operation) => operation.shipping)
  if (shipping > 0) lines.push({ orderLineId: 'shipping', name: '运费', quantity: 1, amount: -shipping })
  return {
    ...given,
    orderNo: order.orderNo,
    refundNo,
    lines,
    total: sum(lines, (line) => line.amount),
    currency: order.currency,
  }
}
