import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../workflows/model/json.ts'
import { balanceOf } from '../../../server/orders/order.rules.ts'
import { findViolations } from '../../../server/orders/verify.ts'
import type { Shop } from '../../support/a-shop.ts'
import { aShop } from '../../support/a-shop.ts'
import type { AnOrder } from '../../support/an-order.ts'

const orderNo = 'SO261112-0427'

let shop: Shop
beforeEach(async () => {
  shop = await aShop({ provider: true })
})
afterEach(async () => {
  await shop.drain()
  expect(await findViolations(shop.store)).toEqual([])
  await shop.close()
})

const variablesOf = (quantity: number, more: JsonObject = {}): JsonObject => ({
  order: { orderNo },
  req: { lines: [{ orderLineId: 'L1', quantity }], reason: 'C32' },
  case: { caseNo: 'AS261123-0001', kind: 'cancellation', openedBy: 'customer' },
  initiator: 'customer',
  ...more,
})

/** A refund as a process has it before refund.issue: previewed, and its lines canceled. */
async function canceled(given: AnOrder = {}, quantity = 1, key = 'pi-1:cancel') {
  if (!(await shop.orders.load(orderNo))) await shop.sell(given)
  const variables = variablesOf(quantity)
  const preview = await shop.run('refund.preview', variables, `${key}:preview`)
  const outcome = await shop.run('order.cancel-lines', variables, key)
  expect(outcome.kind).toBe('complete')
  return { ...variables, ...(preview.kind === 'complete' ? preview.variables : {}) }
}

describe('order.read', () => {
  it('tells a decision everything that it reads about the requested lines', async () => {
    await shop.sell({ lines: [{ quantity: 3, unitPrice: 5000 }] })

    const outcome = await shop.run('order.read', variablesOf(2), 'read')

    expect(outcome).toMatchObject({
      kind: 'complete',
      variables: {
        order: { orderNo, state: 'confirmed', paymentState: 'captured', stage: 'allocated', refundable: 15000 },
        lines: [{ orderLineId: 'L1', quantity: 2, cancelable: 3, stage: 'allocated', paidShare: 10000, kind: 'goods' }],
        customer: { name: '郑书瑶', phoneMasked: '138****6027', orders90: 1 },
        channel: { code: 'shop', reviewer: 'merchant' },
      },
    })
    expect(JSON.stringify(outcome)).not.toContain('13812346027')
  })

  it('throws order.not_found for an order that does not exist', async () => {
    expect(await shop.run('order.read', variablesOf(1), 'read')).toMatchObject({
      kind: 'error',
      code: 'order.not_found',
    })
  })
})

describe('order.cancel-lines', () => {
  it('answers the same when it runs again, and cancels once', async () => {
    await shop.sell({ lines: [{ quantity: 3 }] })

    const first = await shop.run('order.cancel-lines', variablesOf(2), 'k')
    const again = await shop.run('order.cancel-lines', variablesOf(2), 'k', 2)

    expect(first).toMatchObject({ variables: { canceled: { quantity: 2, whole: false, lines: [{ released: 2 }] } } })
    expect(again).toEqual(first)
  })

  it('throws order.cannot_cancel with the sentence, and cancels nothing', async () => {
    await shop.sell()

    expect(await shop.run('order.cancel-lines', variablesOf(2), 'k')).toMatchObject({
      kind: 'error',
      code: 'order.cannot_cancel',
      variables: { canceled: { blocked: [{ orderLineId: 'L1', quantity: 2, cancelable: 1 }] } },
    })
    expect((await shop.order()).lines[0]!.canceled).toBe(0)
  })

  it('leaves lines alone that the decision does not cancel', async () => {
    await shop.sell({ lines: [{}, {}] })
    const variables = variablesOf(1, {
      req: { lines: ['L1', 'L2'].map((orderLineId) => ({ orderLineId, quantity: 1 })) },
      lines: [
        { orderLineId: 'L1', outcome: 'auto' },
        { orderLineId: 'L2', outcome: 'refuse' },
      ],
    })

    await shop.run('order.cancel-lines', variables, 'k')

    expect((await shop.order()).lines.map((line) => line.canceled)).toEqual([1, 0])
  })
})

describe('order.hold and order.unhold', () => {
  it('undo each other for the case', async () => {
    await shop.sell()

    await shop.run('order.hold', variablesOf(1), 'h')
    const held = (await shop.order()).holds
    await shop.run('order.unhold', variablesOf(1), 'u')

    expect(held).toMatchObject([{ key: 'AS261123-0001' }])
    expect((await shop.order()).holds).toEqual([])
  })
})

describe('refund.issue', () => {
  it('pays once and books it', async () => {
    const variables = await canceled({ lines: [{ quantity: 2 }] })

    const outcome = await shop.run('refund.issue', variables, 'pi-1:refund')

    expect(outcome).toMatchObject({
      kind: 'complete',
      variables: { refund: { state: 'succeeded', refundNo: 'RF261123-0001', amount: 10000 } },
    })
    expect(balanceOf(await shop.order())).toEqual({ paid: 20000, refunded: 10000, held: 0, refundable: 10000 })
    expect((await shop.inspection()).refunds).toMatchObject([{ amount: 10000, effective: 1, requests: 1 }])
  })

  it('run again after a crash pays nothing again and answers the same', async () => {
    const variables = await canceled()

    const first = await shop.run('refund.issue', variables, 'pi-1:refund')
    const again = await shop.run('refund.issue', variables, 'pi-1:refund', 2)

    expect(again).toEqual(first)
    expect((await shop.inspection()).refunds).toMatchObject([{ effective: 1, requests: 1 }])
  })

  it.each(['loseAnswer', 'failAfter'])(
    'asks when the answer is lost after the effect (%s): paid exactly once',
    async (behavior) => {
      // lesson 1; reliability R4, I4
      const variables = await canceled()
      await shop.behave({ behavior, times: 1 })

      const outcome = await shop.run('refund.issue', variables, 'pi-1:refund')

      expect(outcome.kind).toBe('complete')
      expect((await shop.order()).refunds[0]).toMatchObject({
        state: 'succeeded',
        queries: 1,
        reconciledAt: expect.any(String),
      })
      expect((await shop.inspection()).refunds).toMatchObject([{ effective: 1, requests: 1 }])
    },
  )

  it.each(['failBefore', 'hangUp'])(
    'sends again under the same key when the provider never saw it (%s)',
    async (behavior) => {
      // order-domain invariant 9
      const variables = await canceled()
      await shop.behave({ behavior, times: 2 })

      const outcome = await shop.run('refund.issue', variables, 'pi-1:refund')

      const { refunds } = await shop.inspection()
      expect(outcome.kind).toBe('complete')
      expect(refunds).toMatchObject([{ effective: 1, key: (await shop.order()).refunds[0]!.idempotencyKey }])
    },
  )

  it('holds the amount while the outcome is unknown, and finds out at a later attempt', async () => {
    const variables = await canceled()
    await shop.behave({ behavior: 'hangUp' })
    const key = 'pi-1:refund'
    const open = await shop.run('refund.issue', variables, key)

    const held = balanceOf(await shop.order())
    await shop.behaveWell()
    const later = await shop.run('refund.issue', variables, key, 2)

    expect(open).toMatchObject({ kind: 'fail', retryAfter: expect.stringMatching(/^PT\d+S$/) })
    expect(held).toMatchObject({ held: 10000, refundable: 0 })
    expect(later.kind).toBe('complete')
    expect((await shop.inspection()).refunds).toMatchObject([{ effective: 1 }])
  })

  it('pays once when the same key is sent again while the first request is still in hand', async () => {
    const variables = await canceled()
    await shop.behave({ behavior: 'succeed', delayMs: 700, times: 1 })

    const outcome = await shop.run('refund.issue', variables, 'pi-1:refund')
    await expect.poll(async () => (await shop.inspection()).refunds[0]?.requests, { timeout: 5000 }).toBe(2)

    expect(outcome.kind).toBe('complete')
    expect((await shop.inspection()).refunds).toMatchObject([{ effective: 1 }])
  })

  it('asks with growing pauses, and calls a person when nobody ever answers', async () => {
    // reliability R4
    const variables = await canceled()
    await shop.behave({ behavior: 'hangUp' })
    const outcomes = []
    for (let attempt = 1; attempt <= 10; attempt += 1)
      outcomes.push(await shop.run('refund.issue', variables, 'pi-1:refund', attempt))

    expect(outcomes.slice(0, 3)).toMatchObject([
      { retryAfter: 'PT5S' },
      { retryAfter: 'PT15S' },
      { retryAfter: 'PT1M' },
    ])
    expect(outcomes.at(-1)).toMatchObject({ kind: 'fail', final: true })
    expect((await shop.order()).refunds).toMatchObject([{ state: 'unknown', queries: 30 }])
    expect(balanceOf(await shop.order()).refundable).toBe(0)
  })

  it('throws refund.failed when the provider declines, and frees the amount', async () => {
    const variables = await canceled()
    await shop.behave({ behavior: 'decline', times: 1 })

    const declined = await shop.run('refund.issue', variables, 'pi-1:refund#1')
    const retried = await shop.run('refund.issue', variables, 'pi-1:refund#2')

    expect(declined).toMatchObject({ kind: 'error', code: 'refund.failed' })
    expect(retried.kind).toBe('complete')
    expect((await shop.order()).refunds.map((operation) => operation.state)).toEqual(['failed', 'succeeded'])
  })

  it('splits by what each way paid, and a second attempt pays only the way that was declined', async () => {
    const variables = await canceled({ lines: [{ quantity: 4 }], payments: [30000, 10000] }, 2)
    await shop.behave({ behavior: 'decline', amount: 5000, times: 1 })

    await shop.run('refund.issue', variables, 'pi-1:refund#1')
    const second = await shop.run('refund.issue', variables, 'pi-1:refund#2')

    expect(second.kind).toBe('complete')
    expect(balanceOf(await shop.order()).refunded).toBe(20000)
    const paid = (await shop.inspection()).refunds.filter((refund) => refund.effective === 1)
    expect(paid.map((refund) => refund.amount).reduce((sum, amount) => sum + amount, 0)).toBe(20000)
  })

  it('throws refund.exceeds for more than is left', async () => {
    // lesson 2
    const variables = await canceled()
    const refund = variables['refund'] as unknown as { lines: { amount: number }[] }
    const wrong = { ...refund, amount: 99999, lines: refund.lines.map((line) => ({ ...line, amount: 99999 })) }

    expect(await shop.run('refund.issue', { ...variables, refund: wrong }, 'x')).toMatchObject({
      kind: 'error',
      code: 'refund.exceeds',
    })
    expect((await shop.inspection()).refunds).toEqual([])
  })

  it.each([12.5, -1, '100', null, 2 ** 53])('refuses %j as an amount before anything leaves', async (amount) => {
    // reliability J14
    const variables = await canceled()
    const refund = { ...(variables['refund'] as object), amount } as JsonObject

    expect(await shop.run('refund.issue', { ...variables, refund }, 'x')).toMatchObject({ kind: 'error' })
    expect((await shop.inspection()).refunds).toEqual([])
  })

  it('two at once never pay more than was canceled', async () => {
    // lesson 3; reliability 2a.3
    const variables = await canceled()
    const other = { ...variables, case: { caseNo: 'AS261123-0002', openedBy: 'customer' } }

    const outcomes = await Promise.all([
      shop.run('refund.issue', variables, 'pi-1:refund'),
      shop.run('refund.issue', other, 'pi-2:refund'),
    ])

    expect(outcomes.map((outcome) => outcome.kind).sort()).toEqual(['complete', 'error'])
    expect((await shop.inspection()).refunds.filter((refund) => refund.effective > 0)).toHaveLength(1)
  })

  it('twenty attempts of one refund at once pay once', async () => {
    const variables = await canceled()

    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => shop.run('refund.issue', variables, 'pi-1:refund')),
    )

    expect(outcomes.some((outcome) => outcome.kind === 'complete')).toBe(true)
    expect((await shop.inspection()).refunds).toMatchObject([{ effective: 1 }])
  })

  it('has nothing to do when nothing was paid', async () => {
    const outcome = await shop.run('refund.issue', variablesOf(1, { refund: { amount: 0, currency: 'CNY' } }), 'x')

    expect(outcome).toMatchObject({ kind: 'complete', variables: { refund: { state: 'none' } } })
  })
})

describe('credit-note.issue', () => {
  it('mirrors the refund to the last unit, and the credit notes of a whole order the invoice', async () => {
    // lesson 30; order-domain invariant 7
    await shop.sell({ lines: [{ unitPrice: 100, quantity: 3 }], discount: 100, shippingFee: 50 })
    const totals: number[] = []
    for (const key of ['a', 'b', 'c']) {
      const variables = {
        ...(await canceled({}, 1, key)),
        case: { caseNo: `AS-${key}`, openedBy: 'customer' },
      }
      const issued = await shop.run('refund.issue', variables, `${key}:refund`)
      const note = await shop.run(
        'credit-note.issue',
        { ...variables, ...(issued.kind === 'complete' ? issued.variables : {}) },
        `${key}:note`,
      )
      if (note.kind === 'complete') totals.push((note.variables as { creditNote: { total: number } }).creditNote.total)
    }

    expect(totals).toEqual([-67, -67, -66])
  })

  it('numbers without a gap, also when many are issued at once and each of them twice', async () => {
    await shop.sell({ lines: [{ quantity: 6 }] })
    const refunds: { no: string }[] = []
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const variables = { ...(await canceled({}, 1, key)), case: { caseNo: `AS-${key}`, openedBy: 'customer' } }
      await shop.run('refund.issue', variables, `${key}:refund`)
      refunds.push({ no: (await shop.order()).refunds.at(-1)!.refundNo })
    }

    const notes = await Promise.all(
      [...refunds, ...refunds].map(({ no }) =>
        shop.run('credit-note.issue', { order: { orderNo }, refund: { refundNo: no } }, `${no}:note`),
      ),
    )

    const numbers = notes.map((note) =>
      note.kind === 'complete'
        ? (note.variables as { creditNote: { creditNoteNo: string } }).creditNote.creditNoteNo
        : note.kind,
    )
    expect(new Set(numbers).size).toBe(6)
    expect(numbers.slice(0, 6)).toEqual(numbers.slice(6))
    expect([...new Set(numbers)].sort().at(-1)).toBe('CR2026-000006')
  })

  it('has nothing to mirror when the order was not invoiced', async () => {
    const variables = await canceled({ invoiced: false })
    const issued = await shop.run('refund.issue', variables, 'r')

    const note = await shop.run(
      'credit-note.issue',
      { ...variables, ...(issued.kind === 'complete' ? issued.variables : {}) },
      'n',
    )

    expect(note).toEqual({ kind: 'complete', variables: { creditNote: null } })
  })
})

describe('the provider’s messages', () => {
  const event = (id: string, type: string, more: object = {}) => ({
    id,
    type,
    data: { subject: '', orderNo, amount: 10000, currency: 'CNY', providerRef: 'SBR-1', reason: null, ...more },
  })
  const stateOf = async (id: string) =>
    (await shop.store.load<{ state: string; why: string | null }>('paymentEvents', `sandbox:${id}`))?.data

  it('settle a refund that was accepted for later, before or after it was asked for', async () => {
    const variables = await canceled()
    await shop.behave({ behavior: 'later', delayMs: 60_000, times: 1 })
    const waiting = await shop.run('refund.issue', variables, 'r')
    const subject = (await shop.order()).refunds[0]!.idempotencyKey

    await shop.events.receive('sandbox', event('e1', 'refund.succeeded', { subject }))
    await shop.drain()

    expect(waiting.kind).toBe('fail')
    expect(await shop.run('refund.issue', variables, 'r', 2)).toMatchObject({ kind: 'complete' })
  })

  it('five times the same are one, and a contradicting late one is recorded and ignored', async () => {
    // reliability MSG-01, MSG-03
    const variables = await canceled()
    await shop.run('refund.issue', variables, 'r')
    const subject = (await shop.order()).refunds[0]!.idempotencyKey

    for (let time = 0; time < 5; time += 1)
      await shop.events.receive('sandbox', event('e1', 'refund.succeeded', { subject }))
    await shop.events.receive('sandbox', event('e2', 'refund.failed', { subject }))
    await shop.drain({ repeat: 2 })

    expect(balanceOf(await shop.order()).refunded).toBe(10000)
    expect([await stateOf('e1'), await stateOf('e2')]).toMatchObject([
      { state: 'applied' },
      { state: 'ignored', why: expect.stringContaining('refund.stale') },
    ])
  })

  it('with another amount or currency change nothing', async () => {
    const variables = await canceled()
    await shop.behave({ behavior: 'later', delayMs: 60_000, times: 1 })
    await shop.run('refund.issue', variables, 'r')
    const subject = (await shop.order()).refunds[0]!.idempotencyKey

    await shop.events.receive('sandbox', event('e1', 'refund.succeeded', { subject, amount: 1 }))
    await shop.events.receive('sandbox', event('e2', 'refund.succeeded', { subject, currency: 'USD' }))
    await shop.drain()

    expect((await shop.order()).refunds[0]!.state).toBe('submitted')
    expect([await stateOf('e1'), await stateOf('e2')]).toMatchObject([{ state: 'ignored' }, { state: 'ignored' }])
  })

  it('may come before the answer to the call: booked once', async () => {
    // reliability 2a.1, RACE-03
    const variables = await canceled()
    await shop.behave({ behavior: 'succeed', delayMs: 250, times: 1 })
    const issuing = shop.run('refund.issue', variables, 'r')
    await expect.poll(async () => (await shop.order()).refunds[0]?.state).toBe('submitted')

    const subject = (await shop.order()).refunds[0]!.idempotencyKey
    await shop.events.receive('sandbox', event('e1', 'refund.succeeded', { subject }))
    await shop.drain()
    const outcome = await issuing

    expect(outcome.kind).toBe('complete')
    expect(await stateOf('e1')).toMatchObject({ state: 'applied' })
    expect((await shop.order()).ledger.filter((entry) => entry.what === 'refunded')).toHaveLength(1)
  })

  it('of something unknown are kept, and what cannot be read is kept too', async () => {
    // reliability R10
    await shop.sell()
    await shop.events.receive('sandbox', event('e1', 'refund.succeeded', { subject: 'nobody’s' }))
    await shop.events.receive('sandbox', { hello: 'world' })
    await shop.drain()

    expect(await stateOf('e1')).toMatchObject({ state: 'unmatched' })
    expect(await shop.store.count('paymentEvents', { state: 'unreadable' })).toBe(1)
  })
})

describe('reconciliation', () => {
  it('finds out what a refund came to when nobody else does any more', async () => {
    const variables = await canceled()
    await shop.behave({ behavior: 'later', delayMs: 10, times: 1 })
    await shop.run('refund.issue', variables, 'r')
    await expect.poll(async () => (await shop.inspection()).refunds[0]?.effective, { timeout: 5000 }).toBe(1)

    shop.pass(11 * 60_000)
    await shop.drain()

    expect((await shop.order()).refunds[0]!.state).toBe('succeeded')
  })
})
