import type { FollowUp } from '../../workflows/runtime/ports.ts'
import type { OrderRecord } from './order.rules.ts'
import { balanceOf, orderStageOf, orderStateOf, paymentStateOf, sum, totalOf } from './order.rules.ts'
import type { OrderRow, RefundRow } from './orders-store.ts'

export const digitsOf = (phone: string): string => phone.replaceAll(/\D/g, '')

/** `138****6027`; nothing else of a phone number leaves the server. */
export function maskPhone(phone: string): string {
  const digits = digitsOf(phone)
  return digits.length < 7 ? `***${digits.slice(-2)}` : `${digits.slice(0, 3)}****${digits.slice(-4)}`
}

/** An address as staff sees it: the house number is hidden. */
export const maskAddress = (address: string): string => address.replaceAll(/[0-9０-９]+/g, '***')

/** The search row and the refund rows that follow from an order's new version. */
export function rowsOf(order: OrderRecord, version: number, before: OrderRecord | null): FollowUp[] {
  const rows: FollowUp[] = [
    { kind: 'put', collection: 'orderRows', id: order.orderNo, data: rowOf(order), revision: version },
  ]
  for (const operation of order.refunds) {
    if (before?.refunds.includes(operation)) continue
    const row: RefundRow = {
      id: operation.id,
      refundNo: operation.refundNo,
      orderNo: order.orderNo,
      caseNo: operation.caseNo,
      customerName: order.customer.name,
      method: order.payments.find((payment) => payment.id === operation.paymentId)?.method ?? '',
      amount: operation.amount,
      currency: operation.currency,
      state: operation.state,
      requestedBy: operation.requestedBy,
      approvedBy: operation.approvedBy,
      claimedAt: operation.claimedAt,
      settledAt: operation.settledAt,
      failure: operation.failure,
    }
    rows.push({ kind: 'put', collection: 'refundRows', id: operation.id, data: row, revision: version })
  }
  return rows
}

function rowOf(order: OrderRecord): OrderRow {
  const { paid, refunded } = balanceOf(order)
  const digits = digitsOf(order.customer.phone)
  const cancellations = order.changes.filter((change) => change.what === 'canceled')
  return {
    orderNo: order.orderNo,
    placedAt: order.placedAt,
    customerId: order.customer.id,
    customerName: order.customer.name,
    phone: digits,
    phoneSuffix: digits.slice(-4),
    phoneMasked: maskPhone(digits),
    tier: order.customer.tier,
    channel: order.channel.code,
    state: orderStateOf(order),
    paymentState: paymentStateOf(order),
    stage: orderStageOf(order),
    items: sum(order.lines, (line) => line.ordered),
    firstLine: order.lines[0]?.name ?? '',
    total: totalOf(order),
    paid,
    refunded,
    currency: order.currency,
    canceledByCustomer: cancellations.some((change) => change.by === 'customer'),
    cases: new Set(order.changes.map((change) => change.caseNo).filter((caseNo) => caseNo !== null)).size,
  }
}
