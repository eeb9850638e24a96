import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findViolations } from '../../../server/orders/verify.ts'
import { levelId } from '../../../server/stock/stock.rules.ts'
import type { Shop } from '../../support/a-shop.ts'
import { aShop } from '../../support/a-shop.ts'
import { aNewOrder, must, now } from '../../support/an-order.ts'

const deed = (key: string, caseNo: string | null = 'AS1') => ({ key, by: 'li', now, caseNo })
const orderNo = 'SO261112-0427'

let shop: Shop
beforeEach(async () => {
  shop = await aShop()
})
afterEach(async () => {
  expect(await findViolations(shop.store)).toEqual([])
  await shop.close()
})

const level = async (sku = 'SKU-1') => (await shop.stock.rows.level(levelId(sku, 'WH1')))!

describe('placing an order', () => {
  it('reserves its goods on the stock levels, summed by SKU', async () => {
    // lesson 27: two lines of one SKU are one batch
    const order = await shop.sell({
      lines: [
        { sku: 'A', quantity: 2 },
        { sku: 'A', quantity: 3 },
      ],
    })

    expect(order.lines.map((line) => line.reserved)).toEqual([2, 3])
    expect((await level('A')).reserved).toBe(5)
  })

  it('twice under one number is one order', async () => {
    await shop.sell({ lines: [{ quantity: 2 }] })

    const again = must(await shop.orders.place(aNewOrder({ lines: [{ quantity: 9 }] })))
    await shop.drain()

    expect(again.lines[0]!.ordered).toBe(2)
    expect((await level()).reserved).toBe(2)
  })

  it('leaves a line open that stock does not cover, and reserves it once goods are in', async () => {
    must(await shop.orders.place(aNewOrder({ lines: [{ quantity: 2 }] })))
    await shop.drain()
    const short = (await shop.order()).lines[0]!.reserved

    const delivery = { sku: 'SKU-1', warehouse: 'WH1', name: '商品1', document: 'IN1', effect: 'in', quantity: 5 }
    must(await shop.stock.receive(delivery))
    must(await shop.stock.receive(delivery))
    must(await shop.orders.allocate(orderNo, deed('again')))
    await shop.drain({ repeat: 2 })

    expect([short, (await shop.order()).lines[0]!.reserved]).toEqual([0, 2])
    expect(await level()).toMatchObject({ onHand: 5, reserved: 2 })
  })
})

describe('canceling', () => {
  it('releases the stock through the level, once, however often its job runs', async () => {
    // lesson 28
    await shop.sell({ lines: [{ quantity: 3 }] })

    must(await shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 2 }], deed('c1')))
    await shop.drain({ repeat: 3 })

    expect((await shop.order()).lines[0]).toMatchObject({ canceled: 2, reserved: 1 })
    expect((await level()).reserved).toBe(1)
    const releases = await shop.stock.rows.movements({ document: orderNo, limit: 100 })
    expect(releases.items.filter((item) => item.data.kind === 'release')).toHaveLength(1)
  })

  it('before the reservation has arrived leaves nothing reserved behind', async () => {
    // order-domain invariant 14
    must(
      await shop.stock.receive({
        sku: 'SKU-1',
        warehouse: 'WH1',
        name: '商品1',
        document: 'IN1',
        effect: 'in',
        quantity: 5,
      }),
    )
    must(await shop.orders.place(aNewOrder({ lines: [{ quantity: 3 }] })))

    must(await shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 3 }], deed('c1')))
    await shop.drain({ repeat: 2 })

    expect(await level()).toMatchObject({ onHand: 5, reserved: 0 })
  })

  it('ends the hold of its case and no other', async () => {
    await shop.sell({ lines: [{ quantity: 3 }] })
    must(await shop.orders.hold(orderNo, deed('h1', 'AS1'), '取消申请'))
    must(await shop.orders.hold(orderNo, deed('h2', 'AS2'), '取消申请'))

    must(await shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 1 }], deed('c1', 'AS1')))
    await shop.drain()

    expect((await shop.order()).holds.map((held) => held.key)).toEqual(['AS2'])
  })

  it('twenty at once cancel no more than there is', async () => {
    await shop.sell({ lines: [{ quantity: 5 }] })

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 1 }], deed(`c${index}`)),
      ),
    )
    await shop.drain()

    expect(results.filter((result) => result.ok)).toHaveLength(5)
    expect(results.find((result) => !result.ok)).toMatchObject({ refusal: { code: 'order.cannot_cancel' } })
    expect((await level()).reserved).toBe(0)
  })

  it('twice at once under one key cancels once and answers both alike', async () => {
    await shop.sell({ lines: [{ quantity: 5 }] })

    const both = await Promise.all(
      [1, 2].map(() => shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 2 }], deed('same'))),
    )
    await shop.drain()

    expect(both[0]).toEqual(both[1])
    expect((await shop.order()).lines[0]!.canceled).toBe(2)
  })
})

describe('handing over', () => {
  it('issues the goods from stock and makes the quantity uncancelable', async () => {
    await shop.sell({ lines: [{ quantity: 2 }] })
    must(await shop.orders.startPicking(orderNo, deed('p'), 'F1'))
    must(await shop.orders.pack(orderNo, deed('k'), 'F1'))

    const shipment = { shipmentNo: 'OUT1', carrier: '顺丰', trackingNo: 'SF1' }
    must(await shop.orders.handOver(orderNo, deed('o'), 'F1', shipment))
    must(await shop.orders.handOver(orderNo, deed('o'), 'F1', shipment))
    await shop.drain({ repeat: 2 })

    expect(await level()).toMatchObject({ onHand: 5, reserved: 0 })
    expect(await shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 1 }], deed('c'))).toMatchObject({
      ok: false,
      refusal: { code: 'order.cannot_cancel' },
    })
  })
})

describe('finding an order', () => {
  it.each(['SO261112-0427', '0427', '郑书', '6027', '138 1234 6027'])('by %s', async (text) => {
    await shop.sell()

    const page = await shop.orders.rows.search({ text, limit: 10 })

    expect(page.items.map((item) => item.id)).toEqual([orderNo])
  })

  it('shows the newest state in its row', async () => {
    await shop.sell()
    must(await shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 1 }], deed('c')))
    await shop.drain()

    const page = await shop.orders.rows.search({ state: 'canceled', limit: 10 })

    expect(page.items[0]?.data).toMatchObject({ state: 'canceled', cases: 1, phoneMasked: '138****6027' })
  })

  it('as its customer needs number and phone', async () => {
    await shop.sell()

    const found = await Promise.all(
      ['13812346027', '+86 138-1234-6027', '13800000000', '6027'].map((phone) => shop.orders.lookUp(orderNo, phone)),
    )

    expect(found.map((order) => order !== null)).toEqual([true, true, false, false])
  })
})
