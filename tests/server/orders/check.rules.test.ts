import { describe, expect, it } from 'vitest'
import { checkOrder } from '../../../server/orders/check.rules.ts'
import { cancelLines } from '../../../server/orders/cancel.rules.ts'
import { claimRefund, recordOperation } from '../../../server/billing/refund.rules.ts'
import type { OperationRecord, OrderRecord } from '../../../server/orders/order.rules.ts'
import { aPaidOrder, allocated, must, now } from '../../support/an-order.ts'

/** An order with a refund that succeeded, a fee and a payment of its own for each way. */
function aRefundedOrder(): OrderRecord {
  const lines = [{ orderLineId: 'L1', quantity: 1 }]
  const order = allocated(aPaidOrder({ lines: [{ quantity: 3 }], shippingFee: 500, payments: [20000, 10500] }))
  const canceled = must(cancelLines(order, lines, { key: 'c', by: 'li', now, caseNo: 'AS1' })).order
  const claimed = must(
    claimRefund(canceled, {
      effectKey: 'r',
      refundNo: 'RF1',
      currency: 'CNY',
      amount: 10000,
      shipping: 500,
      lines: [{ orderLineId: 'L1', quantity: 1, amount: 9500, fee: 500 }],
      ways: [{ paymentId: 'P1', amount: 10000, idempotencyKey: 'k1' }],
      caseNo: 'AS1',
      reason: 'C32',
      requestedBy: 'customer',
      approvedBy: 'wang',
      now,
    }),
  )
  return (['submitted', 'succeeded'] as const).reduce(
    (current, to) => must(recordOperation(current, 'RF1/1', { to, now })),
    claimed,
  )
}

const withLine = (change: Partial<OrderRecord['lines'][number]>) => (order: OrderRecord) => ({
  ...order,
  lines: order.lines.map((line) => ({ ...line, ...change })),
})
const withOperation = (change: Partial<OperationRecord>) => (order: OrderRecord) => ({
  ...order,
  refunds: order.refunds.map((operation) => ({ ...operation, ...change })),
})

describe('what must never be true of an order', () => {
  it('is not found in a sound one', () => {
    expect(checkOrder(aRefundedOrder())).toEqual([])
  })

  it.each<[string, (order: OrderRecord) => OrderRecord]>([
    ['order.invariant_1', withOperation({ amount: 40000, lines: [], shipping: 40000 })],
    ['order.invariant_1', (order) => ({ ...order, payments: order.payments.map((one) => ({ ...one, captured: 1 })) })],
    ['order.invariant_2', withOperation({ amount: 9000 })],
    ['order.invariant_5', withLine({ canceled: 2 })],
    ['order.invariant_5', withLine({ fulfilled: 3, shipped: 3 })],
    ['order.invariant_6', withLine({ reserved: 3 })],
    ['order.invariant_7', withOperation({ currency: 'USD' })],
    ['order.invariant_7', withOperation({ lines: [{ orderLineId: 'L1', quantity: 2, amount: 9500, fee: 500 }] })],
    ['order.invariant_8', withOperation({ shipping: 1000 })],
    ['order.invariant_9', (order) => ({ ...order, refunds: [...order.refunds, ...order.refunds] })],
    ['order.invariant_12', withOperation({ approvedBy: 'customer' })],
    ['order.counters', withLine({ delivered: 1 })],
    ['order.counters', withLine({ reserved: 1.5 })],
    ['order.effect_twice', (order) => ({ ...order, changes: [...order.changes, ...order.changes] })],
    ['payment.captured', (order) => ({ ...order, payments: order.payments.map((one) => ({ ...one, authorized: 1 })) })],
    ['ledger.provider', (order) => ({ ...order, ledger: order.ledger.filter((entry) => entry.what !== 'captured') })],
    ['ledger.refunds', withOperation({ state: 'submitted' })],
    ['ledger.refunds', (order) => ({ ...order, ledger: order.ledger.filter((entry) => entry.what !== 'refunded') })],
    ['ledger.sales', (order) => ({ ...order, ledger: order.ledger.filter((entry) => entry.what !== 'canceled') })],
    ['ledger.twice', (order) => ({ ...order, ledger: [...order.ledger, ...order.ledger] })],
    [
      'ledger.unbalanced',
      (order) => ({
        ...order,
        ledger: order.ledger.map((entry) => ({ ...entry, postings: entry.postings.slice(0, 1) })),
      }),
    ],
  ])('is told as %s', (code, spoil) => {
    expect(checkOrder(spoil(aRefundedOrder())).map((violation) => violation.code)).toContain(code)
  })
})
