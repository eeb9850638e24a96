import { describe, expect, it } from 'vitest'
import { previewRefund } from '../../../server/orders/preview.rules.ts'
import { cancelLines } from '../../../server/orders/cancel.rules.ts'
import { aPaidOrder, anUnpaidOrder, handedOver, must, now } from '../../support/an-order.ts'

const decided = (orderLineId: string, more: object = {}) => ({
  orderLineId,
  outcome: 'auto',
  freightRefund: 'full',
  ...more,
})
const one = [{ orderLineId: 'L1', quantity: 1 }]

describe('the refund preview', () => {
  it('refunds what was really paid: discount follows the line, never the list price', () => {
    // lessons 11, 17
    const order = aPaidOrder({ lines: [{ unitPrice: 10000, quantity: 2 }, { unitPrice: 20000 }], discount: 4000 })

    const preview = previewRefund(order, { lines: one, initiator: 'customer' }, [decided('L1')])

    expect(preview).toMatchObject({ amount: 9000, goods: 9000, fee: 0, shipping: 0, whole: false })
    expect(preview.ways).toEqual([{ paymentId: 'P1', method: 'wechat', amount: 9000 }])
  })

  it('is worked out before quantities change, and the last unit takes the remainder', () => {
    // lessons 18, 19: canceling first does not make it 0, and part follows part
    let order = aPaidOrder({ lines: [{ unitPrice: 100, quantity: 3 }], discount: 100 })
    const amounts: number[] = []
    for (const key of ['a', 'b', 'c']) {
      amounts.push(previewRefund(order, { lines: one, initiator: 'customer' }, []).amount)
      order = must(cancelLines(order, one, { key, by: 'li', now, caseNo: null })).order
    }

    expect(amounts).toEqual([67, 67, 66])
  })

  it('gives the shipping fee back with the whole order, once, and not with a part', () => {
    const order = aPaidOrder({ lines: [{}, {}], shippingFee: 1500 })
    const whole = [
      { orderLineId: 'L1', quantity: 1 },
      { orderLineId: 'L2', quantity: 1 },
    ]
    const decisions = [decided('L1'), decided('L2')]

    expect(previewRefund(order, { lines: whole, initiator: 'customer' }, decisions)).toMatchObject({
      amount: 21500,
      shipping: 1500,
      whole: true,
    })
    expect(previewRefund(order, { lines: one, initiator: 'customer' }, decisions).shipping).toBe(0)
    expect(previewRefund(order, { lines: one, initiator: 'merchant' }, decisions).shipping).toBe(1500)
  })

  it.each([
    ['customer', 0],
    [null, 0],
    ['carrier', 1500],
  ])('gives shipping back by fault: %s', (fault, shipping) => {
    const order = aPaidOrder({ shippingFee: 1500 })

    const preview = previewRefund(order, { lines: one, initiator: 'customer', fault }, [
      decided('L1', { freightRefund: 'byFault' }),
    ])

    expect(preview.shipping).toBe(shipping)
  })

  it.each([
    ['at most the rate', {}, undefined, 5000],
    ['what really arose', {}, 1200, 1200],
    ['never more than the rate', {}, 9000, 5000],
    ['nothing when it was not told at order time', { policyAccepted: false }, 1200, 0],
  ])('keeps as a fee %s', (_what, given, agreedFee, fee) => {
    const order = aPaidOrder(given)

    const preview = previewRefund(order, { lines: one, initiator: 'customer', agreedFee: agreedFee ?? null }, [
      decided('L1', { feeRate: 0.5, feeBasis: '已发生的制作成本' }),
    ])

    expect([preview.fee, preview.amount]).toEqual([fee, 10000 - fee])
    expect(preview.breakdown.reduce((sum, row) => sum + row.amount, 0)).toBe(preview.amount)
  })

  it('leaves out lines that the decision does not cancel', () => {
    const order = aPaidOrder({ lines: [{}, {}] })
    const both = [...one, { orderLineId: 'L2', quantity: 1 }]

    const preview = previewRefund(order, { lines: both, initiator: 'customer' }, [
      decided('L1'),
      decided('L2', { outcome: 'refuse' }),
    ])

    expect(preview.lines.map((line) => line.orderLineId)).toEqual(['L1'])
  })

  it('offers only what is left to cancel', () => {
    // lesson 33
    const order = handedOver(aPaidOrder({ lines: [{ quantity: 3 }] }), [{ orderLineId: 'L1', quantity: 2 }])

    const preview = previewRefund(order, { lines: [{ orderLineId: 'L1', quantity: 3 }], initiator: 'customer' }, [])

    expect(preview.lines).toMatchObject([{ quantity: 1, amount: 10000 }])
  })

  it('splits by the payments as they were paid', () => {
    const order = aPaidOrder({ lines: [{ quantity: 4 }], payments: [30000, 10000] })

    const preview = previewRefund(order, { lines: [{ orderLineId: 'L1', quantity: 2 }], initiator: 'customer' }, [])

    expect(preview.ways.map((way) => [way.method, way.amount])).toEqual([
      ['wechat', 15000],
      ['balance', 5000],
    ])
  })

  it('pays back nothing that was not received, and says so', () => {
    // lessons 20, 21
    const unpaid = previewRefund(anUnpaidOrder(), { lines: one, initiator: 'customer' }, [])
    const part = previewRefund(aPaidOrder({ payments: [4000] }), { lines: one, initiator: 'customer' }, [])

    expect([unpaid.amount, unpaid.ways]).toEqual([0, []])
    expect(part.amount).toBe(4000)
    expect(part.breakdown.at(-1)).toMatchObject({ amount: -6000, label: { en: 'Not received, or refunded already' } })
  })
})
