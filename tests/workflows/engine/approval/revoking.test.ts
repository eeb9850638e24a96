import { describe, expect, it } from 'vitest'
import type { ApprovalPolicy, TaskPolicy } from '../../../../workflows/model/approval.ts'
import { actions, participants, user } from '../../../support/approval-step.ts'
import { aCase } from '../../../support/case-run.ts'
import { diagram, end, service, start, type NodeSpec } from '../../../support/diagram.ts'

const step = (mode: ApprovalPolicy['mode'], who: string[], more: TaskPolicy = {}): NodeSpec => ({
  kind: 'userTask',
  policy: {
    participants: participants(who.map(user)),
    approval: { mode, rejectAt: 'first' },
    actions: actions('approve', 'reject', 'return', 'addSigner'),
    ...more,
  },
})
const people = { li: {}, wang: {}, zhao: {}, sun: {}, chen: {} }
const single = (mode: ApprovalPolicy['mode'], who: string[], next: NodeSpec) =>
  aCase(diagram({ start, approve: step(mode, who), next, end }, ['start -> approve -> next -> end']), { people })

describe('taking a decision back', () => {
  it('asks again only the one who answered last while all must agree', () => {
    const run = single('all', ['wang', 'zhao', 'sun'], service('pay'))
    run.act('approve', 'wang', 'approve')
    run.act('approve', 'zhao', 'approve')
    expect(run.act('approve', 'wang', 'revoke')).toBe('revoke.too_late')
    expect(run.act('approve', 'sun', 'revoke')).toBe('task.not_yours')
    expect(run.act('approve', 'zhao', 'revoke')).toBe('ok')
    expect(run.items('approve')).toEqual(['wang approved', 'zhao open', 'sun open'])
  })

  it('lets the next one wait again where they are asked in turn', () => {
    const run = single('sequence', ['wang', 'zhao'], service('pay'))
    run.act('approve', 'wang', 'approve')
    expect(run.act('approve', 'wang', 'revoke')).toBe('ok')
    expect(run.items('approve')).toEqual(['wang open', 'zhao waiting'])
    run.act('approve', 'wang', 'approve')
    run.act('approve', 'zhao', 'approve')
    expect(run.active).toEqual(['next'])
  })

  it('takes the step up again while the next job only waits', () => {
    const run = single('any', ['wang', 'zhao'], service('pay'))
    run.act('approve', 'wang', 'approve')
    expect(run.act('approve', 'zhao', 'revoke')).toBe('task.not_yours')
    expect(run.act('approve', 'chen', 'revoke')).toBe('task.not_yours')
    expect(run.act('approve', 'wang', 'revoke', { comment: '看错了' })).toBe('ok')
    expect([run.active, run.items('approve'), run.jobs.size]).toEqual([['approve'], ['wang open', 'zhao open'], 0])
    expect(run.variables['approve']).toBeNull()
    run.act('approve', 'zhao', 'reject')
    expect(run.variables['approve']).toMatchObject({ outcome: 'rejected', by: 'zhao' })
    expect([run.orphans(), run.replayed()]).toEqual([[], run.instance])
  })

  it('asks again everybody whom a rejection had spared', () => {
    const run = single('all', ['wang', 'zhao', 'sun'], service('pay'))
    run.act('approve', 'wang', 'approve')
    run.act('approve', 'zhao', 'reject')
    run.act('approve', 'zhao', 'revoke')
    expect(run.items('approve')).toEqual(['wang approved', 'zhao open', 'sun open'])
  })

  it('comes too late once the job is done, or a worker has it in hand', () => {
    const done = single('any', ['wang'], service('pay'))
    done.act('approve', 'wang', 'approve')
    done.job('next')
    expect(done.act('approve', 'wang', 'revoke')).toBe('revoke.too_late')
    const busy = single('any', ['wang'], service('pay'))
    busy.act('approve', 'wang', 'approve')
    const key = busy.instance.elements[0]!.key
    expect(busy.act('approve', 'wang', 'revoke', { busy: [key] })).toBe('revoke.too_late')
  })

  it('takes back the next step while nobody has answered there, not after', () => {
    const run = single('any', ['wang'], step('all', ['zhao', 'sun']))
    run.act('approve', 'wang', 'approve')
    expect(run.act('approve', 'wang', 'revoke')).toBe('ok')
    expect([run.active, run.tasks().map((task) => task.elementId)]).toEqual([['approve'], ['approve']])
    run.act('approve', 'wang', 'approve')
    run.act('next', 'zhao', 'approve')
    expect(run.act('approve', 'wang', 'revoke')).toBe('revoke.too_late')
  })

  it('is refused of a return, and of what the clock decided', () => {
    const run = aCase(
      diagram(
        {
          start,
          apply: { kind: 'userTask', policy: { participants: participants([{ kind: 'initiator' }]) } },
          approve: step('all', ['wang', 'zhao'], {
            return: { to: 'initiator', elements: [] },
            deadline: { due: { duration: 'PT1H' }, calendar: 'natural', atEnd: 'approve', reminders: [] },
          }),
          next: service('pay'),
          end,
        },
        ['start -> apply -> approve -> next -> end'],
      ),
      { people },
    )
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'return')
    expect(run.act('approve', 'wang', 'revoke')).toBe('revoke.too_late')
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'approve')
    run.advanceTo('2026-03-02T03:00:00.000Z')
    expect(run.active).toEqual(['next'])
    expect(run.act('approve', 'wang', 'revoke')).toBe('revoke.too_late')
  })

  it('gives an added signer his turn back in his group', () => {
    const run = single('any', ['wang'], service('pay'))
    run.act('approve', 'wang', 'addSigner', { to: 'sun', position: 'before' })
    run.act('approve', 'sun', 'approve')
    expect(run.waitingFor('approve')).toEqual(['wang'])
    run.act('approve', 'sun', 'revoke')
    expect(run.items('approve')).toEqual(['sun open', 'wang waiting'])
  })
})
