import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RefundClaim } from '../../../server/billing/refund.rules.ts'
import { claimRefund, recordCapture, recordOperation, refundStateOf } from '../../../server/billing/refund.rules.ts'
import { balanceOfAccount } from '../../../server/billing/ledger.rules.ts'
import { cancelLines } from '../../../server/orders/cancel.rules.ts'
import { checkOrder } from '../../../server/orders/check.rules.ts'
import { previewRefund } from '../../../server/orders/preview.rules.ts'
import type { OperationState, OrderRecord, Quantity } from '../../../server/orders/order.rules.ts'
import { balanceOf, lifecycles, paymentStateOf } from '../../../server/orders/order.rules.ts'
import { aPaidOrder, allocated, anUnpaidOrder, must, now } from '../../support/an-order.ts'

/** Previews, cancels and shapes the claim, as the process does. */
function canceled(order: OrderRecord, lines: Quantity[], key = 'k1', fee: number | null = null) {
  const preview = previewRefund(
    order,
    { lines, initiator: 'customer', agreedFee: fee },
    lines.map((line) => ({ orderLineId: line.orderLineId, feeRate: fee === null ? 0 : 0.5, freightRefund: 'full' })),
  )
  const claim: RefundClaim = {
    effectKey: key,
    refundNo: `RF-${key}`,
    currency: 'CNY',
    amount: preview.amount,
    shipping: preview.shipping,
    lines: preview.lines,
    ways: preview.ways.map((way) => ({ ...way, idempotencyKey: `${key}:${way.paymentId}` })),
    caseNo: 'AS1',
    reason: 'C32',
    requestedBy: 'customer',
    approvedBy: null,
    now,
  }
  return { order: must(cancelLines(order, lines, { key, by: 'li', now, caseNo: 'AS1' })).order, claim }
}

const settle = (order: OrderRecord, to: OperationState[]): OrderRecord =>
  order.refunds.reduce(
    (current, operation) =>
      to.reduce((moved, state) => must(recordOperation(moved, operation.id, { to: state, now })), current),
    order,
  )

const one = [{ orderLineId: 'L1', quantity: 1 }]

describe('claiming a refund', () => {
  it('counts against the limit from the claim on, whatever comes of it', () => {
    // lessons 2, 22; reliability 2a.3
    const { order, claim } = canceled(aPaidOrder({ lines: [{ quantity: 2 }] }), one)

    const claimed = must(claimRefund(order, claim))

    expect(balanceOf(claimed)).toEqual({ paid: 20000, refunded: 0, held: 10000, refundable: 10000 })
    for (const path of [['submitted'], ['submitted', 'unknown']] as OperationState[][])
      expect(balanceOf(settle(claimed, path)).held).toBe(10000)
    expect(balanceOf(settle(claimed, ['submitted', 'failed'])).refundable).toBe(20000)
  })

  it('under one key claims once', () => {
    // lesson 3
    const { order, claim } = canceled(aPaidOrder(), one)
    const claimed = must(claimRefund(order, claim))

    expect(must(claimRefund(claimed, { ...claim, amount: 1 }))).toBe(claimed)
  })

  it('refuses more than is left, with both amounts in the sentence', () => {
    // lesson 8
    const { order, claim } = canceled(aPaidOrder({ payments: [6000] }), one)

    expect(claimRefund(order, { ...claim, amount: 9000, ways: [{ ...claim.ways[0]!, amount: 9000 }] })).toMatchObject({
      ok: false,
      refusal: {
        code: 'refund.exceeds',
        message: { en: 'Expected to refund at most 60.00 CNY, but 90.00 CNY was asked.' },
        params: { left: 6000, asked: 9000 },
      },
    })
  })

  it('refuses more than one payment took, even when the order as a whole could give it', () => {
    const { order, claim } = canceled(aPaidOrder({ lines: [{ quantity: 4 }], payments: [30000, 10000] }), [
      { orderLineId: 'L1', quantity: 2 },
    ])
    const wrongWay = { ...claim, ways: [{ paymentId: 'P2', amount: 20000, idempotencyKey: 'x' }] }

    expect(claimRefund(order, wrongWay)).toMatchObject({ ok: false, refusal: { code: 'refund.exceeds' } })
  })

  it('refuses a refund of what was not canceled', () => {
    // lesson 9: cancel and refund are separate steps, each visible
    const order = aPaidOrder()
    const { claim } = canceled(order, one)

    expect(claimRefund(order, claim)).toMatchObject({ ok: false, refusal: { code: 'refund.exceeds', where: 'L1' } })
  })

  it('refuses a line that is refunded already', () => {
    // lesson 11: clamped to paid per line
    const { order, claim } = canceled(aPaidOrder({ lines: [{ quantity: 3 }] }), one)
    const done = settle(must(claimRefund(order, claim)), ['submitted', 'succeeded'])

    expect(claimRefund(done, { ...claim, effectKey: 'k2', refundNo: 'RF-k2' })).toMatchObject({
      ok: false,
      refusal: { code: 'refund.exceeds', where: 'L1' },
    })
  })

  it('refuses who approves what he asked for', () => {
    const { order, claim } = canceled(aPaidOrder(), one)

    expect(claimRefund(order, { ...claim, requestedBy: 'li', approvedBy: 'li' })).toMatchObject({
      ok: false,
      refusal: { code: 'refund.four_eyes' },
    })
  })

  it('refuses another currency than was paid', () => {
    const { order, claim } = canceled(aPaidOrder(), one)

    expect(claimRefund(order, { ...claim, currency: 'USD' })).toMatchObject({
      ok: false,
      refusal: { code: 'money.currency' },
    })
  })

  it('allows several refunds of one payment, each with its own operation', () => {
    // lessons 4, 5, 19
    let order = aPaidOrder({ lines: [{ quantity: 3 }] })
    for (const key of ['a', 'b', 'c']) {
      const next = canceled(order, one, key)
      order = settle(must(claimRefund(next.order, next.claim)), [])
      const operation = order.refunds.at(-1)!
      order = must(recordOperation(order, operation.id, { to: 'submitted', now }))
      order = must(recordOperation(order, operation.id, { to: 'succeeded', now }))
    }

    expect(order.refunds.map((operation) => operation.idempotencyKey)).toEqual(['a:P1', 'b:P1', 'c:P1'])
    expect([balanceOf(order).refunded, paymentStateOf(order)]).toEqual([30000, 'refunded'])
    expect(checkOrder(order)).toEqual([])
  })
})

describe('a refund operation', () => {
  const claimed = () => {
    const { order, claim } = canceled(aPaidOrder({ shippingFee: 1000, payments: [8000, 3000] }), one)
    return must(claimRefund(order, claim))
  }

  it('moves only along its table, for every pair of states', () => {
    // reliability SM, MSG-03: allowed exactly where the table says, else nothing changes
    const states = Object.keys(lifecycles.operation) as OperationState[]
    for (const from of states)
      for (const to of states.filter((state) => state !== from)) {
        const order = { ...claimed() }
        order.refunds = order.refunds.map((operation) => ({ ...operation, state: from }))
        const result = recordOperation(order, order.refunds[0]!.id, { to, now })

        if (lifecycles.operation[from].includes(to)) expect(result.ok).toBe(true)
        else expect(result).toMatchObject({ ok: false, refusal: { code: 'refund.stale' } })
      }
  })

  it('keeps its key and its amount while its outcome is unknown', () => {
    // lesson 1
    const before = claimed().refunds.map((operation) => operation.idempotencyKey)
    const unknown = settle(claimed(), ['submitted', 'unknown'])

    expect(unknown.refunds.map((operation) => operation.idempotencyKey)).toEqual(before)
    expect(balanceOf(unknown).refundable).toBe(0)
  })

  it('is marked as reconciled when asking cleared it', () => {
    const order = settle(claimed(), ['submitted', 'unknown'])

    const cleared = must(recordOperation(order, order.refunds[0]!.id, { to: 'succeeded', now, asked: true }))

    expect(cleared.refunds[0]).toMatchObject({ state: 'succeeded', reconciledAt: now, queries: 1 })
  })

  it('books its success once, in the same step, and the entry sums to 0', () => {
    const order = settle(claimed(), ['submitted', 'succeeded'])

    const entries = order.ledger.filter((entry) => entry.what === 'refunded')
    expect(entries).toHaveLength(2)
    expect(entries.every((entry) => entry.postings.reduce((sum, posting) => sum + posting.amount, 0) === 0)).toBe(true)
    expect(balanceOfAccount(order, 'customerCredit')).toBe(0)
    expect(must(recordOperation(order, order.refunds[0]!.id, { to: 'succeeded', now }))).toBe(order)
  })

  it('leaves a fee in the house and nothing with the customer', () => {
    const { order, claim } = canceled(aPaidOrder(), one, 'k1', 1200)
    const done = settle(must(claimRefund(order, claim)), ['submitted', 'succeeded'])

    expect([balanceOfAccount(done, 'fee'), balanceOfAccount(done, 'customerCredit')]).toEqual([-1200, 0])
    expect(balanceOf(done).refunded).toBe(8800)
    expect(checkOrder(done)).toEqual([])
  })

  it('says of several ways the least settled one', () => {
    const order = claimed()
    const half = must(recordOperation(order, order.refunds[0]!.id, { to: 'submitted', now }))

    expect(refundStateOf(half.refunds)).toBe('submitted')
    expect(refundStateOf(settle(order, ['submitted', 'succeeded']).refunds)).toBe('succeeded')
  })
})

describe('a capture', () => {
  const news = (eventKey: string, amount: number) => ({ eventKey, amount, now })

  it('is booked once per event and never beyond what was authorized', () => {
    // lesson 6; reliability MSG-01
    const part = must(recordCapture(anUnpaidOrder(), 'P1', news('e1', 4000)))

    expect(must(recordCapture(part, 'P1', news('e1', 4000)))).toBe(part)
    expect(part.payments[0]).toMatchObject({ state: 'partiallyCaptured', captured: 4000 })
    expect(recordCapture(part, 'P1', news('e2', 7000))).toMatchObject({ ok: false, refusal: { code: 'payment.stale' } })
    expect(must(recordCapture(part, 'P1', news('e2', 6000))).payments[0]).toMatchObject({ state: 'captured' })
  })
})

describe('any sequence of cancellations and refunds', () => {
  const step = fc.record({
    line: fc.integer({ min: 1, max: 3 }),
    quantity: fc.integer({ min: 1, max: 4 }),
    fee: fc.option(fc.nat(5000)),
    end: fc.constantFrom<OperationState[]>(
      [],
      ['submitted'],
      ['submitted', 'unknown'],
      ['submitted', 'succeeded'],
      ['submitted', 'failed'],
      ['submitted', 'unknown', 'succeeded'],
      ['submitted', 'unknown', 'failed'],
    ),
  })
  const shape = fc.record({
    lines: fc.array(
      fc.record({ unitPrice: fc.integer({ min: 1, max: 99999 }), quantity: fc.integer({ min: 1, max: 7 }) }),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    discountShare: fc.double({ min: 0, max: 0.9, noNaN: true }),
    shippingFee: fc.nat(3000),
    steps: fc.array(step, { maxLength: 12 }),
  })

  it('keeps every invariant', () => {
    fc.assert(
      fc.property(shape, ({ lines, discountShare, shippingFee, steps }) => {
        const value = lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0)
        let order = allocated(aPaidOrder({ lines, shippingFee, discount: Math.floor(value * discountShare) }))
        for (const [index, { line, quantity, fee, end }] of steps.entries()) {
          const lines = [{ orderLineId: `L${line}`, quantity }]
          if (!cancelLines(order, lines, { key: 'try', by: 'li', now, caseNo: null }).ok) continue
          const next = canceled(order, lines, `k${index}`, fee)
          order = next.order
          if (next.claim.amount === 0) continue
          order = must(claimRefund(order, next.claim))
          for (const operation of order.refunds.filter((refund) => refund.effectKey === `k${index}`))
            for (const to of end) order = must(recordOperation(order, operation.id, { to, now }))

          expect(checkOrder(order)).toEqual([])
        }
        expect(checkOrder(order)).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  it('with everything canceled and refunded pays back exactly what was paid, to the last unit', () => {
    // lesson 30
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99999 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(3000),
        (price, units, ship) => {
          let order = aPaidOrder({ lines: [{ unitPrice: price, quantity: units }], shippingFee: ship })
          for (let unit = 0; unit < units; unit++) {
            const next = canceled(order, one, `k${unit}`)
            order = must(claimRefund(next.order, next.claim))
            const operation = order.refunds.at(-1)!
            for (const to of ['submitted', 'succeeded'] as const)
              order = must(recordOperation(order, operation.id, { to, now }))
          }

          expect(balanceOf(order)).toEqual({
            paid: price * units + ship,
            refunded: price * units + ship,
            held: 0,
            refundable: 0,
          })
          expect(balanceOfAccount(order, 'customerCredit')).toBe(0)
        },
      ),
    )
  })
})
