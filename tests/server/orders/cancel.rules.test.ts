import { describe, expect, it } from 'vitest'
import { cancelLines, hold, unhold } from '../../../server/orders/cancel.rules.ts'
import { checkOrder } from '../../../server/orders/check.rules.ts'
import { applyAllocation, complete, pack, startPicking } from '../../../server/orders/progress.rules.ts'
import type { OrderRecord } from '../../../server/orders/order.rules.ts'
import { lifecycles, mayMove, orderStateOf, paymentStateOf, stageOf } from '../../../server/orders/order.rules.ts'
import { place } from '../../../server/orders/place.rules.ts'
import {
  aNewOrder,
  aPaidOrder,
  allocated,
  anUnpaidOrder,
  delivered,
  handedOver,
  inTransit,
  must,
  now,
  packed,
  picking,
} from '../../support/an-order.ts'

const deed = (key = 'cancel-1', caseNo: string | null = 'AS1') => ({ key, by: 'li', now, caseNo })
const all = (order: OrderRecord) => order.lines.map((line) => ({ orderLineId: line.id, quantity: line.ordered }))

describe('the stage of a line', () => {
  const one = { lines: [{ quantity: 5 }] }
  it.each([
    ['unpaid', anUnpaidOrder(one)],
    ['paid', aPaidOrder(one)],
    ['allocated', allocated(aPaidOrder(one))],
    ['picking', picking(aPaidOrder(one))],
    ['packed', packed(aPaidOrder(one))],
    ['handedOver', handedOver(aPaidOrder(one))],
    ['inTransit', inTransit(aPaidOrder(one))],
    ['delivered', delivered(aPaidOrder(one))],
    ['completed', must(complete(delivered(aPaidOrder(one)), now))],
  ] as const)('is %s', (stage, order) => {
    expect(stageOf(order, order.lines[0]!)).toBe(stage)
    expect(checkOrder(order)).toEqual([])
  })

  it('is that of the requested quantity, the least advanced units first', () => {
    const order = picking(aPaidOrder(one), [{ orderLineId: 'L1', quantity: 2 }])

    expect([3, 4].map((quantity) => stageOf(order, order.lines[0]!, quantity))).toEqual(['allocated', 'picking'])
  })
})

describe('the state of an order', () => {
  it('is derived from lines and payments, and every way it goes is in the table', () => {
    const walk = [
      anUnpaidOrder(),
      aPaidOrder(),
      handedOver(aPaidOrder()),
      must(complete(delivered(aPaidOrder()), now)),
    ].map(orderStateOf)

    expect(walk).toEqual(['pending', 'confirmed', 'fulfilled', 'completed'])
    expect(walk.slice(1).every((state, index) => mayMove(lifecycles.order, walk[index]!, state))).toBe(true)
  })

  it('has final states without followers', () => {
    expect([lifecycles.order.completed, lifecycles.order.canceled, lifecycles.operation.succeeded]).toEqual([
      [],
      [],
      [],
    ])
  })

  it('is partly fulfilled while something is still open', () => {
    const order = handedOver(aPaidOrder({ lines: [{ quantity: 3 }] }), [{ orderLineId: 'L1', quantity: 1 }])

    expect(orderStateOf(order)).toBe('partiallyFulfilled')
  })
})

describe('placing an order', () => {
  it('freezes discount and tax per line so that they sum to the order', () => {
    // lessons 12, 16, 17
    const order = anUnpaidOrder({ lines: [{ unitPrice: 3333, quantity: 3 }, { unitPrice: 1 }], discount: 1000 })

    expect(order.lines.map((line) => line.paid)).toEqual([8999, 1])
    expect(order.lines.reduce((sum, line) => sum + line.discountShare, 0)).toBe(1000)
    expect(order.lines[0]!.taxShare).toBe(1035)
  })

  it.each([
    ['money.amount', { unitPrice: 12.5 }],
    ['money.amount', { unitPrice: -1 }],
    ['order.quantity', { quantity: 0 }],
    ['order.quantity', { quantity: 1.5 }],
  ])('is refused with %s for %j', (code, line) => {
    const draft = aNewOrder()
    Object.assign(draft.lines[0]!, line)

    expect(place(draft)).toMatchObject({ ok: false, refusal: { code } })
  })
})

describe('canceling lines', () => {
  it('releases exactly the reservation of what is canceled', () => {
    const order = allocated(aPaidOrder({ lines: [{ quantity: 5 }, { quantity: 2 }] }))

    const result = must(cancelLines(order, [{ orderLineId: 'L1', quantity: 2 }], deed()))

    expect(result.releases).toEqual([{ orderLineId: 'L1', quantity: 2, sku: 'SKU-1', warehouse: 'WH1' }])
    expect(result.order.lines.map((line) => [line.canceled, line.reserved])).toEqual([
      [2, 3],
      [0, 2],
    ])
    expect(checkOrder(result.order)).toEqual([])
  })

  it('releases nothing when nothing was reserved', () => {
    const result = must(cancelLines(aPaidOrder(), [{ orderLineId: 'L1', quantity: 1 }], deed()))

    expect(result.releases).toEqual([])
    expect(orderStateOf(result.order)).toBe('canceled')
  })

  it('takes the least advanced units first and undoes the fulfillment of the rest', () => {
    const order = picking(aPaidOrder({ lines: [{ quantity: 5 }] }), [{ orderLineId: 'L1', quantity: 2 }])

    const three = must(cancelLines(order, [{ orderLineId: 'L1', quantity: 3 }], deed())).order
    const five = must(cancelLines(order, [{ orderLineId: 'L1', quantity: 5 }], deed())).order

    expect(three.fulfillments).toMatchObject([{ state: 'pending', lines: [{ quantity: 2 }] }])
    expect(five.fulfillments).toMatchObject([{ state: 'canceled', lines: [] }])
    expect([...checkOrder(three), ...checkOrder(five)]).toEqual([])
  })

  it('counts the same line named twice as one', () => {
    // lesson 25
    const order = aPaidOrder({ lines: [{ quantity: 2 }] })
    const twice = [
      { orderLineId: 'L1', quantity: 1 },
      { orderLineId: 'L1', quantity: 2 },
    ]

    expect(cancelLines(order, twice, deed())).toMatchObject({ ok: false, refusal: { code: 'order.cannot_cancel' } })
  })

  it('refuses what has left the house with a sentence that says how many are left, and changes nothing', () => {
    // lessons 8, 23: say why, and on the line
    const order = handedOver(aPaidOrder({ lines: [{ quantity: 3 }] }), [{ orderLineId: 'L1', quantity: 2 }])

    const result = cancelLines(order, [{ orderLineId: 'L1', quantity: 2 }], deed())

    expect(result).toMatchObject({
      ok: false,
      refusal: {
        code: 'order.cannot_cancel',
        where: 'lines.L1',
        message: { zh: '「商品1」已发出 2 件，最多还能取消 1 件，您要取消 2 件。' },
        params: { blocked: [{ orderLineId: 'L1', quantity: 2, cancelable: 1 }] },
      },
    })
  })

  it('adds up over all cancellations, on every path', () => {
    // lesson 31
    let order = aPaidOrder({ lines: [{ quantity: 2 }] })
    order = must(cancelLines(order, [{ orderLineId: 'L1', quantity: 1 }], deed('a'))).order
    order = must(cancelLines(order, [{ orderLineId: 'L1', quantity: 1 }], deed('b'))).order

    expect(cancelLines(order, [{ orderLineId: 'L1', quantity: 1 }], deed('c')).ok).toBe(false)
  })

  it.each([
    ['order.line_unknown', [{ orderLineId: 'L9', quantity: 1 }]],
    ['order.quantity', [{ orderLineId: 'L1', quantity: 0 }]],
    ['order.quantity', [{ orderLineId: 'L1', quantity: 0.5 }]],
    ['order.nothing_to_cancel', []],
  ])('is refused with %s', (code, lines) => {
    // lesson 32: the original line is named, never "some line of that item"
    expect(cancelLines(aPaidOrder(), lines, deed())).toMatchObject({ ok: false, refusal: { code } })
  })

  it('done twice under one key is done once', () => {
    // reliability 2a.4
    const order = aPaidOrder({ lines: [{ quantity: 2 }] })
    const once = must(cancelLines(order, [{ orderLineId: 'L1', quantity: 1 }], deed()))

    const again = must(cancelLines(once.order, [{ orderLineId: 'L1', quantity: 1 }], deed()))

    expect(again).toMatchObject({ repeated: true, releases: [] })
    expect(again.order).toBe(once.order)
  })

  it('turns paid money into the customer’s credit, and an unpaid order into nothing owed', () => {
    const paid = must(
      cancelLines(aPaidOrder({ shippingFee: 1000 }), [{ orderLineId: 'L1', quantity: 1 }], deed()),
    ).order
    const unpaidOrder = anUnpaidOrder({ shippingFee: 1000 })
    const unpaid = must(cancelLines(unpaidOrder, all(unpaidOrder), deed())).order

    expect(paid.ledger.at(-1)?.postings).toEqual([
      { account: 'sales', amount: 10000 },
      { account: 'customerCredit', amount: -10000 },
    ])
    expect(unpaid.ledger.at(-1)?.postings).toEqual([
      { account: 'sales', amount: 10000 },
      { account: 'shipping', amount: 1000 },
      { account: 'receivable', amount: -11000 },
    ])
    expect([paymentStateOf(unpaid), unpaid.payments[0]!.state]).toEqual(['notPaid', 'voided'])
    expect([...checkOrder(paid), ...checkOrder(unpaid)]).toEqual([])
  })

  it('gives back to stock what was reserved too late for a line that is canceled', () => {
    // invariant 14: nothing stays reserved behind a canceled order
    const order = must(
      cancelLines(aPaidOrder({ lines: [{ quantity: 3 }] }), [{ orderLineId: 'L1', quantity: 2 }], deed()),
    ).order

    const late = applyAllocation(order, [{ orderLineId: 'L1', quantity: 3 }])

    expect(late.order.lines[0]!.reserved).toBe(1)
    expect(late.releases).toMatchObject([{ quantity: 2 }])
  })
})

describe('a hold', () => {
  it('stops the warehouse and is undone without a trace', () => {
    const order = picking(aPaidOrder())

    const held = hold(order, deed(), '客户申请取消')

    expect(pack(held, 'F1')).toMatchObject({ ok: false, refusal: { code: 'order.on_hold' } })
    expect(startPicking(held, 'F2')).toMatchObject({ ok: false, refusal: { code: 'order.on_hold' } })
    expect(unhold(hold(held, deed(), '客户申请取消'), deed())).toEqual(order)
  })

  it('of one case does not end with another’s', () => {
    const held = hold(aPaidOrder(), deed('x', 'AS1'), '取消')

    expect(unhold(held, deed('y', 'AS2')).holds).toHaveLength(1)
  })
})
