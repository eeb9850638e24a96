import { beforeEach, describe, expect, it } from 'vitest'
import type { CaseRecord } from '../../../server/cases/record.rules.ts'
import { aStory, type Story } from '../../support/a-story.ts'

const orderNo = 'SO261112-0427'
const explanation = '很抱歉，您订的杯子在仓库盘点时发现只剩破损的，新货要到下个月才到，给您添麻烦了。'
const alternative = { sku: 'SKU-9', name: '同款蓝色', priceDifference: 0, eta: '3 天' }
let story: Story

beforeEach(async () => {
  story = await aStory()
  await story.sell()
})

const record = async (caseNo: string) => (await story.app.store.load<CaseRecord>('cases', caseNo))?.data
const open = async (caseNo: string) => (await story.tasksOf(caseNo)).map(({ elementId }) => elementId)

const propose = async (more: Record<string, unknown> = {}) =>
  (await story.as('orderDesk')).command('/api/cases', {
    kind: 'merchantCancellation',
    orderNo,
    channelIn: 'shop',
    request: { lines: [{ orderLineId: 'L1', quantity: 1 }], reason: 'M1', policySeen: true },
    merchant: { explanation, alternatives: [alternative] },
    ...more,
  })

/** Proposed by the order desk and agreed by the lead: the customer is asked. */
async function agreed() {
  const opened = await propose()
  expect(opened.status).toBe(200)
  await story.settle()
  const { caseNo, link } = opened.body
  await story.acts('lead', caseNo, 'leadApproval', { action: 'approve' })
  return { caseNo: caseNo as string, customer: story.app.withCapability(link.replace('/c/', '')) }
}

describe('the shop cancels', () => {
  it('not before a lead has agreed; then the customer reads why and what she may have instead', async () => {
    const { caseNo, customer } = await agreed()

    const seen = await story.follow(customer)
    expect(seen).toMatchObject({ state: 'open', explanation, alternatives: [alternative], mayWithdraw: false })
    expect(seen.choice?.options.map(({ value }) => value)).toEqual(['wait', 'substitute', 'cancel'])
    expect(await open(caseNo)).toEqual(['choose'])
    expect((await story.order(orderNo)).refunds).toEqual([])
    const sent = (await (await story.as('admin')).get(`/api/outgoing-messages?caseNo=${caseNo}`)).body.items
    expect(sent.map(({ template }: { template: string }) => template)).toContain('T-09')
  })

  it('and refunds when she takes the money', async () => {
    const { caseNo, customer } = await agreed()
    const { choice } = await story.follow(customer)

    const chosen = await customer.command('/api/public/case/choose', { taskId: choice!.taskId, value: 'cancel' })
    await story.settle()

    expect(chosen.status).toBe(200)
    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 10000 })
    expect(await story.order(orderNo)).toMatchObject({ holds: [], lines: [{ canceled: 1, refundedAmount: 10000 }] })
    const { steps } = await story.caseOf(caseNo)
    expect(steps.find(({ elementId }) => elementId === 'choose')).toMatchObject({ act: 'custom', result: '取消并退款' })
  })

  it('keeps the order when she waits', async () => {
    const { caseNo, customer } = await agreed()
    const { choice } = await story.follow(customer)

    await customer.command('/api/public/case/choose', { taskId: choice!.taskId, value: 'wait' })
    await story.settle()

    expect((await record(caseNo))?.state).toBe('kept')
    expect(await story.order(orderNo)).toMatchObject({ holds: [], refunds: [], lines: [{ canceled: 0, reserved: 1 }] })
  })

  it('takes silence for two days as yes to the money', async () => {
    const { caseNo } = await agreed()

    story.app.clock.advance(48 * 3_600_000 + 1)
    await story.settle()

    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 10000 })
  })

  it('offers only what it offered: another choice is refused, and a choice after the end comes too late', async () => {
    const { customer } = await agreed()
    const { choice } = await story.follow(customer)
    const choose = (value: string) => customer.command('/api/public/case/choose', { taskId: choice!.taskId, value })

    const unknown = await choose('double')
    await choose('cancel')
    await story.settle()
    const late = await choose('wait')

    expect(unknown.status).toBe(409)
    expect(unknown.body.code).toBe('task.action_not_offered')
    expect(late.status).toBe(409)
    expect(late.body.code).toBe('case.closed')
  })

  it('is nothing that the customer may take back', async () => {
    const { customer } = await agreed()

    const answer = await customer.command('/api/public/case/withdraw', {})

    expect(answer.status).toBe(409)
    expect(answer.body.code).toBe('withdraw.not_initiator')
  })

  it('goes no further when the lead does not agree, and the order stays as it was', async () => {
    const { caseNo } = (await propose()).body
    await story.settle()

    await story.acts('lead', caseNo, 'leadApproval', { action: 'reject', comment: '仓库二号还有货，调过来。' })

    expect(await record(caseNo)).toMatchObject({ state: 'rejected', explanation: '仓库二号还有货，调过来。' })
    expect(await story.order(orderNo)).toMatchObject({ holds: [], refunds: [], lines: [{ canceled: 0 }] })
  })

  it.each([
    [
      'without an explanation that says something',
      { merchant: { explanation: '没货', alternatives: [alternative] } },
      'request.invalid',
    ],
    [
      'without anything offered instead, or why not',
      { merchant: { explanation, alternatives: [] } },
      'merchant.alternatives_missing',
    ],
    ['without what the customer will read', { merchant: undefined }, 'merchant.explanation_missing'],
    [
      'for a reason that is the customer’s',
      { request: { lines: [{ orderLineId: 'L1', quantity: 1 }], reason: 'C32', policySeen: true } },
      'request.reason_unknown',
    ],
  ])('is refused %s', async (_, wrong, code) => {
    const answer = await propose(wrong)

    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body.code).toBe(code)
    expect(await story.app.store.count('cases', {})).toBe(0)
  })

  it('is not proposed by a clerk', async () => {
    const clerk = await story.as('clerk')

    const answer = await clerk.command('/api/cases', {
      kind: 'merchantCancellation',
      orderNo,
      channelIn: 'shop',
      request: { lines: [{ orderLineId: 'L1', quantity: 1 }], reason: 'M1', policySeen: true },
      merchant: { explanation, alternatives: [alternative] },
    })

    expect(answer.status).toBe(403)
    expect(answer.body.code).toBe('role.required')
  })
})
