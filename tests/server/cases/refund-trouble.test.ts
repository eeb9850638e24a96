import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { CaseRecord } from '../../../server/cases/record.rules.ts'
import { aStory, type Story } from '../../support/a-story.ts'

const orderNo = 'SO261112-0427'
let story: Story

beforeEach(async () => {
  story = await aStory()
})

const record = async (caseNo: string) => (await story.app.store.load<CaseRecord>('cases', caseNo))?.data

/** Time goes on until the case has ended, at most a day. */
async function goOn(caseNo: string): Promise<void> {
  for (let step = 0; step < 96 && (await record(caseNo))?.state === 'open'; step += 1) {
    story.app.clock.advance(15 * 60_000)
    await story.settle()
  }
}

describe('the provider', () => {
  it.each(['loseAnswer', 'failAfter', 'hangUp', 'failBefore'])(
    '%s: the refund is unknown, is asked for, and is made once',
    async (behavior) => {
      await story.sell()
      await story.behave({ behavior, times: 1 })

      const { caseNo } = await story.ask()
      await goOn(caseNo)

      expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 10000 })
      const order = await story.order(orderNo)
      expect(order.refunds).toMatchObject([{ state: 'succeeded', amount: 10000 }])
      expect(order.balance).toEqual({ paid: 10000, refunded: 10000, held: 0, refundable: 0 })
      const paid = await story.paidBack()
      expect(paid.filter(({ state }) => state === 'succeeded')).toMatchObject([{ amount: 10000, effective: 1 }])
      expect((await story.app.store.find('creditNotes', { limit: 9 })).items).toHaveLength(1)
    },
  )

  it('that pays later keeps the amount held meanwhile, and the customer reads that it is on its way', async () => {
    await story.sell()
    await story.behave({ behavior: 'later', delayMs: 500 })

    const { caseNo, customer } = await story.ask()
    expect((await story.order(orderNo)).balance).toMatchObject({ held: 10000, refundable: 0, refunded: 0 })
    expect((await story.follow(customer)).state).toBe('open')
    const isPaid = async () => (await story.paidBack()).some(({ state }) => state === 'succeeded')
    await vi.waitFor(async () => expect(await isPaid()).toBe(true), { timeout: 20_000 })
    await goOn(caseNo)

    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 10000 })
  })

  it('that declines puts the refund before a person of finance, who has it tried again', async () => {
    await story.sell()
    await story.behave({ behavior: 'decline' })
    const { caseNo } = await story.ask()
    await goOnUntilTask(caseNo)
    expect((await record(caseNo))?.state).toBe('open')

    await story.behaveWell()
    await story.acts('finance', caseNo, 'manualRefund', { action: 'complete', variables: { refundCause: 'balance' } })
    await goOn(caseNo)

    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 10000 })
    const order = await story.order(orderNo)
    expect(order.refunds.filter(({ state }) => state === 'succeeded')).toHaveLength(1)
    expect(order.balance).toEqual({ paid: 10000, refunded: 10000, held: 0, refundable: 0 })
  })

  async function goOnUntilTask(caseNo: string): Promise<void> {
    for (let step = 0; step < 20 && (await story.tasksOf(caseNo)).length === 0; step += 1) {
      story.app.clock.advance(60_000)
      await story.settle()
    }
  }
})

describe('money', () => {
  it('beyond what was paid cannot be claimed, whoever asks', async () => {
    await story.sell()
    const { payments } = await story.order(orderNo)
    const claim = (amount: number, key: string) =>
      story.shop.orders.claimRefund(orderNo, {
        key,
        refundNo: `RF-${key}`,
        caseNo: null,
        reason: 'C32',
        parts: [{ paymentId: payments[0]!.id, amount }],
        lines: [],
        shipping: 0,
        requestedBy: 'zhao',
        approvedBy: null,
        now: story.app.clock.now(),
      } as never)

    const beyond = await claim(10001, 'a')

    expect(beyond.ok).toBe(false)
    expect((await story.order(orderNo)).balance).toEqual({ paid: 10000, refunded: 0, held: 0, refundable: 10000 })
  })

  it('of two cases of one order never exceeds what was paid', async () => {
    await story.sell({ lines: [{ quantity: 2 }], discount: 1, shippingFee: 800 })

    const first = await story.ask({ lines: [{ orderLineId: 'L1', quantity: 1 }] })
    const second = await story.ask({ lines: [{ orderLineId: 'L1', quantity: 1 }] })

    expect([(await record(first.caseNo))?.state, (await record(second.caseNo))?.state]).toEqual([
      'executed',
      'executed',
    ])
    const { balance } = await story.order(orderNo)
    expect(balance).toEqual({ paid: 20799, refunded: 20799, held: 0, refundable: 0 })
  })
})

describe('while a case is decided', () => {
  it('the warehouse is told to wait, and may go on once it was refused', async () => {
    await story.sell({ lines: [{ unitPrice: 600_000 }] })
    const { caseNo } = await story.ask()
    const deed = (key: string) => ({ key, by: 'wu', now: story.app.clock.now(), caseNo: null })

    const meanwhile = await story.shop.orders.startPicking(orderNo, deed('early'), 'F1')
    await story.acts('clerk', caseNo, 'review', { action: 'reject', comment: '今天就发出。' })
    const afterwards = await story.shop.orders.startPicking(orderNo, deed('later'), 'F1')

    expect(meanwhile).toMatchObject({ ok: false, refusal: { code: 'order.on_hold' } })
    expect(afterwards.ok).toBe(true)
  })
})
