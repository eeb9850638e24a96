import supertest from 'supertest'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp } from '../../../server/app.ts'
import { sign, signatureHeader } from '../../../server/billing/signature.ts'
import { createIdempotency } from '../../../server/http/idempotency.ts'
import { createMetrics } from '../../../server/http/metrics.ts'
import { noRateLimit } from '../../../server/http/rate-limit.ts'
import { silentLog } from '../../../server/log.ts'
import type { Shop } from '../../support/a-shop.ts'
import { aShop } from '../../support/a-shop.ts'
import { manual } from '../../../server/orders/place.rules.ts'
import { aNewOrder, must, now } from '../../support/an-order.ts'

const orderNo = 'SO261112-0427'
const deed = (key: string) => ({ key, by: 'customer', now, caseNo: 'AS1' })

let shop: Shop
let app: ReturnType<typeof createApp>
beforeEach(async () => {
  shop = await aShop()
  const metrics = createMetrics(false)
  app = createApp({
    routes: shop.routes,
    credentials: {
      session: async (role) => ({
        csrf: 'c',
        actor: { kind: 'user', userId: 'u', name: 'u', roles: [role], departmentId: null, sessionId: 's' },
      }),
      capability: async () => null,
      signed: shop.signed,
    },
    limiter: noRateLimit,
    idempotency: createIdempotency(shop.store, shop.clock, { id: 'test', alone: true }),
    audit: () => [],
    metrics,
    clock: shop.clock,
    ids: { next: () => 'request' },
    log: silentLog,
    version: '0',
    secure: false,
    trustProxy: 0,
    clientFolder: null,
    checkAnswers: true,
  })
})
afterEach(() => shop.close())

const get = (path: string, role = 'cs-cancel') => supertest(app).get(path).set('Cookie', `retour=${role}`)

describe('GET /api/orders', () => {
  it('finds by the end of the phone and shows it masked', async () => {
    await shop.sell()

    const answer = await get('/api/orders?q=6027')

    expect(answer.status).toBe(200)
    expect(answer.body.items).toMatchObject([
      { orderNo, phoneMasked: '138****6027', state: 'confirmed', stage: 'allocated', openCases: 0 },
    ])
    expect(answer.text).not.toContain('13812346027')
  })

  it('pages by cursor, newest first, and refuses a cursor that is not its own', async () => {
    for (const number of [1, 2, 3])
      must(
        await shop.orders.place({
          ...aNewOrder(),
          orderNo: `SO-${number}`,
          placedAt: `2026-11-0${number}T00:00:00.000Z`,
        }),
      )

    const first = await get('/api/orders?limit=2')
    const second = await get(`/api/orders?limit=2&after=${encodeURIComponent(first.body.next)}`)
    const forged = await get('/api/orders?after=forged')

    const numbers = [...first.body.items, ...second.body.items].map((item: { orderNo: string }) => item.orderNo)
    expect(numbers).toEqual(['SO-3', 'SO-2', 'SO-1'])
    expect(second.body.next).toBeNull()
    // reliability H17
    expect(forged.status).toBe(422)
  })

  it.each(['warehouse', 'inspector', 'merchandiser'])('is not for the role %s', async (role) => {
    expect((await get('/api/orders', role)).status).toBe(403)
  })
})

describe('GET /api/orders/:orderNo', () => {
  it('shows order, balance, stock and what may be done', async () => {
    await shop.sell({ lines: [{ quantity: 2 }] })

    const { body, status } = await get(`/api/orders/${orderNo}`)

    expect(status).toBe(200)
    expect(body).toMatchObject({
      order: {
        orderNo,
        balance: { paid: 20000, refunded: 0, held: 0, refundable: 20000 },
        customer: { address: '浙江省杭州市西湖区文三路 *** 号' },
        lines: [{ stage: 'allocated', reserved: 2, refundedQuantity: 0 }],
      },
      stock: [{ sku: 'SKU-1', onHand: 7, reserved: 2, available: 5 }],
      possibilities: [
        { deed: 'cancel', possible: true },
        { deed: 'merchantCancel', possible: true },
      ],
      customer: { orders12m: 1, spend12m: 20000 },
    })
  })

  it('says why nothing can be canceled any more', async () => {
    await shop.sell()
    must(await shop.orders.cancelLines(orderNo, [{ orderLineId: 'L1', quantity: 1 }], deed('c')))

    const { body } = await get(`/api/orders/${orderNo}`)

    expect(body.possibilities[0]).toEqual({
      deed: 'cancel',
      possible: false,
      why: { zh: '订单已取消', en: 'The order is canceled' },
    })
  })

  it('answers an order of another channel to a platform reviewer like one that does not exist', async () => {
    await shop.sell()
    must(
      await shop.orders.place({
        ...aNewOrder(),
        orderNo: 'SO-P',
        channel: { ...manual, code: 'platform', reviewer: 'platform' },
      }),
    )

    const foreign = await get(`/api/orders/${orderNo}`, 'platform')
    const absent = await get('/api/orders/SO-NONE', 'platform')

    expect([foreign.status, foreign.body.code, foreign.body.detail]).toEqual([
      404,
      absent.body.code,
      absent.body.detail,
    ])
    expect((await get('/api/orders/SO-P', 'platform')).status).toBe(200)
  })
})

describe('the lists', () => {
  it('show levels and movements to the warehouse', async () => {
    await shop.sell()

    const levels = await get('/api/stock-levels?q=SKU', 'warehouse')
    const movements = await get('/api/stock-movements?sku=SKU-1', 'warehouse')

    expect(levels.body.items).toMatchObject([{ sku: 'SKU-1', onHand: 6, reserved: 1, available: 5 }])
    expect(movements.body.items.map((item: { kind: string }) => item.kind).sort()).toEqual(['receipt', 'reserve'])
  })

  it('show products and customers', async () => {
    const product = {
      sku: 'A',
      name: '台灯',
      spec: '白',
      category: 'home',
      unit: '件',
      listPrice: 9900,
      currency: 'CNY',
    }
    must(await shop.products.save({ ...product, taxPercent: 13, returnClass: 'standard', substitutes: [] }))
    const customer = { id: 'C1', name: '郑书瑶', phone: '13812346027', mail: null, type: 'person', tier: 'silver' }
    must(await shop.customers.save({ ...customer, flag: 'none', address: '杭州' }))

    expect((await get('/api/products?q=灯')).body.items).toMatchObject([{ sku: 'A', listPrice: 9900 }])
    expect((await get('/api/customers?q=郑')).body.items).toEqual([
      { id: 'C1', name: '郑书瑶', phoneMasked: '138****6027', type: 'person', tier: 'silver', flag: 'none' },
    ])
  })

  it('show refunds and credit notes to those who see money, and to nobody else', async () => {
    expect((await get('/api/refunds', 'finance')).body).toEqual({ items: [], next: null })
    expect((await get('/api/credit-notes', 'finance')).body).toEqual({ items: [], next: null })
    expect((await get('/api/refunds', 'cs-cancel')).status).toBe(403)
  })
})

describe('POST /api/webhooks/payments/sandbox', () => {
  const at = Date.parse(now)
  const message = (id = 'e1', orderNumber = orderNo) =>
    JSON.stringify({
      id,
      type: 'payment.captured',
      data: { subject: 'P261112-1', orderNo: orderNumber, amount: 10000, currency: 'CNY', providerRef: 'x' },
    })
  const send = (body: string, signature: string) =>
    supertest(app)
      .post('/api/webhooks/payments/sandbox')
      .set('content-type', 'application/json')
      .set(signatureHeader, signature)
      .send(body)

  it('takes a signed message in, and applies it once however often it comes', async () => {
    // reliability R10, MSG-01
    must(await shop.orders.place(aNewOrder()))

    const answers = await Promise.all([1, 2, 3].map(() => send(message(), sign('a shared secret', message(), at))))
    await shop.drain({ repeat: 2 })

    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200])
    expect((await shop.order()).payments[0]).toMatchObject({ state: 'captured', captured: 10000 })
  })

  it.each([
    ['another secret', () => sign('guessed', message(), at)],
    ['other bytes', () => sign('a shared secret', message('e2'), at)],
    ['an old time', () => sign('a shared secret', message(), at - 600_000)],
    ['no signature', () => ''],
  ])('refuses %s and stores nothing', async (_what, signature) => {
    expect((await send(message(), signature())).status).toBe(401)
    expect(await shop.store.count('paymentEvents')).toBe(0)
  })
})
