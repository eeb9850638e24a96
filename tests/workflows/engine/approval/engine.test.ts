import { describe, expect, it } from 'vitest'
import { actions, participants, role, user } from '../../../support/approval-step.ts'
import { aCase, type CaseSpec } from '../../../support/case-run.ts'
import { diagram, end, parallel, service, start, type NodeSpec } from '../../../support/diagram.ts'
import type { TaskPolicy } from '../../../../workflows/model/approval.ts'

const task = (policy: TaskPolicy, more: Partial<NodeSpec> = {}): NodeSpec => ({ kind: 'userTask', policy, ...more })
const approval = (more: TaskPolicy = {}): NodeSpec =>
  task({
    participants: participants([user('wang'), user('zhao')]),
    actions: actions('approve', 'reject!', 'return', 'transfer', 'ask', 'saveDraft', 'cc'),
    return: { to: 'initiator', elements: [] },
    ...more,
  })
const apply = task({ participants: participants([{ kind: 'initiator' }]) })

const simple = (policy: TaskPolicy = {}, spec: CaseSpec = {}) =>
  aCase(
    diagram({ start, apply, approve: approval(policy), pay: service('pay'), end }, [
      'start -> apply -> approve -> pay -> end',
    ]),
    spec,
  )

describe('an approval step in a process', () => {
  it('writes its outcome once, under its own name, and lets the token go', () => {
    const run = simple()
    run.complete('apply', 'li', { amount: 620 })
    expect(run.waitingFor('approve')).toEqual(['wang', 'zhao'])
    run.act('approve', 'wang', 'approve', { comment: '同意' })
    expect(run.variables).toMatchObject({
      apply: { outcome: 'completed', by: 'li', at: '2026-03-02T01:00:00.000Z' },
      approve: {
        outcome: 'approved',
        by: 'wang',
        comment: '同意',
        items: [
          { who: 'wang', state: 'approved', comment: '同意', at: '2026-03-02T01:00:00.000Z' },
          { who: 'zhao', state: 'canceled', comment: null, at: null },
        ],
      },
    })
    expect(run.active).toEqual(['pay'])
    expect(run.orphans()).toEqual([])
  })

  it('answers the slower one that the task is closed, a stranger that it is not his, also after the end of the case', () => {
    const run = simple()
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'reject', { comment: '不行' })
    expect(run.act('approve', 'zhao', 'approve')).toBe('task.closed')
    expect(run.act('approve', 'chen', 'approve')).toBe('task.not_yours')
    run.job('pay')
    expect(run.state).toBe('completed')
    expect(run.act('approve', 'zhao', 'approve')).toBe('task.closed')
  })

  it('tells holders of a canceled case that the task is closed', () => {
    const run = simple()
    run.complete('apply', 'li')
    run.cancel()
    expect(run.act('approve', 'zhao', 'approve')).toBe('task.closed')
    expect(run.act('approve', 'chen', 'approve')).toBe('task.not_yours')
    expect(run.orphans()).toEqual([])
  })

  it('keeps approval steps from being completed as plain work, and the other way round', () => {
    const run = simple()
    expect(run.act('apply', 'li', 'approve')).toBe('task.action_not_offered')
    expect(run.complete('apply', 'wang')).toBe('task.not_yours')
    run.complete('apply', 'li')
    expect(run.complete('approve', 'wang')).toBe('task.action_not_offered')
  })

  it('does not know a task that never was', () => {
    expect(simple().act('ghost', 'wang', 'approve')).not.toBe('ok')
  })

  it('raises an incident when nobody is found, and asks again once that was put right', () => {
    const run = simple({ participants: participants([{ kind: 'field', value: 'boss' }]) })
    run.complete('apply', 'li')
    expect(run.incidents()).toEqual(['approve participants.nobody'])
    run.set({ boss: 'chen' })
    run.resolve()
    expect([run.incidents(), run.waitingFor('approve')]).toEqual([[], ['chen']])
  })

  it('passes at once when a rule decides', () => {
    const run = simple({ participants: participants([user('li')], { whenInitiator: 'skip' }) })
    run.complete('apply', 'li')
    expect(run.variables['approve']).toMatchObject({
      outcome: 'approved',
      by: 'system',
      items: [{ who: 'li', state: 'skipped' }],
    })
    expect(run.active).toEqual(['pay'])
  })

  it('asks the role of the lane when the step names nobody', () => {
    const definition = diagram({ start, approve: { ...task({ actions: actions('approve') }), lane: 'manager' }, end }, [
      'start -> approve -> end',
    ])
    const run = aCase(definition, { people: { wang: { roles: ['manager'] }, zhao: {} } })
    expect(run.waitingFor('approve')).toEqual(['wang'])
  })

  it('guards the fields of work that names nobody', () => {
    const fields = { default: 'readonly' as const, fields: [{ path: 'note', access: 'required' as const }] }
    const run = aCase(diagram({ start, check: task({ fields }), end }, ['start -> check -> end']), {
      variables: { fee: 1 },
    })
    expect(run.complete('check', 'chen', { fee: 2, note: 'x' })).toBe('task.field_not_editable')
    expect(run.complete('check', 'chen')).toBe('task.field_required')
    expect(run.complete('check', 'chen', { note: 'x' })).toBe('ok')
    expect(run.state).toBe('completed')
  })

  it('bars who did a step by hand from the one that must see with other eyes', () => {
    const run = aCase(
      diagram(
        {
          start,
          check: { kind: 'userTask' },
          approve: approval({ fourEyes: ['check', 'start'], participants: participants([role('any')]) }),
          end,
        },
        ['start -> check -> approve -> end'],
      ),
      { people: { li: { roles: ['any'] }, wang: { roles: ['any'] }, zhao: { roles: ['any'] } } },
    )
    run.complete('check', 'wang')
    expect(run.waitingFor('approve')).toEqual(['zhao'])
    expect(run.act('approve', 'wang', 'approve')).toBe('task.four_eyes')
  })

  it('lets one of several take the task out of the others’ hands and give it back', () => {
    const run = simple()
    run.complete('apply', 'li')
    expect(run.claim('approve', 'chen')).toBe('task.not_yours')
    expect(run.claim('approve', 'wang')).toBe('ok')
    expect([run.claim('approve', 'zhao'), run.act('approve', 'zhao', 'approve')]).toEqual([
      'task.not_yours',
      'task.not_yours',
    ])
    expect(run.claim('approve', 'wang', 'unclaim')).toBe('ok')
    expect(run.act('approve', 'zhao', 'approve')).toBe('ok')
  })

  it('offers no claim where everybody must answer', () => {
    const run = simple({ approval: { mode: 'all', rejectAt: 'first' } })
    run.complete('apply', 'li')
    expect(run.claim('approve', 'wang')).toBe('task.action_not_offered')
  })

  it('keeps the signature in the history, with the act that it was given for', () => {
    const run = simple({ actions: [{ name: 'approve', comment: 'optional', signature: true }] })
    run.complete('apply', 'li')
    expect(run.act('approve', 'wang', 'approve')).toBe('task.signature_required')
    run.act('approve', 'wang', 'approve', { signature: 'data:image/png;base64,AA==' })
    expect(run.events.findLast((event) => event.type === 'taskActed')).toMatchObject({
      by: 'wang',
      action: 'approve',
      signature: 'data:image/png;base64,AA==',
    })
    expect(JSON.stringify(run.instance)).not.toContain('base64')
  })

  it('tells the outside nothing of what an approval was bound to', () => {
    const run = simple({ approval: { mode: 'all', rejectAt: 'first' } })
    run.complete('apply', 'li', { secret: 7 })
    run.act('approve', 'wang', 'approve')
    expect(run.tasks()[0]?.items[0]).toMatchObject({ who: 'wang', state: 'approved' })
    expect(run.tasks()[0]?.items[0]?.seen).toBeUndefined()
  })

  it('keeps drafts with their holder and drops them with his item', () => {
    const run = simple({ approval: { mode: 'all', rejectAt: 'first' } })
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'saveDraft', { variables: { fee: 3 } })
    expect(run.tasks()[0]?.drafts).toEqual({ wang: { fee: 3 } })
    run.act('approve', 'wang', 'approve')
    expect(run.tasks()[0]?.drafts).toEqual({})
    expect(run.variables['fee']).toBeUndefined()
  })
})

describe('the clock of a step', () => {
  const deadline = {
    due: { duration: 'PT4H' },
    calendar: 'natural',
    atEnd: 'reject' as const,
    reminders: [{ offset: '-PT1H' }],
  }

  it('reminds, then decides; nothing is left armed', () => {
    const run = simple({ deadline })
    run.complete('apply', 'li')
    run.advanceTo('2026-03-02T04:00:00.000Z')
    expect(run.reminders).toEqual([{ to: ['wang', 'zhao'], why: 'beforeDue' }])
    run.advanceTo('2026-03-02T05:00:00.000Z')
    expect(run.variables['approve']).toMatchObject({ outcome: 'rejected', by: 'system' })
    expect(run.timers.size).toBe(0)
    expect(run.act('approve', 'wang', 'approve')).toBe('task.closed')
  })

  it('stands still during a question, to the customer too, and goes on with timers of its own', () => {
    const run = simple({ deadline }, { initiator: 'customer', people: { wang: {}, zhao: {} } })
    run.complete('apply', 'customer')
    run.act('approve', 'wang', 'ask', { to: 'customer', comment: '照片？' })
    expect([run.timers.size, run.tasks()[0]?.question?.text, run.tasks()[0]?.dueAt]).toEqual([0, '照片？', null])
    run.advanceTo('2026-03-03T01:00:00.000Z')
    expect(run.act('approve', 'customer', 'answer', { comment: '在这', variables: { photo: 'a.png' } })).toBe('ok')
    expect(run.tasks()[0]?.dueAt).toBe('2026-03-03T05:00:00.000Z')
    run.act('approve', 'wang', 'ask', { to: 'customer', comment: '还有？' })
    run.act('approve', 'customer', 'answer')
    run.advanceTo('2026-03-03T05:00:00.000Z')
    expect(run.variables['approve']).toMatchObject({ outcome: 'rejected', by: 'system' })
  })

  it('starts anew with each activation', () => {
    const run = simple({ deadline })
    run.complete('apply', 'li')
    run.advanceTo('2026-03-02T04:30:00.000Z')
    run.act('approve', 'wang', 'return')
    run.complete('apply', 'li')
    expect(run.tasks()[0]?.dueAt).toBe('2026-03-02T08:30:00.000Z')
  })
})

describe('return', () => {
  it('goes to the first task that the initiator did, voids what followed, keeps what people entered', () => {
    const run = simple()
    run.complete('apply', 'li', { amount: 620 })
    run.act('approve', 'wang', 'return', { comment: '缺发票' })
    expect(run.active).toEqual(['apply'])
    expect(run.variables).toMatchObject({
      amount: 620,
      approve: { outcome: 'returned', by: 'wang', comment: '缺发票' },
    })
    expect(run.act('approve', 'zhao', 'approve')).toBe('task.closed')
    expect(run.events.find((event) => event.type === 'caseReturned')).toMatchObject({ to: 'apply', by: 'wang' })
  })

  it('opens a fresh task for him under the start event when he had none', () => {
    const run = aCase(diagram({ start, approve: approval(), end }, ['start -> approve -> end']))
    run.act('approve', 'wang', 'return')
    expect([run.active, run.waitingFor('start')]).toEqual([['start'], ['li']])
    run.complete('start', 'li', { amount: 7 })
    expect([run.active, run.variables['amount']]).toEqual([['approve'], 7])
    run.act('approve', 'wang', 'approve')
    expect(run.state).toBe('completed')
    expect(run.replayed()).toEqual(run.instance)
  })

  it('is refused when something has acted outside since, unless that may run again', () => {
    const through = (repeatable: boolean) => {
      const run = aCase(
        diagram(
          {
            start,
            apply,
            pay: { ...service('pay', { name: '退款' }), ...(repeatable && { repeatable }) },
            approve: approval(),
            end,
          },
          ['start -> apply -> pay -> approve -> end'],
        ),
      )
      run.complete('apply', 'li')
      run.job('pay')
      return [run.act('approve', 'wang', 'return'), run.active]
    }
    expect(through(false)).toEqual(['return.cannot_undo', ['approve']])
    expect(through(true)).toEqual(['ok', ['apply']])
  })

  it('goes to the step before, to a listed one, or to any on the path, and nowhere else', () => {
    const back = (policy: TaskPolicy, to?: string) => {
      const run = aCase(
        diagram(
          {
            start,
            apply,
            check: task({ participants: participants([user('chen')]) }),
            other: approval(),
            approve: approval(policy),
            end,
          },
          ['start -> apply -> check -> approve -> end', 'approve -> other -> end'],
        ),
      )
      run.complete('apply', 'li')
      run.complete('check', 'chen')
      return [run.act('approve', 'wang', 'return', to === undefined ? {} : { to }), ...run.active]
    }
    expect(back({ return: { to: 'previous', elements: [] } })).toEqual(['ok', 'check'])
    expect(back({ return: { to: 'listed', elements: ['apply', 'check'] } }, 'apply')).toEqual(['ok', 'apply'])
    expect(back({ return: { to: 'any', elements: [] } }, 'check')).toEqual(['ok', 'check'])
    expect(back({ return: { to: 'any', elements: [] } }, 'other')).toEqual(['return.target_not_on_path', 'approve'])
    expect(back({ return: { to: 'initiator', elements: [] } }, 'check')).toEqual([
      'return.target_not_allowed',
      'approve',
    ])
  })

  it('ends in a branch only what descends from the target, also what that had put into a join', () => {
    const run = aCase(
      diagram(
        {
          start,
          fork: parallel,
          a: apply,
          split: parallel,
          b: approval(),
          c: service('c', { repeatable: true }),
          other: service('other'),
          join: parallel,
          end,
        },
        ['start -> fork -> a -> split -> b -> join -> end', 'split -> c -> join', 'fork -> other -> join'],
      ),
    )
    run.complete('a', 'li')
    run.job('c')
    run.job('other')
    expect(run.active.toSorted()).toEqual(['b', 'join'])
    run.act('b', 'wang', 'return')
    expect(run.active.toSorted()).toEqual(['a', 'join'])
    run.complete('a', 'li')
    run.act('b', 'wang', 'approve')
    expect(run.active.toSorted()).toEqual(['c', 'join'])
    run.job('c')
    expect(run.state).toBe('completed')
    expect(run.replayed()).toEqual(run.instance)
  })

  it('after a join puts the other branch’s token back at the join', () => {
    const run = aCase(
      diagram({ start, fork: parallel, a: apply, other: service('other'), join: parallel, approve: approval(), end }, [
        'start -> fork -> a -> join -> approve -> end',
        'fork -> other -> join',
      ]),
    )
    run.complete('a', 'li')
    run.job('other')
    run.act('approve', 'wang', 'return')
    expect(run.active.toSorted()).toEqual(['a', 'join'])
    run.complete('a', 'li')
    expect(run.active).toEqual(['approve'])
    expect(run.jobs.size).toBe(0)
  })

  it('finds no target inside a sub-process that is over', () => {
    const run = aCase(
      diagram(
        {
          start,
          sub: { kind: 'subProcess' },
          s: { ...start, parentId: 'sub' },
          inside: { ...apply, parentId: 'sub' },
          e: { ...end, parentId: 'sub' },
          approve: approval({ return: { to: 'listed', elements: ['inside'] } }),
          end,
        },
        ['start -> sub -> approve -> end', 's -> inside -> e'],
      ),
    )
    run.complete('inside', 'li')
    expect(run.act('approve', 'wang', 'return')).toBe('return.target_not_on_path')
  })
})

describe('withdraw', () => {
  it('ends the case for its initiator until somebody has decided', () => {
    const run = simple({ approval: { mode: 'all', rejectAt: 'first' } })
    run.complete('apply', 'li')
    expect(run.withdraw('wang')).toBe('withdraw.not_initiator')
    run.act('approve', 'wang', 'approve')
    expect(run.withdraw('li')).toBe('withdraw.too_late')
  })

  it('takes tasks, jobs and timers with it; a second one is too late', () => {
    const run = simple()
    run.complete('apply', 'li')
    expect(run.withdraw('li')).toBe('ok')
    expect([run.state, run.orphans(), run.tasks()]).toEqual(['terminated', [], []])
    expect(run.withdraw('li')).toBe('withdraw.too_late')
    expect(run.act('approve', 'wang', 'approve')).toBe('task.closed')
  })

  it('is over once the element is entered that the diagram names', () => {
    const definition = diagram({ start, apply, pay: service('pay'), end }, ['start -> apply -> pay -> end'], {
      withdraw: { until: 'element', element: 'pay', to: 'canceled' },
    })
    const run = aCase(definition)
    run.complete('apply', 'li')
    expect(run.withdraw('li')).toBe('withdraw.too_late')
  })
})

describe('bound to what was seen', () => {
  const fields = { default: 'readonly' as const, fields: [{ path: 'fee', access: 'readonly' as const }] }
  const pack = task({ participants: participants([user('chen')]) })
  const run = () => {
    const begun = aCase(
      diagram(
        {
          start,
          approve: approval({ approval: { mode: 'all', rejectAt: 'first' }, fields }),
          pack,
          pay: service('pay'),
          end,
        },
        ['start -> approve -> pack -> pay -> end'],
      ),
      { variables: { fee: 10, n: 1 } },
    )
    begun.act('approve', 'wang', 'approve')
    begun.act('approve', 'zhao', 'approve')
    return begun
  }

  it('lets a service task act when all is as it was approved', () => {
    const begun = run()
    begun.complete('pack', 'chen', { n: 2 })
    expect(begun.active).toEqual(['pay'])
  })

  it('takes the token back before the service task and asks again, telling the field', () => {
    const begun = run()
    begun.complete('pack', 'chen', { fee: 99 })
    expect(begun.active).toEqual(['approve'])
    expect(begun.items('approve')).toEqual(['wang open', 'zhao open'])
    expect(begun.events.findLast((event) => event.type === 'taskActed')).toMatchObject({
      action: 'reopened',
      comment: 'fee',
    })
    begun.act('approve', 'wang', 'approve')
    begun.act('approve', 'zhao', 'approve')
    begun.complete('pack', 'chen')
    expect(begun.active).toEqual(['pay'])
    expect(begun.replayed()).toEqual(begun.instance)
  })

  it('does not look at approvals that an earlier task outside has already acted on', () => {
    const begun = aCase(
      diagram({ start, approve: approval({ fields }), pay: service('pay'), tell: service('tell'), end }, [
        'start -> approve -> pay -> tell -> end',
      ]),
      { variables: { fee: 10 } },
    )
    begun.act('approve', 'wang', 'approve')
    begun.job('pay', { fee: 0 })
    expect(begun.active).toEqual(['tell'])
  })
})
