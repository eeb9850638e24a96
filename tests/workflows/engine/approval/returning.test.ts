import { describe, expect, it } from 'vitest'
import type { TaskPolicy } from '../../../../workflows/model/approval.ts'
import { actions, participants, user } from '../../../support/approval-step.ts'
import { aCase, type CaseSpec } from '../../../support/case-run.ts'
import { diagram, end, parallel, service, start, type NodeSpec } from '../../../support/diagram.ts'

const apply: NodeSpec = { kind: 'userTask', policy: { participants: participants([{ kind: 'initiator' }]) } }
const step = (who: string[], more: TaskPolicy = {}, rest: Partial<NodeSpec> = {}): NodeSpec => ({
  kind: 'userTask',
  policy: {
    participants: participants(who.map(user)),
    approval: { mode: 'all', rejectAt: 'first' },
    actions: actions('approve', 'reject', 'return', 'transfer'),
    return: { to: 'any', elements: [] },
    ...more,
  },
  ...rest,
})
const seen = (...paths: string[]): NonNullable<TaskPolicy['fields']> => ({
  default: 'hidden',
  fields: paths.map((path) => ({ path, access: 'readonly' })),
})
const people = { li: {}, wang: {}, zhao: {}, sun: {}, chen: {}, root: { roles: ['admin'] } }

const chain = (more: TaskPolicy = {}, spec: CaseSpec = {}) =>
  aCase(
    diagram(
      {
        start,
        apply,
        check: step(['chen'], { fields: seen('amount') }),
        review: step(['sun'], { fields: seen('note') }),
        approve: step(['wang', 'zhao'], { fields: seen('amount', 'note'), ...more }),
        end,
      },
      ['start -> apply -> check -> review -> approve -> end'],
    ),
    { people, ...spec },
  )
const arrived = (more: TaskPolicy = {}) => {
  const run = chain(more)
  run.complete('apply', 'li', { amount: 100, note: 'a' })
  run.act('check', 'chen', 'approve')
  run.act('review', 'sun', 'approve')
  return run
}
const effects = (run: ReturnType<typeof chain>) => {
  const returned = run.events.findLast((event) => event.type === 'caseReturned')
  return returned?.type === 'caseReturned' ? returned.effects : null
}

describe('a return that runs everything again', () => {
  it('tells what becomes void, what is kept and what restarts', () => {
    const run = arrived({
      deadline: { due: { duration: 'PT4H' }, calendar: 'natural', atEnd: 'remind', reminders: [] },
    })
    expect(run.act('approve', 'wang', 'return', { to: 'review' })).toBe('ok')
    expect(effects(run)).toEqual({
      void: ['review'],
      kept: ['check'],
      restarts: ['approve'],
      compensates: [],
      handlers: [],
    })
    expect(run.active).toEqual(['review'])
  })

  it('needs no target where the path has only one, and one where it has several', () => {
    const run = chain()
    run.complete('apply', 'li', { amount: 1 })
    expect(run.act('check', 'chen', 'return')).toBe('ok')
    expect(run.active).toEqual(['apply'])
    expect(arrived().act('approve', 'wang', 'return')).toBe('return.target_not_allowed')
  })

  it('asks everybody again', () => {
    const run = arrived()
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'rerun' })
    run.complete('apply', 'li', { amount: 100 })
    expect(run.active).toEqual(['check'])
  })
})

describe('a return that asks again only those who see something new', () => {
  it('lets the others pass by themselves', () => {
    const run = arrived({ return: { to: 'any', elements: [], afterwards: 'affected' } })
    run.act('approve', 'zhao', 'approve')
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'rerun' })
    run.complete('apply', 'li', { note: 'b' })
    expect([run.active, run.items('review')]).toEqual([['review'], ['sun open']])
    run.act('review', 'sun', 'approve')
    expect(run.items('approve')).toEqual(['wang open', 'zhao open'])
    expect(run.variables['check']).toMatchObject({ outcome: 'approved', items: [{ who: 'chen', state: 'skipped' }] })
  })

  it('keeps the approvals beside the one who returned when they see nothing new', () => {
    const run = arrived()
    run.act('approve', 'zhao', 'approve')
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'affected' })
    run.complete('apply', 'li')
    expect([run.active, run.items('approve')]).toEqual([['approve'], ['wang open', 'zhao skipped']])
    run.act('approve', 'wang', 'approve')
    expect(run.state).toBe('completed')
    expect(run.replayed()).toEqual(run.instance)
  })

  it('asks whoever it was sent back to, whatever he sees', () => {
    const run = arrived()
    run.act('approve', 'wang', 'return', { to: 'check', afterwards: 'affected' })
    expect(run.waitingFor('check')).toEqual(['chen'])
    run.act('check', 'chen', 'approve')
    expect(run.active).toEqual(['approve'])
  })

  it('asks everybody when the next return wants everything again', () => {
    const run = arrived()
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'affected' })
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'rerun' })
    run.complete('apply', 'li')
    expect(run.active).toEqual(['check'])
  })
})

describe('a return that comes straight back', () => {
  it('passes what lies between, and asks only the one who returned', () => {
    const run = arrived({ approval: { mode: 'any', rejectAt: 'first' } })
    expect(run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })).toBe('ok')
    expect([run.active, effects(run)?.void, effects(run)?.kept]).toEqual([['apply'], [], ['check', 'review']])
    expect(run.act('approve', 'zhao', 'approve')).toBe('task.closed')
    run.complete('apply', 'li', { note: 'better' })
    expect([run.active, run.waitingFor('approve')]).toEqual([['approve'], ['wang']])
    run.act('approve', 'wang', 'approve')
    expect([run.state, run.orphans()]).toEqual(['completed', []])
    expect(run.replayed()).toEqual(run.instance)
  })

  it('keeps the approvals of others who see nothing new, and still asks those whom the decision needs', () => {
    const run = chain({ participants: participants(['wang', 'zhao', 'sun', 'chen'].map(user)) })
    run.complete('apply', 'li', { amount: 100, note: 'a' })
    run.act('check', 'chen', 'approve')
    run.act('review', 'sun', 'approve')
    run.act('approve', 'zhao', 'approve')
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })
    run.complete('apply', 'li')
    expect(run.items('approve')).toEqual(['wang open', 'zhao approved', 'sun open', 'chen open'])
  })

  it('asks others again when what they saw has changed', () => {
    const run = arrived()
    run.act('approve', 'zhao', 'approve')
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })
    run.complete('apply', 'li', { amount: 999 })
    expect(run.items('approve')).toEqual(['wang open', 'zhao open'])
  })

  it('is not in the way of a step between that has acted outside, and undoes nothing', () => {
    const run = aCase(
      diagram({ start, apply, pay: service('pay'), approve: step(['wang']), end }, [
        'start -> apply -> pay -> approve -> end',
      ]),
      { people },
    )
    run.complete('apply', 'li')
    run.job('pay')
    expect(run.act('approve', 'wang', 'return', { to: 'apply' })).toBe('return.cannot_undo')
    expect(run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })).toBe('ok')
    run.complete('apply', 'li')
    expect([run.active, run.jobs.size]).toEqual([['approve'], 0])
  })

  it('leaves the other branch at work, and its sub-process open', () => {
    const inside = { parentId: 'sub' }
    const run = aCase(
      diagram(
        {
          start,
          apply,
          sub: { kind: 'subProcess' },
          s: { ...start, ...inside },
          fork: { ...parallel, ...inside },
          approve: step(['wang'], {}, inside),
          other: { ...service('other'), ...inside },
          join: { ...parallel, ...inside },
          e: { ...end, ...inside },
          end,
        },
        ['start -> apply -> sub -> end', 's -> fork -> approve -> join -> e', 'fork -> other -> join'],
      ),
      { people },
    )
    run.complete('apply', 'li')
    expect(run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })).toBe('ok')
    run.job('other')
    expect(run.active.toSorted()).toEqual(['apply', 'join'])
    run.complete('apply', 'li')
    expect(run.active.toSorted()).toEqual(['approve', 'join'])
    run.act('approve', 'wang', 'approve')
    expect([run.state, run.orphans()]).toEqual(['completed', []])
  })

  it('keeps its sub-process alive when nothing else runs inside', () => {
    const inside = { parentId: 'sub' }
    const around = { sub: { kind: 'subProcess' }, s: { ...start, ...inside }, e: { ...end, ...inside } }
    const run = aCase(
      diagram({ start, apply, ...around, approve: step(['wang'], {}, inside), end }, [
        'start -> apply -> sub -> end',
        's -> approve -> e',
      ]),
      { people },
    )
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })
    run.complete('apply', 'li')
    expect(run.active).toEqual(['approve'])
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })
    expect(run.cancel()).toBe('ok')
    expect([run.state, run.orphans(), run.tasks()]).toEqual(['terminated', [], []])
  })

  it('comes back through two returns, one from the other', () => {
    const run = arrived()
    run.act('approve', 'wang', 'return', { to: 'review', afterwards: 'back' })
    run.act('review', 'sun', 'return', { to: 'apply', afterwards: 'back' })
    expect(run.active).toEqual(['apply'])
    run.complete('apply', 'li')
    expect(run.active).toEqual(['review'])
    run.act('review', 'sun', 'approve')
    expect([run.active, run.items('approve')]).toEqual([['approve'], ['wang open', 'zhao open']])
  })

  it('counts one instance of several once, though it was left and entered again', () => {
    const loop = {
      sequential: false,
      collection: null,
      cardinality: '2',
      inputElement: null,
      outputCollection: null,
      outputElement: null,
      completionCondition: null,
    }
    const approve = step(['wang'], {}, { multiInstance: loop })
    const run = aCase(diagram({ start, apply, approve, end }, ['start -> apply -> approve -> end']), { people })
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'return', { to: 'apply', afterwards: 'back' })
    run.complete('apply', 'li')
    run.act('approve', 'wang', 'approve')
    expect(run.active).toEqual(['approve'])
    run.act('approve', 'wang', 'approve')
    expect(run.state).toBe('completed')
  })
})

describe('an approval that no longer holds', () => {
  it('takes the token back into a sub-process that is over, and asks only those who see something new', () => {
    const inside = { parentId: 'sub' }
    const run = aCase(
      diagram(
        {
          start,
          apply,
          sub: { kind: 'subProcess' },
          s: { ...start, ...inside },
          check: step(['chen'], { fields: seen('note') }, inside),
          approve: step(['wang'], { fields: seen('amount') }, inside),
          e: { ...end, ...inside },
          confirm: { kind: 'userTask', policy: { participants: participants([user('zhao')]) } },
          pay: service('pay'),
          end,
        },
        ['start -> apply -> sub -> confirm -> pay -> end', 's -> check -> approve -> e'],
      ),
      { people },
    )
    run.complete('apply', 'li', { amount: 100, note: 'a' })
    run.act('check', 'chen', 'approve')
    run.act('approve', 'wang', 'approve')
    run.complete('confirm', 'zhao', { amount: 900 })
    expect([run.active, run.jobs.size, run.waitingFor('approve')]).toEqual([['approve'], 0, ['wang']])
    run.act('approve', 'wang', 'approve')
    run.complete('confirm', 'zhao')
    expect(run.active).toEqual(['pay'])
    expect(run.replayed()).toEqual(run.instance)
  })
})

describe('a case that its initiator takes back to a draft', () => {
  const draft = (until: 'handled' | 'always', nodes: Record<string, NodeSpec> = {}) =>
    aCase(
      diagram(
        { start, apply, approve: step(['wang', 'zhao']), pay: service('pay'), confirm: step(['sun']), end, ...nodes },
        ['start -> apply -> approve -> pay -> confirm -> end'],
        { withdraw: { until, to: 'draft' } },
      ),
      { people },
    )

  it('gives him his first task again, and everything begins anew', () => {
    const run = draft('handled')
    run.complete('apply', 'li', { amount: 1 })
    expect(run.withdraw('li')).toBe('ok')
    expect([run.state, run.active, run.waitingFor('apply'), run.orphans()]).toEqual(['active', ['apply'], ['li'], []])
    run.complete('apply', 'li', { amount: 2 })
    expect(run.items('approve')).toEqual(['wang open', 'zhao open'])
    expect(run.replayed()).toEqual(run.instance)
  })

  it('comes too late once somebody decided, and once something acted outside', () => {
    const handled = draft('handled')
    handled.complete('apply', 'li')
    handled.act('approve', 'wang', 'approve')
    expect(handled.withdraw('li')).toBe('withdraw.too_late')
    const acted = draft('always')
    acted.complete('apply', 'li')
    acted.act('approve', 'wang', 'approve')
    acted.act('approve', 'zhao', 'approve')
    acted.job('pay')
    expect(acted.withdraw('li')).toBe('withdraw.too_late')
  })

  it('stands under the start event where he had no task of his own', () => {
    const run = aCase(
      diagram({ start: { ...start, formId: 'ask' }, approve: step(['wang']), end }, ['start -> approve -> end'], {
        withdraw: { until: 'handled', to: 'draft' },
      }),
      { people },
    )
    expect(run.withdraw('li')).toBe('ok')
    expect([run.active, run.waitingFor('start')]).toEqual([['start'], ['li']])
    run.complete('start', 'li')
    expect(run.active).toEqual(['approve'])
  })
})
