import { describe, expect, it } from 'vitest'
import type { TaskPolicy } from '../../../workflows/model/approval.ts'
import { checkApproval } from '../../../workflows/model/check-approval.ts'
import { actions, participants, role, user } from '../../support/approval-step.ts'
import { end, parsedDiagram, service, start } from '../../support/diagram.ts'

const problemsOf = (policy: TaskPolicy, more: Parameters<typeof parsedDiagram>[2] = {}) =>
  checkApproval(
    parsedDiagram(
      { start, pay: service('pay'), approve: { kind: 'userTask', name: '经理审批', policy }, end },
      ['start -> pay -> approve -> end'],
      more,
    ),
  ).map(({ code, elementId, severity }) => `${severity} ${code} ${elementId}`)

const approved = (more: TaskPolicy = {}): TaskPolicy => ({
  participants: participants([user('wang'), user('zhao')]),
  actions: actions('approve', 'reject!'),
  ...more,
})
const deadline = { due: { duration: 'PT4H' }, calendar: 'natural', atEnd: 'remind' as const, reminders: [] }

describe('checking approval steps', () => {
  it('finds nothing wrong with what is executed', () => {
    expect(
      problemsOf(approved({ approval: { mode: 'all', rejectAt: 'first' }, fourEyes: ['start'], deadline })),
    ).toEqual([])
  })

  it('takes a withdrawal to a draft where there is something to begin again with', () => {
    const draft = { withdraw: { until: 'always' as const, to: 'draft' as const } }
    expect(problemsOf(approved(), draft)).toEqual([])
    expect(checkApproval(parsedDiagram({ start, end }, ['start -> end'], draft)).map(({ code }) => code)).toEqual([
      'approval.return_needs_form',
    ])
  })

  it('refuses a threshold that can never be met or says nothing', () => {
    const of = (mode: 'ratio' | 'count', threshold?: number) =>
      problemsOf(approved({ approval: { mode, rejectAt: 'first', ...(threshold !== undefined && { threshold }) } }))
    const wrong = ['error approval.threshold approve']
    expect([of('ratio', 0), of('ratio', 1.1), of('ratio'), of('count', 0), of('count', 1.5), of('count')]).toEqual(
      Array.from({ length: 6 }, () => wrong),
    )
    expect([of('ratio', 1), of('ratio', 0.01), of('count', 2)]).toEqual([[], [], []])
  })

  it('refuses names of elements that are not there', () => {
    const unknown = 'error approval.unknown_element approve'
    expect(problemsOf(approved({ fourEyes: ['ghost'] }))).toEqual([unknown])
    expect(problemsOf(approved({ return: { to: 'listed', elements: ['ghost'] } }))).toEqual([unknown])
    expect(problemsOf(approved({ participants: participants([{ kind: 'handlerOf', value: 'ghost' }]) }))).toEqual([
      unknown,
    ])
    expect(problemsOf(approved(), { withdraw: { until: 'element', element: 'ghost', to: 'canceled' } })).toEqual([
      'error approval.unknown_element p',
    ])
  })

  it('lets a custom outcome stand only where one person or any of them decides', () => {
    const custom = (more: TaskPolicy) => problemsOf(approved({ actions: actions('custom=escalated'), ...more }))
    expect(custom({})).toEqual([])
    expect(custom({ approval: { mode: 'all', rejectAt: 'first' } })).toEqual([
      'error approval.custom_needs_one approve',
    ])
    expect(custom({ participants: participants([{ kind: 'managerChain' }]) })).toEqual([
      'error approval.custom_needs_one approve',
    ])
    const single = participants([user('wang')])
    expect(custom({ approval: { mode: 'all', rejectAt: 'first' }, participants: single })).toEqual([])
    const group = participants([role('manager')])
    expect(custom({ approval: { mode: 'all', rejectAt: 'first' }, participants: group })).toHaveLength(1)
  })

  it('refuses a threshold that is no share', () => {
    for (const threshold of [0, 1.5])
      expect(problemsOf(approved({ approval: { mode: 'ratio', threshold, rejectAt: 'first' } }))).toContain(
        'error approval.threshold approve',
      )
  })

  it('refuses more than ten reminders and a transfer to nobody', () => {
    const often = { offset: 'PT1H', every: 'PT1H', times: 10 }
    expect(problemsOf(approved({ deadline: { ...deadline, reminders: [often] } }))).toEqual([])
    expect(problemsOf(approved({ deadline: { ...deadline, reminders: [often, { offset: '-PT1H' }] } }))).toEqual([
      'error approval.too_many_reminders approve',
    ])
    expect(problemsOf(approved({ deadline: { ...deadline, atEnd: 'transfer' } }))).toEqual([
      'error bpmn.missing approve',
    ])
  })

  it('refuses words that say nothing without another', () => {
    const missing = 'error bpmn.missing approve'
    expect(problemsOf(approved({ participants: participants([{ kind: 'role' }]) }))).toEqual([missing])
    expect(problemsOf(approved({ return: { to: 'listed', elements: [] } }))).toEqual([missing])
    const admins = participants([user('wang')], { whenNobody: 'assign' })
    expect(problemsOf(approved({ participants: admins }))).toEqual([])
  })

  it('wants something to return to, and warns of a return over work outside', () => {
    const back = approved({ actions: actions('return'), return: { to: 'initiator', elements: [] } })
    expect(problemsOf(back)).toEqual([
      'error approval.return_needs_form approve',
      'warning approval.cannot_undo approve',
    ])
  })

  it('takes the form of the start event for something to return to', () => {
    const policy = approved({ actions: actions('return'), return: { to: 'initiator', elements: [] } })
    const begin = { ...start, formId: 'request' }
    const drawn = parsedDiagram({ start: begin, approve: { kind: 'userTask', policy }, end }, [
      'start -> approve -> end',
    ])
    expect(checkApproval(drawn)).toEqual([])
  })

  it('only warns of field rights without a form', () => {
    const fields = { default: 'readonly' as const, fields: [{ path: 'fee', access: 'editable' as const }] }
    expect(problemsOf(approved({ fields }))).toEqual(['warning approval.fields_without_form approve'])
  })

  it('warns of a step that nobody is asked for, or whose only person four eyes forbid', () => {
    const { participants: _nobody, ...nobody } = approved()
    expect(problemsOf(nobody)).toEqual(['warning approval.nobody_named approve'])
    const himself = participants([{ kind: 'initiator' }])
    expect(problemsOf(approved({ participants: himself, fourEyes: ['start'] }))).toEqual([
      'warning approval.barred_always approve',
    ])
    const manager = participants([{ kind: 'initiator' }], { whenInitiator: 'manager' })
    expect(problemsOf(approved({ participants: manager, fourEyes: ['start'] }))).toEqual([])
  })

  it('warns of a step that no button, clock or event ends', () => {
    const endless = approved({ actions: actions('transfer', 'cc') })
    expect(problemsOf(endless)).toEqual(['warning approval.no_verdict approve'])
    expect(problemsOf({ ...endless, deadline: { ...deadline, atEnd: 'approve' } })).toEqual([])
  })

  it('warns of returns that will always be refused', () => {
    const back = approved({ actions: actions('approve', 'return') })
    expect(problemsOf(back)).toContain('warning approval.return_nowhere approve')
    expect(problemsOf({ ...back, return: { to: 'listed', elements: ['pay'] } })).toEqual([
      'warning approval.return_never approve',
    ])
  })

  it('warns of a return only over what acts outside between, and for good', () => {
    const check = { kind: 'userTask' as const, policy: approved({ actions: actions('approve', 'return') }) }
    const fill = { kind: 'userTask' as const }
    const undoable = (flows: string[], more: Parameters<typeof parsedDiagram>[0] = {}) =>
      checkApproval(parsedDiagram({ start, fill, pay: service('pay'), check, end, ...more }, flows)).map(
        ({ code }) => code,
      )
    expect(undoable(['start -> fill -> pay -> check -> end'])).toEqual(['approval.cannot_undo'])
    expect(undoable(['start -> pay -> fill -> check -> end'])).toEqual([])
    expect(undoable(['start -> fill -> pay -> check -> end'], { pay: service('pay', { repeatable: true }) })).toEqual(
      [],
    )
  })

  it('warns of a field that one word hides and another demands', () => {
    const fields = {
      default: 'editable' as const,
      fields: [
        { path: 'fee', access: 'hidden' as const },
        { path: 'fee', access: 'required' as const },
      ],
    }
    expect(problemsOf(approved({ fields }))).toContain('warning approval.hidden_required approve')
  })
})
