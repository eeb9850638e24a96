import { beforeEach, describe, expect, it } from 'vitest'
import type { CaseRecord } from '../../../server/cases/record.rules.ts'
import { aStory, type Member, type Story } from '../../support/a-story.ts'

const orderNo = 'SO261112-0427'
const hour = 3_600_000
let story: Story

beforeEach(async () => {
  story = await aStory()
})

const record = async (caseNo: string) => (await story.app.store.load<CaseRecord>('cases', caseNo))?.data
const open = async (caseNo: string) => (await story.tasksOf(caseNo)).map(({ elementId }) => elementId).toSorted()

/** A case that waits for the clerk: 6,000.00, above the limit of what goes through alone. */
async function aCase(unitPrice = 600_000) {
  await story.sell({ lines: [{ unitPrice }] })
  return story.ask()
}

describe('a clerk', () => {
  it('finds the case in the workbench with form, order, clause and what comes next', async () => {
    const { caseNo } = await aCase()

    const [row] = await story.inbox('clerk')
    expect(row).toMatchObject({ caseNo, step: '客服审核', amount: 600_000, customerName: '郑书瑶', approval: true })
    const detail = (await (await story.as('clerk')).get(`/api/tasks/${encodeURIComponent(row!.taskId)}`)).body
    expect(detail.form.id).toBe('cancel-review')
    expect(detail.order.orderNo).toBe(orderNo)
    expect(detail.clauses.map(({ sentence }: { sentence: string }) => sentence)).toContain(
      '未发货的取消，超过 5,000 元由客服组长审批。',
    )
    expect(detail.actions.map(({ name }: { name: string }) => name)).toEqual([
      'approve',
      'reject',
      'ask',
      'transfer',
      'saveDraft',
    ])
    expect(detail.next).toEqual([{ name: '组长审批', who: 'sun' }])
    expect(detail.blocked).toBeNull()
  })

  it('rejects with a reason, which the customer reads; the order goes on', async () => {
    const { caseNo, customer } = await aCase()

    await story.acts('clerk', caseNo, 'review', { action: 'reject', comment: '您的订单今天就会发出。' })

    const seen = await story.follow(customer)
    expect(seen).toMatchObject({ state: 'rejected', explanation: '您的订单今天就会发出。', refund: { amount: 0 } })
    expect(await story.order(orderNo)).toMatchObject({ holds: [], refunds: [], lines: [{ canceled: 0, reserved: 1 }] })
    const { steps } = await story.caseOf(caseNo)
    expect(steps.find(({ elementId }) => elementId === 'review')).toMatchObject({
      act: 'reject',
      result: '您的订单今天就会发出。',
      who: 'zhao',
    })
  })

  it('cannot reject without a reason', async () => {
    const { caseNo } = await aCase()

    const answer = await story.act('clerk', caseNo, 'review', { action: 'reject', comment: '  ' })

    expect(answer.body).toMatchObject({ code: 'task.comment_required', where: 'comment' })
    expect(await open(caseNo)).toEqual(['review'])
  })

  it('asks the customer, she answers under her private link, and the clerk goes on', async () => {
    const { caseNo, customer } = await aCase()

    await story.acts('clerk', caseNo, 'review', { action: 'ask', comment: '请问是两件都不要了吗？', to: 'customer' })
    const asked = await story.follow(customer)
    const answer = await customer.command('/api/public/case/answer', { text: '是的，都不要了。' })
    await story.settle()

    expect(asked.question).toMatchObject({ text: '请问是两件都不要了吗？' })
    expect(asked.communications.map(({ body }) => body)).toContain('请问是两件都不要了吗？')
    expect(answer.status).toBe(200)
    expect(answer.body.question).toBeNull()
    const { communications } = await story.caseOf(caseNo, 'clerk')
    expect(communications.map(({ body }) => body)).toContain('是的，都不要了。')
    const sent = (await (await story.as('admin')).get(`/api/outgoing-messages?caseNo=${caseNo}`)).body.items
    expect(sent.map(({ template }: { template: string }) => template)).toContain('question')
    expect((await (await story.as('clerk')).get('/api/notifications')).body.items).toContainEqual(
      expect.objectContaining({ caseNo, why: 'answered' }),
    )

    await story.acts('clerk', caseNo, 'review', { action: 'approve' })
    expect(await open(caseNo)).toEqual(['leadApproval'])
  })

  it('an answer when nothing was asked is told so', async () => {
    const { customer } = await aCase()

    const answer = await customer.command('/api/public/case/answer', { text: '你好' })

    expect(answer.body.code).toBe('case.no_question')
  })
})

describe('above the limit', () => {
  it('the lead decides after the clerk, then the money goes back', async () => {
    const { caseNo } = await aCase()

    await story.acts('clerk', caseNo, 'review', { action: 'approve' })
    expect(await open(caseNo)).toEqual(['leadApproval'])
    expect((await story.order(orderNo)).refunds).toEqual([])
    await story.acts('lead', caseNo, 'leadApproval', { action: 'approve', comment: '同意' })

    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 600_000 })
    expect((await story.order(orderNo)).refunds).toMatchObject([{ requestedBy: 'customer', approvedBy: 'sun' }])
  })

  it('by far, head and finance must both agree', async () => {
    const { caseNo } = await aCase(6_000_000)
    await story.acts('clerk', caseNo, 'review', { action: 'approve' })
    expect(await open(caseNo)).toEqual(['headApproval'])

    const detail = await story.acts('head', caseNo, 'headApproval', { action: 'approve' })
    expect(detail.task.claimable).toBe(false)
    expect((await record(caseNo))?.state).toBe('open')
    expect(await open(caseNo)).toEqual(['headApproval'])
    await story.acts('finance', caseNo, 'headApproval', { action: 'approve' })

    expect(await record(caseNo)).toMatchObject({ state: 'executed', refunded: 6_000_000 })
  })

  it('one of the two who does not agree is enough to stop it, with his reason', async () => {
    const { caseNo, customer } = await aCase(6_000_000)
    await story.acts('clerk', caseNo, 'review', { action: 'approve' })
    await story.acts('head', caseNo, 'headApproval', { action: 'approve' })

    await story.acts('finance', caseNo, 'headApproval', { action: 'reject', comment: '付款还没有到账。' })

    expect(await story.follow(customer)).toMatchObject({ state: 'rejected', explanation: '付款还没有到账。' })
    expect(await story.paidBack()).toEqual([])
  })
})

describe('four eyes', () => {
  it('who reviewed a case does not approve it as its lead as well', async () => {
    const both = await story.app.as('he', { roles: ['cs-cancel', 'cs-lead'] })
    const { caseNo } = await aCase()
    const review = await story.taskAt(caseNo, 'review')
    expect(
      (await both.command(`/api/tasks/${encodeURIComponent(review.taskId)}/acts`, { action: 'approve' })).status,
    ).toBe(200)
    await story.settle()
    const lead = await story.taskAt(caseNo, 'leadApproval')

    const answer = await both.command(`/api/tasks/${encodeURIComponent(lead.taskId)}/acts`, { action: 'approve' })

    expect([403, 409]).toContain(answer.status)
    expect(answer.body.code).toMatch(/^task\.(four_eyes|not_yours)$/)
    expect((await record(caseNo))?.state).toBe('open')
    expect(lead.waitingFor).not.toContain('he')
  })

  it('who entered a case for a customer does not review it', async () => {
    await story.sell({ lines: [{ unitPrice: 600_000 }] })
    const clerk = await story.as('clerk')
    const request = { lines: [{ orderLineId: 'L1', quantity: 1 }], reason: 'C32', policySeen: true }
    const opened = await clerk.command('/api/cases', { kind: 'cancellation', orderNo, channelIn: 'phone', request })
    await story.settle()
    const { caseNo } = opened.body
    const { taskId } = await story.taskAt(caseNo, 'review')

    const own = await clerk.command(`/api/tasks/${encodeURIComponent(taskId)}/acts`, { action: 'approve' })
    const other = await story.act('otherClerk', caseNo, 'review', { action: 'approve' })

    expect(own.body.code).toMatch(/^task\.(four_eyes|not_yours|not_found)$/)
    expect(own.status).toBeGreaterThanOrEqual(400)
    expect(other.status).toBe(200)
  })
})

describe('two people at one task', () => {
  it('the second reads who was faster, and changes nothing', async () => {
    const { caseNo } = await aCase()
    const { taskId } = await story.taskAt(caseNo, 'review')
    await story.acts('clerk', caseNo, 'review', { action: 'approve' })

    const late = await (
      await story.as('otherClerk')
    ).command(`/api/tasks/${encodeURIComponent(taskId)}/acts`, {
      action: 'reject',
      comment: '不同意',
    })

    expect(late.status).toBe(409)
    expect(late.body.code).toBe('task.closed')
    expect(late.body.message.zh).toContain('zhao')
    expect(await open(caseNo)).toEqual(['leadApproval'])
  })

  it('at the same moment: one verdict counts', async () => {
    const { caseNo } = await aCase()
    const { taskId } = await story.taskAt(caseNo, 'review')
    const path = `/api/tasks/${encodeURIComponent(taskId)}/acts`
    const [clerk, other] = [await story.as('clerk'), await story.as('otherClerk')]

    const answers = await Promise.all([
      clerk.command(path, { action: 'approve' }),
      other.command(path, { action: 'reject', comment: '不同意' }),
    ])

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })

  it('a double click of one person is one act with one answer', async () => {
    const { caseNo } = await aCase()
    const first = await story.act('clerk', caseNo, 'review', { action: 'approve' }, 'one-click-only')
    const { taskId } = (first.body as { task: { taskId: string } }).task

    const again = await (
      await story.as('clerk')
    ).command(`/api/tasks/${encodeURIComponent(taskId)}/acts`, { action: 'approve' }, 'one-click-only')

    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.body).toEqual(first.body)
    expect(await open(caseNo)).toEqual(['leadApproval'])
  })

  it('who claims takes it out of the hands of the others, until he gives it back', async () => {
    const { caseNo } = await aCase()
    const { taskId } = await story.taskAt(caseNo, 'review')
    const path = `/api/tasks/${encodeURIComponent(taskId)}`
    const [clerk, other] = [await story.as('clerk'), await story.as('otherClerk')]

    expect((await clerk.command(`${path}/claim`)).status).toBe(200)
    const blocked = await other.command(`${path}/acts`, { action: 'approve' })
    const read = await other.get(path)
    await clerk.command(`${path}/unclaim`)
    const after = await other.command(`${path}/acts`, { action: 'approve' })

    expect(blocked.body.code).toBe('task.not_yours')
    expect(read.body.blocked.zh).toContain('zhao')
    expect(after.status).toBe(200)
  })
})

describe('what is typed into a form', () => {
  const stop = (variables: Record<string, unknown>) => ({ action: 'complete', variables })
  const aPick = async () => {
    await story.sell()
    await story.startPicking(orderNo)
    return (await story.ask()).caseNo
  }

  it.each([
    ['nothing where an answer is required', {}, 'task.field_required', 'variables.stopResult'],
    ['something that is not offered', { stopResult: 'maybe' }, 'request.invalid', 'variables.stopResult'],
    [
      'a text that is too long',
      { stopResult: 'stopped', stopNote: 'x'.repeat(201) },
      'request.invalid',
      'variables.stopNote',
    ],
    [
      'a field that the form has not',
      { stopResult: 'stopped', surprise: 1 },
      'task.field_not_editable',
      'variables.surprise',
    ],
    [
      'a variable of the process',
      { stopResult: 'stopped', refund: { amount: 1 } },
      'task.field_not_editable',
      'variables.refund',
    ],
    [
      'a field that the step does not open',
      { stopResult: 'stopped', req: { reason: 'C11' } },
      'task.field_not_editable',
      'variables.req.reason',
    ],
  ])('%s is refused at its field', async (_, variables, code, path) => {
    const caseNo = await aPick()

    const answer = await story.act('warehouse', caseNo, 'stopPick', stop(variables))

    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ code, where: path })
    expect(answer.body.fields.map((field: { path: string }) => field.path)).toEqual([path])
    expect(await open(caseNo)).toEqual(['stopPick'])
  })

  it('a read-only field that comes back unchanged is no fault', async () => {
    const caseNo = await aPick()
    const { taskId } = await story.taskAt(caseNo, 'stopPick')
    const { data } = (await (await story.as('warehouse')).get(`/api/tasks/${encodeURIComponent(taskId)}`)).body

    const answer = await story.act('warehouse', caseNo, 'stopPick', stop({ ...data, stopResult: 'stopped' }))

    expect(answer.status).toBe(200)
    expect((await record(caseNo))?.state).toBe('executed')
  })

  it('of one who asks or rejects is not asked to be complete, but what he sends must be right', async () => {
    const { caseNo } = await aCase()

    const wrong = await story.act('clerk', caseNo, 'review', {
      action: 'reject',
      comment: '不行',
      variables: { agreedFee: -1 },
    })

    expect(wrong.status).toBe(422)
    expect(wrong.body.fields).toMatchObject([{ path: 'variables.agreedFee', code: 'form.too_small' }])
  })

  it('is kept as a draft for him alone', async () => {
    const { caseNo } = await aCase()
    const { taskId } = await story.taskAt(caseNo, 'review')
    const path = `/api/tasks/${encodeURIComponent(taskId)}`
    const [clerk, other] = [await story.as('clerk'), await story.as('otherClerk')]

    const saved = await clerk.put(`${path}/draft`, { variables: { reviewNote: '等客户回复' } })

    expect(saved.status).toBe(200)
    expect((await clerk.get(path)).body.draft).toEqual({ reviewNote: '等客户回复' })
    expect((await other.get(path)).body.draft).toBeNull()
  })
})

describe('an overdue step', () => {
  it('reminds before its end, then goes to the next above, who may decide', async () => {
    const { caseNo } = await aCase()
    const task = await story.taskAt(caseNo, 'review')
    const due = Date.parse(task.dueAt!)
    const told = async (member: Member) =>
      ((await (await story.as(member)).get('/api/notifications')).body.items as { why: string; caseNo: string }[])
        .filter((item) => item.caseNo === caseNo)
        .map(({ why }) => why)

    story.app.clock.set(new Date(due - 30 * 60_000).toISOString())
    await story.settle()
    expect(await told('clerk')).toContain('beforeDue')
    story.app.clock.set(new Date(due + hour).toISOString())
    await story.settle()

    const after = (await story.tasksOf(caseNo)).find(({ elementId }) => elementId === 'review')
    expect(after?.waitingFor).not.toEqual(task.waitingFor)
    const late = await (
      await story.as('clerk')
    ).command(`/api/tasks/${encodeURIComponent(task.taskId)}/acts`, { action: 'approve' })
    expect(late.status).toBe(409)
    expect(late.body.code).toBe('task.closed')
  })

  it('of the whole case tells the lead once it is past its promise', async () => {
    const { caseNo } = await aCase()

    story.app.clock.advance(25 * hour)
    await story.settle()

    const told = (await (await story.app.as('sun')).get('/api/notifications')).body.items as {
      why: string
      text: { zh: string }
    }[]
    expect(told.find(({ why }) => why === 'process')?.text.zh).toContain(`取消申请 ${caseNo} 已过答复期限`)
  })
})

describe('what is not for somebody', () => {
  it('is answered like what does not exist: task, case, diagram, order, live topic', async () => {
    const { caseNo } = await aCase()
    const { taskId } = await story.taskAt(caseNo, 'review')
    const buyer = await story.app.as('feng', { roles: ['buyer'] })
    const stripped = async (path: string) => {
      const { status, body } = await buyer.get(path)
      const { requestId: _, instance: __, ...rest } = body
      return { status, rest }
    }

    for (const [there, absent] of [
      [`/api/tasks/${encodeURIComponent(taskId)}`, `/api/tasks/${encodeURIComponent('AS0:9')}`],
      [`/api/cases/${caseNo}`, '/api/cases/AS0'],
      [`/api/cases/${caseNo}/diagram`, '/api/cases/AS0/diagram'],
      [`/api/events?topics=case:${caseNo}`, '/api/events?topics=case:AS0'],
    ] as const) {
      const foreign = await stripped(there)
      expect(foreign.status).toBe(404)
      expect(foreign).toEqual(await stripped(absent))
    }
    expect((await buyer.get('/api/cases')).body.items).toEqual([])
  })

  it('one customer neither reads nor withdraws the case of another', async () => {
    await story.sell({ orderNo: 'SO261112-0500', customer: { id: 'C2', phone: '13900001111' } })
    await story.startPicking('SO261112-0500')
    const { caseNo, customer } = await aCase()
    const found = await story.lookUp('SO261112-0500', '13900001111')
    const opened = await found.caller.command('/api/public/cancellations', story.request(found))
    await story.settle()
    const other = story.app.withCapability(opened.body.link.replace('/c/', ''))

    expect((await story.follow(other)).caseNo).toBe(opened.body.caseNo)
    expect((await story.follow(customer)).caseNo).toBe(caseNo)
    expect((await other.get(`/api/events?topics=case:${caseNo}`)).status).toBe(404)
    expect((await other.get(`/api/cases/${caseNo}`)).status).toBe(401)
    expect((await found.caller.get('/api/public/case')).status).toBe(401)
    await other.command('/api/public/case/withdraw', {})
    await story.settle()
    expect((await story.follow(customer)).state).toBe('open')
    expect((await story.follow(other)).state).toBe('withdrawn')
  })
})
