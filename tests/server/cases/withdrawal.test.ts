import { beforeEach, describe, expect, it } from 'vitest'
import { aStory, type Story } from '../../support/a-story.ts'

const orderNo = 'SO261112-0427'
let story: Story

beforeEach(async () => {
  story = await aStory()
})

describe('taking a request back', () => {
  it('works while it is being looked at: the order goes on as if nothing had been asked', async () => {
    await story.sell()
    await story.startPicking(orderNo)
    const { caseNo, customer } = await story.ask()
    expect((await story.follow(customer)).mayWithdraw).toBe(true)

    const answer = await customer.command('/api/public/case/withdraw', {})
    await story.settle()

    expect(answer.status).toBe(200)
    const seen = await story.follow(customer)
    expect(seen).toMatchObject({ state: 'withdrawn', mayWithdraw: false, refund: { amount: 0 } })
    expect(await story.tasksOf(caseNo)).toEqual([])
    expect(await story.order(orderNo)).toMatchObject({ holds: [], lines: [{ canceled: 0 }], refunds: [] })
  })

  it('twice by a double click gives the same answer', async () => {
    await story.sell()
    await story.startPicking(orderNo)
    const { customer } = await story.ask()

    const first = await customer.command('/api/public/case/withdraw', {}, 'withdraw-once')
    await story.settle()
    const second = await customer.command('/api/public/case/withdraw', {}, 'withdraw-once')

    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.body).toEqual(first.body)
  })

  it('is too late once the refund runs, with a sentence that says so', async () => {
    await story.sell()
    await story.behave({ behavior: 'later', delayMs: 600_000 })
    const { customer } = await story.ask()
    const seen = await story.follow(customer)
    expect(seen).toMatchObject({ state: 'open', mayWithdraw: false })

    const answer = await customer.command('/api/public/case/withdraw', {})

    expect(answer.status).toBe(409)
    expect(answer.body).toMatchObject({ code: 'withdraw.too_late' })
    expect(answer.body.detail).toContain('不能撤回')
  })

  it('of a case that has ended says that it has ended', async () => {
    await story.sell()
    const { customer } = await story.ask()

    const answer = await customer.command('/api/public/case/withdraw', {})

    expect(answer.status).toBe(409)
    expect(answer.body.code).toBe('case.closed')
  })

  it('ends the task of whoever was at it: his verdict comes too late and says why', async () => {
    await story.sell({ lines: [{ unitPrice: 600_000 }] })
    const { caseNo, customer } = await story.ask()
    const { taskId } = await story.taskAt(caseNo, 'review')
    await customer.command('/api/public/case/withdraw', {})
    await story.settle()

    const clerk = await story.as('clerk')
    const answer = await clerk.command(`/api/tasks/${encodeURIComponent(taskId)}/acts`, { action: 'approve' })

    expect(answer.status).toBe(409)
    expect(answer.body.code).toBe('task.closed')
    expect((await story.follow(customer)).state).toBe('withdrawn')
  })
})
