import { describe, expect, it } from 'vitest'
import type { ApprovalPolicy, TaskPolicy } from '../../../../workflows/model/approval.ts'
import { actions, participants, user } from '../../../support/approval-step.ts'
import { aCase } from '../../../support/case-run.ts'
import { diagram, end, parallel, service, start, type NodeSpec } from '../../../support/diagram.ts'

const happenings = ['return', 'withdraw', 'reject', 'transfer', 'deadline', 'cancel'] as const
const modes = ['any', 'all', 'sequence'] as const
const places = [
  'on a plain path',
  'in a parallel branch',
  'after a parallel join',
  'in a sub-process',
  'in a multi-instance',
  'at its second activation',
] as const
const moments = ['before any decision', 'after some'] as const

type Place = (typeof places)[number]
type Run = ReturnType<typeof aCase>

const policy = (mode: ApprovalPolicy['mode']): TaskPolicy => ({
  participants: participants([user('wang'), user('zhao'), user('sun')]),
  approval: { mode, rejectAt: mode === 'any' ? 'unreachable' : 'first' },
  actions: actions('approve', 'reject', 'return', 'transfer'),
  return: { to: 'initiator', elements: [] },
  deadline: { due: { duration: 'PT4H' }, calendar: 'natural', atEnd: 'approve', reminders: [{ offset: '-PT1H' }] },
})
const apply: NodeSpec = { kind: 'userTask', policy: { participants: participants([{ kind: 'initiator' }]) } }
const inside = { parentId: 'sub' }
const around: Record<string, NodeSpec> = {
  sub: { kind: 'subProcess' },
  s: { ...start, ...inside },
  e: { ...end, ...inside },
}

/** The same step in six surroundings; `other` is what else goes on at the same time. */
function drawing(place: Place, mode: ApprovalPolicy['mode']) {
  const approve: NodeSpec = { kind: 'userTask', policy: policy(mode) }
  const other = service('other')
  switch (place) {
    case 'on a plain path':
    case 'at its second activation':
      return diagram({ start, apply, approve, end }, ['start -> apply -> approve -> end'])
    case 'in a parallel branch':
      return diagram({ start, apply, fork: parallel, approve, other, join: parallel, end }, [
        'start -> apply -> fork -> approve -> join -> end',
        'fork -> other -> join',
      ])
    case 'after a parallel join':
      return diagram({ start, fork: parallel, apply, other, join: parallel, approve, end }, [
        'start -> fork -> apply -> join -> approve -> end',
        'fork -> other -> join',
      ])
    case 'in a sub-process':
      return diagram({ start, apply, ...around, approve: { ...approve, ...inside }, end }, [
        'start -> apply -> sub -> end',
        's -> approve -> e',
      ])
    case 'in a multi-instance': {
      const many = {
        sequential: false,
        collection: null,
        cardinality: '2',
        inputElement: null,
        outputCollection: null,
        outputElement: null,
        completionCondition: null,
      }
      return diagram(
        {
          start,
          apply,
          ...around,
          sub: { kind: 'subProcess', multiInstance: many },
          approve: { ...approve, ...inside },
          end,
        },
        ['start -> apply -> sub -> end', 's -> approve -> e'],
      )
    }
  }
}

/** Answers the step as far as needed until nobody is asked any more. */
function approveAll(run: Run): void {
  for (let turn = 0; turn < 30; turn++) {
    const open = run.tasks().find((task) => task.elementId === 'approve')
    if (!open) return
    expect(run.act('approve', open.waitingFor[0]!, 'approve')).toBe('ok')
  }
  throw new Error('the step is never decided')
}

/** Carries a case to its end whatever still waits. */
function finish(run: Run): void {
  for (let turn = 0; turn < 40 && run.state === 'active'; turn++) {
    if (run.waitingFor('apply').length > 0) expect(run.complete('apply', 'li')).toBe('ok')
    else if (run.jobs.size > 0) expect(run.job('other')).toBe('ok')
    else approveAll(run)
  }
}

function arrive(place: Place, mode: ApprovalPolicy['mode']): Run {
  const run = aCase(drawing(place, mode), {
    people: { li: {}, wang: {}, zhao: {}, sun: {}, chen: {}, root: { roles: ['admin'] } },
  })
  run.complete('apply', 'li')
  if (place === 'after a parallel join') run.job('other')
  if (place === 'at its second activation') {
    expect(run.act('approve', 'wang', 'return')).toBe('ok')
    run.complete('apply', 'li')
  }
  return run
}

describe.each(places)('%s', (place) => {
  describe.each(modes)('mode %s', (mode) => {
    describe.each(moments)('%s', (moment) => {
      it.each(happenings)('%s runs, ends, leaves no orphan and replays', (happening) => {
        const run = arrive(place, mode)
        // In mode any the first approval would decide, so some have decided means somebody has rejected.
        if (moment === 'after some')
          expect(run.act('approve', 'wang', mode === 'any' ? 'reject' : 'approve')).toBe('ok')
        const holder = run.waitingFor('approve')[0]!
        const beside = place === 'in a parallel branch' ? ['other'] : []

        const outcome = {
          return: () => {
            const answer = run.act('approve', holder, 'return')
            expect(run.active.toSorted()).toEqual(place === 'after a parallel join' ? ['apply', 'join'] : ['apply'])
            expect(run.tasks().map((task) => task.elementId)).toEqual(['apply'])
            return answer
          },
          withdraw: () => {
            const decided = moment === 'after some'
            const answer = run.withdraw('li')
            expect(answer).toBe(decided ? 'withdraw.too_late' : 'ok')
            expect(run.state).toBe(decided ? 'active' : 'terminated')
            return 'ok'
          },
          reject: () => {
            const before = run.tasks().filter((task) => task.elementId === 'approve').length
            for (
              let turn = 0;
              turn < 3 && run.tasks().filter((task) => task.elementId === 'approve').length === before;
              turn++
            )
              expect(run.act('approve', run.waitingFor('approve')[0]!, 'reject')).toBe('ok')
            expect(run.variables['approve']).toMatchObject({ outcome: 'rejected' })
            return 'ok'
          },
          transfer: () => {
            const answer = run.act('approve', holder, 'transfer', { to: 'chen' })
            expect(run.waitingFor('approve')).toContain('chen')
            expect(run.act('approve', holder, 'approve')).toBe('task.not_yours')
            return answer
          },
          deadline: () => {
            run.advanceTo('2026-03-02T06:00:00.000Z')
            expect(run.variables['approve']).toMatchObject({ outcome: 'approved', by: 'system' })
            expect(run.tasks()).toEqual([])
            expect(run.active.filter((id) => id === 'approve' || id === 'other')).toEqual(beside)
            return 'ok'
          },
          cancel: () => {
            const answer = run.cancel()
            expect(run.act('approve', holder, 'approve')).toBe('task.closed')
            return answer
          },
        }[happening]()

        expect(outcome).toBe('ok')
        expect(run.orphans()).toEqual([])
        finish(run)
        expect(run.state).toBe(
          happening === 'cancel' || (happening === 'withdraw' && moment !== 'after some') ? 'terminated' : 'completed',
        )
        expect([run.tasks(), run.jobs.size, run.timers.size, run.incidents()]).toEqual([[], 0, 0, []])
        expect(run.replayed()).toEqual(run.instance)
      })
    })
  })
})
