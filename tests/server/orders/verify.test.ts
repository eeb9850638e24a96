import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findViolations } from '../../../server/orders/verify.ts'
import type { Shop } from '../../support/a-shop.ts'
import { aShop } from '../../support/a-shop.ts'

let shop: Shop
beforeEach(async () => {
  shop = await aShop()
})
afterEach(() => shop.close())

/** Writes past the domains, as a bug or a hand in the database would. */
async function tamper<T>(collection: string, id: string, change: (data: T) => T) {
  const found = await shop.store.load<T>(collection, id)
  await shop.store.commit({
    aggregate: { collection, id, expectedVersion: found?.version ?? 0, data: change(found?.data as T) },
    followUps: [],
  })
}
const codes = async () => (await findViolations(shop.store)).map((violation) => violation.code)

describe('the check of a whole database', () => {
  it('finds nothing in a sound one', async () => {
    await shop.sell({ lines: [{ quantity: 2 }] })

    expect(await codes()).toEqual([])
  })

  it('finds a level that is not the sum of its movements, and reservations that no order has', async () => {
    await shop.sell()
    await tamper<{ onHand: number; reserved: number }>('stockLevels', 'SKU-1@WH1', (level) => ({
      ...level,
      onHand: level.onHand + 1,
      reserved: level.reserved + 1,
    }))

    expect(await codes()).toEqual(['stock.on_hand', 'stock.reserved', 'stock.reservations'])
  })

  it('finds an order that breaks an invariant', async () => {
    await shop.sell()
    await tamper<{ lines: object[] }>('orders', 'SO261112-0427', (order) => ({
      ...order,
      lines: order.lines.map((line) => ({ ...line, canceled: 9 })),
    }))

    expect(await codes()).toContain('order.invariant_5')
  })

  it('finds a credit note that mirrors nothing, and a gap in their numbers', async () => {
    await shop.sell()
    await tamper('creditNotes', 'RF-none', () => ({
      creditNoteNo: 'CR2026-000002',
      orderNo: 'SO261112-0427',
      refundNo: 'RF-none',
      invoiceNo: 'FP1',
      lines: [],
      total: -1,
      currency: 'CNY',
      issuedAt: shop.clock.now(),
    }))

    expect(await codes()).toEqual(['credit_note.mirror', 'credit_note.gap'])
  })
})
