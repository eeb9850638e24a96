import { describe, expect, it } from 'vitest'
import { aHost, aPerson, drive, startOfTime } from '../../../support/drive.ts'
import { process } from '../../../support/process-builder.ts'

const host = aHost({ people: [aPerson('li', ['service']), aPerson('wang', ['manager'])] })
const forService = () => process('p').start().userTask('check', { candidateGroups: 'service' }).end().build()

describe('a user task without approval policy', () => {
  it.each([
    ['0', 0],
    ['=urgency', 80],
    ['=nothing', 50],
  ])('is as urgent as its priority %s says', (priority, number) => {
    const parsed = process('p').start().userTask('plain', { priority }).end().build()
    const step = process('p')
      .start()
      .userTask('step', { priority, assignee: 'li', policy: { approval: { mode: 'any', rejectAt: 'first' } } })
      .end()
      .build()

    for (const one of [parsed, step])
      expect([...drive(one, { urgency: 80 }, { host }).open.tasks.values()]).toMatchObject([{ priority: number }])
  })

  it('opens with what the inbox needs, and is closed with who did it', () => {
    const run = drive(
      process('p')
        .start()
        .userTask('check', {
          name: '核对',
          assignee: '=clerk',
          formId: 'cancel',
          dueDate: '=due',
          publicStep: '审核中',
        })
        .end()
        .build(),
      { clerk: 'li', due: '2026-03-03T18:00:00+08:00' },
    )
    const [task] = [...run.open.tasks.values()]

    expect(task).toMatchObject({
      name: '核对',
      assignee: 'li',
      waitingFor: ['li'],
      formId: 'cancel',
      dueAt: '2026-03-03T10:00:00.000Z',
      publicStep: '审核中',
    })

    run.completeTask('check', { ok: true }, 'li')

    expect(run.state).toBe('completed')
    expect(run.variables).toMatchObject({ ok: true })
    expect(run.open.tasks.size).toBe(0)
  })

  it('is not to be looked at before its follow-up date, with and without approval policy', () => {
    const followUpDate = '=due'
    const policy = { approval: { mode: 'any' as const, rejectAt: 'first' as const } }
    const plain = process('p').start().userTask('plain', { followUpDate }).end().build()
    const step = process('p').start().userTask('step', { followUpDate, assignee: 'li', policy }).end().build()

    for (const one of [plain, step]) {
      const run = drive(one, { due: '2026-03-03T18:00:00+08:00' }, { host })
      expect([...run.open.tasks.values()]).toMatchObject([{ followUpAt: '2026-03-03T10:00:00.000Z' }])
      expect(drive(one, { due: 'soon' }, { host }).incidents()).toMatchObject([{ code: 'deadline.invalid' }])
      expect([...drive(one, { due: null }, { host }).open.tasks.values()][0]).not.toHaveProperty('followUpAt')
    }
  })

  it('tells which form of another application it is done in', () => {
    const externalForm = '=where'
    const run = drive(process('p').start().userTask('plain', { externalForm }).end().build(), { where: 'shop/7' })

    expect([...run.open.tasks.values()]).toMatchObject([{ externalForm: 'shop/7', formId: null }])
  })

  it('is claimed by one of its group, and then only that person completes it', () => {
    const run = drive(forService(), {}, { host })
    const key = run.at('check').key
    const claim = (by: string, type: 'claim' | 'unclaim' = 'claim') =>
      run.send({ type, now: startOfTime, elementInstanceKey: key, by })?.code ?? 'ok'
    const complete = (by: string) =>
      run.send({ type: 'completeTask', now: startOfTime, elementInstanceKey: key, by, variables: {} })?.code ?? 'ok'

    expect(claim('wang')).toBe('task.not_yours')
    expect(claim('li')).toBe('ok')
    expect(complete('wang')).toBe('task.not_yours')
    expect(claim('li', 'unclaim')).toBe('ok')
    expect(complete('li')).toBe('ok')
    expect(complete('li')).toBe('task.closed')
  })

  it('goes to the role that its lane names when it names nobody', () => {
    const run = drive(process('p').start().userTask('check', { lane: 'service' }).end().build())

    expect([...run.open.tasks.values()][0]?.candidateRoles).toEqual(['service'])
  })

  it('is taken back when the instance is canceled', () => {
    const run = drive(forService()).cancel()

    expect(run.state).toBe('terminated')
    expect(run.open.tasks.size).toBe(0)
    expect(run.count('check', 'terminated')).toBe(1)
  })
})
