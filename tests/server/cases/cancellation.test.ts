import { beforeEach, describe, expect, it } from 'vitest'
import type { CaseRecord } from '../../../server/cases/record.rules.ts'
import { levelId } from '../../../server/stock/stock.rules.ts'
import { aStory, type Story } from '../../support/a-story.ts'

const orderNo = 'SO261112-0427'
let story: Story

beforeEach(async () => {
  story = await aStory()
})

const record = async (caseNo: string) => (await story.app.store.load<CaseRecord>('cases', caseNo))?.data
const creditNotes = async () => (await story.app.store.find<{ total: number }>('creditNotes', { limit: 10 })).items
const stock = () => story.shop.stock.rows.level(levelId('SKU-1', 'WH1'))

describe('a small cancellation that nobody has picked', () => {
  it('goes through alone: order, lines, stock, ledger, credit note and case agree with what was previewed', async () => {
    await story.sell({ lines: [{ quantity: 2 }] })

    const { caseNo, preview, customer } = await story.ask()

    expect(preview).toMatchObject({ path: 'automatic', refund: 20000, possible: true })
    const order = await story.order(orderNo)
    expect(order.lines[0]).toMatchObject({ canceled: 2, reserved: 0, refundedQuantity: 2, refundedAmount: 20000 })
    expect(order.refunds).toMatchObject([{ state: 'succeeded', amount: 20000, caseNo }])
    expect(order.balance).toEqual({ paid: 20000, refunded: 20000, held: 0, refundable: 0 })
    expect(order.holds).toEqual([])
    expect(await stock()).toMatchObject({ onHand: 7, reserved: 0 })
    const [note] = await creditNotes()
    expect(note?.data).toMatchObject({ total: -20000, refundNo: order.refunds[0]!.refundNo })
    expect(await story.paidBack()).toMatchObject([{ amount: 20000, effective: 1 }])
    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 20000, amount: 20000, path: 'automatic' })
    const seen = await story.follow(customer)
    expect(seen).toMatchObject({ state: 'executed', refund: { amount: 20000, state: 'succeeded' }, mayWithdraw: false })
    expect(seen.steps.every(({ state }) => state === 'done')).toBe(true)
  })

  it('of one piece of a line leaves the rest of the order as it is', async () => {
    await story.sell({ lines: [{ quantity: 3 }, { unitPrice: 5000 }] })

    const { preview } = await story.ask({ lines: [{ orderLineId: 'L1', quantity: 1 }] })

    expect(preview.refund).toBe(10000)
    const order = await story.order(orderNo)
    expect(order.lines.map(({ canceled, reserved }) => [canceled, reserved])).toEqual([
      [1, 2],
      [0, 1],
    ])
    expect(order.balance).toMatchObject({ refunded: 10000, refundable: 25000 })
  })

  it('that is not paid yet cancels without a refund or a credit note', async () => {
    await story.sell({ paid: false })

    const { caseNo, preview } = await story.ask()

    expect(preview).toMatchObject({ path: 'automatic', refund: 0 })
    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 0 })
    expect(await story.paidBack()).toEqual([])
    expect(await creditNotes()).toEqual([])
  })

  it('tells the customer by the page and by a message that stands in the outbox', async () => {
    await story.sell()

    const { caseNo, customer } = await story.ask()

    const said = (await story.follow(customer)).communications.map(({ summary }) => summary)
    expect(said.toSorted()).toEqual(['申请已收到', '退款 100.00 元已发出'])
    const sent = (await (await story.as('admin')).get(`/api/outgoing-messages?caseNo=${caseNo}`)).body.items
    expect(sent).toHaveLength(2)
    expect(sent.map(({ template }: { template: string }) => template).toSorted()).toEqual(['T-01', 'T-07'])
    for (const message of sent) expect(message).toMatchObject({ to: '138****6027', caseNo, orderNo })
  })
})

describe('what the preview says', () => {
  it('is staff when the policy wants a person, and a person decides', async () => {
    await story.sell({ lines: [{ returnClass: 'custom' }] })
    await story.shop.orders.startMaking(orderNo, { key: 'm', by: 'wu', now: story.app.clock.now(), caseNo: null }, 'L1')

    const { caseNo, preview } = await story.ask()

    expect(preview).toMatchObject({ path: 'staff', possible: true })
    expect((await story.tasksOf(caseNo)).map(({ elementId }) => elementId)).toEqual(['review'])
  })

  it('is staff above the limit, by tier: the same amount goes through alone for gold', async () => {
    await story.sell({ lines: [{ unitPrice: 900_000 }] })
    await story.sell({ orderNo: 'SO261112-0428', lines: [{ unitPrice: 900_000 }], customer: { tier: 'gold' } })

    const silver = await story.ask()
    const gold = await story.ask({ orderNo: 'SO261112-0428' })

    expect([silver.preview.path, gold.preview.path]).toEqual(['staff', 'automatic'])
    expect((await record(gold.caseNo))?.state).toBe('executed')
    expect((await story.tasksOf(silver.caseNo)).map(({ elementId }) => elementId)).toEqual(['review'])
  })

  it('is warehouse when picking has begun, and the warehouse is asked', async () => {
    await story.sell()
    await story.startPicking(orderNo)

    const { caseNo, preview } = await story.ask()

    expect(preview.path).toBe('warehouse')
    expect((await story.tasksOf(caseNo)).map(({ elementId }) => elementId)).toEqual(['stopPick'])
  })

  it('is refused once the goods have left, with the sentence of the rule, and no case is opened', async () => {
    await story.sell()
    await story.ship(orderNo)
    const found = await story.lookUp()
    const request = { lines: [{ orderLineId: 'L1', quantity: 1 }], reason: 'C32', policySeen: true }

    const preview = (await found.caller.post('/api/public/cancellations/preview', request)).body
    const asked = await found.caller.command('/api/public/cancellations', request)

    expect(preview).toMatchObject({ path: 'refused', possible: false, refund: 0 })
    expect(asked.status).toBe(409)
    expect(asked.body).toMatchObject({ code: 'request.not_cancelable', detail: preview.lines[0].sentence })
    expect(await story.app.store.count('cases', {})).toBe(0)
  })
})

describe('goods that are being picked', () => {
  it('are canceled and refunded once the warehouse has stopped them', async () => {
    await story.sell()
    await story.startPicking(orderNo)
    const { caseNo, customer } = await story.ask()
    expect((await story.follow(customer)).steps.find(({ state }) => state === 'now')?.name).toBe('审核中')

    await story.acts('warehouse', caseNo, 'stopPick', { action: 'complete', variables: { stopResult: 'stopped' } })

    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 10000 })
    expect((await story.order(orderNo)).lines[0]).toMatchObject({ canceled: 1, reserved: 0 })
  })

  it('that have left meanwhile are not canceled: the customer reads why, and the order goes on', async () => {
    await story.sell()
    await story.startPicking(orderNo)
    const { caseNo, customer } = await story.ask()

    await story.acts('warehouse', caseNo, 'stopPick', { action: 'complete', variables: { stopResult: 'shipped' } })

    const seen = await story.follow(customer)
    expect(seen).toMatchObject({ state: 'rejected', refund: { amount: 0 } })
    expect(seen.explanation).toContain('已经出库')
    const order = await story.order(orderNo)
    expect(order).toMatchObject({ holds: [], balance: { refunded: 0 } })
    expect(order.lines[0]).toMatchObject({ canceled: 0 })
    await story.ship(orderNo)
    expect((await story.order(orderNo)).state).toBe('fulfilled')
  })
})

describe('the same order', () => {
  it('has one open case at a time; the answer names it', async () => {
    await story.sell()
    await story.startPicking(orderNo)
    const { caseNo } = await story.ask()
    const found = await story.lookUp()

    const again = await found.caller.command('/api/public/cancellations', story.request(found))

    expect(again.status).toBe(409)
    expect(again.body).toMatchObject({ code: 'case.already_open', params: { caseNo } })
    expect(found.openCases.map((open) => open.caseNo)).toEqual([caseNo])
  })

  it('asked for by a double click is one case with one answer', async () => {
    await story.sell()
    await story.startPicking(orderNo)
    const found = await story.lookUp()
    const key = story.app.key()
    const ask = () => found.caller.command('/api/public/cancellations', story.request(found), key)

    const [first, second] = await Promise.all([ask(), ask()])
    const third = await ask()

    const caseNos = [first, second, third].filter(({ status }) => status === 200).map(({ body }) => body.caseNo)
    expect(new Set(caseNos).size).toBe(1)
    expect(third.status).toBe(200)
    expect(await story.app.store.count('cases', {})).toBe(1)
  })

  it('asked for from two pages at once is one case', async () => {
    await story.sell()
    await story.startPicking(orderNo)
    const found = await story.lookUp()
    const ask = () => found.caller.command('/api/public/cancellations', story.request(found))

    const answers = await Promise.all([ask(), ask(), ask()])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    expect(await story.app.store.count('cases', {})).toBe(1)
  })
})

describe('what a request may not say', () => {
  it.each([
    [
      'a line of another order',
      { lines: [{ orderLineId: 'L9', quantity: 1 }] },
      'request.line_unknown',
      'request.lines',
    ],
    [
      'more than was ordered',
      { lines: [{ orderLineId: 'L1', quantity: 2 }] },
      'request.quantity_too_great',
      'request.lines',
    ],
    [
      'a line twice, more than there is',
      {
        lines: [
          { orderLineId: 'L1', quantity: 1 },
          { orderLineId: 'L1', quantity: 1 },
        ],
      },
      'request.quantity_too_great',
      'request.lines',
    ],
    ['a reason of the shop', { reason: 'M1' }, 'request.reason_unknown', 'request.reason'],
    ['a group of reasons', { reason: 'C3' }, 'request.reason_unknown', 'request.reason'],
    ['that the policy was not read', { policySeen: false }, 'request.policy_not_seen', 'request.policySeen'],
  ])('%s', async (_, wrong, code, where) => {
    await story.sell()
    const found = await story.lookUp()

    const answer = await found.caller.command('/api/public/cancellations', story.request(found, wrong))

    expect(answer.body).toMatchObject({ code, where })
    expect(answer.status).toBeLessThan(500)
    expect(await story.app.store.count('cases', {})).toBe(0)
    expect((await story.order(orderNo)).holds).toEqual([])
  })

  it('and a number with the wrong phone says no more than an unknown number', async () => {
    await story.sell()
    const look = (asked: object) => story.app.anonymous.post('/api/public/orders/lookup', asked)

    const wrongPhone = await look({ orderNo, phone: '13900000000' })
    const unknown = await look({ orderNo: 'SO000000-0000', phone: '13812346027' })

    const { requestId: _, instance: __, ...first } = wrongPhone.body
    const { requestId: ___, instance: ____, ...second } = unknown.body
    expect(first.code).toBe('order.lookup_failed')
    expect(first).toEqual(second)
  })
})
