import { describe, expect, it } from 'vitest'
import type { TaskPolicy } from '../../../workflows/model/approval.ts'
import { checkApproval } from '../../../workflows/model/check-approval.ts'
import { warnApproval } from '../../../workflows/runtime/warn-approval.ts'
import { actions, participants, role, user } from '../../support/approval-step.ts'
import { end, parsedDiagram, start, type NodeSpec } from '../../support/diagram.ts'
import { aDirectory } from '../../support/directory.ts'

const step = (policy: TaskPolicy, more: Partial<NodeSpec> = {}): NodeSpec => ({
  kind: 'userTask',
  policy: { actions: actions('approve'), ...policy },
  ...more,
})
const people = aDirectory({ wang: { roles: ['manager'] }, gone: { roles: ['finance'], canceled: true } })

const warningsOf = async (approve: NodeSpec, demanded: string[] | null = null) =>
  (
    await warnApproval(parsedDiagram({ start, approve, end }, ['start -> approve -> end']), {
      people,
      demanded: () => Promise.resolve(demanded),
    })
  ).map(({ code, severity }) => `${severity} ${code}`)

describe('what an author is warned of', () => {
  it('says when nobody can be found today', async () => {
    const nobody = ['warning approval.nobody_today']
    expect(await warningsOf(step({ participants: participants([role('finance'), user('ghost')]) }))).toEqual(nobody)
    expect(await warningsOf(step({ participants: participants([role('manager'), role('finance')]) }))).toEqual([])
    expect(await warningsOf(step({ participants: participants([role('finance'), { kind: 'initiator' }]) }))).toEqual([])
  })

  it('says when the one whom the clock hands over to has left', async () => {
    const handsTo = (transferTo: string): TaskPolicy => ({
      participants: participants([user('wang')]),
      deadline: { due: { duration: 'PT1H' }, calendar: 'natural', atEnd: 'transfer', transferTo, reminders: [] },
    })
    expect(await warningsOf(step(handsTo('gone')))).toEqual(['warning approval.nobody_today'])
    expect(await warningsOf(step(handsTo('wang')))).toEqual([])
  })

  it('says when a manager chain never meets its role', async () => {
    const upTo = (role: string) => step({ participants: participants([{ kind: 'managerChain', upTo: role }]) })
    expect(await warningsOf(upTo('owner'))).toEqual(['warning approval.chain_without_role'])
    expect([await warningsOf(upTo('manager')), await warningsOf(upTo('2'))]).toEqual([[], []])
  })

  it('says when the form demands a field that the step hides', async () => {
    const fields = (...shown: string[]) =>
      step(
        {
          participants: participants([user('wang')]),
          fields: { default: 'hidden', fields: shown.map((path) => ({ path, access: 'readonly' })) },
        },
        { formId: 'ask' },
      )
    expect(await warningsOf(fields(), ['amount'])).toEqual(['warning approval.hidden_required'])
    expect([await warningsOf(fields('amount'), ['amount']), await warningsOf(fields(), null)]).toEqual([[], []])
  })
})

describe('what the diagram alone tells', () => {
  const told = (first: TaskPolicy, second: TaskPolicy) =>
    checkApproval(
      parsedDiagram({ start, first: step(first), second: step(second), end }, ['start -> first -> second -> end']),
    ).map(({ code, severity, elementId }) => `${severity} ${code} ${elementId}`)
  const by = (who: string, whenRepeated: 'ask' | 'passIfPrevious' = 'ask') => ({
    participants: participants([user(who)], { whenRepeated }),
  })

  it('says when a step always asks the person of the one before', () => {
    expect(told(by('wang'), by('wang'))).toEqual(['warning approval.same_person second'])
    expect([told(by('wang'), by('wang', 'passIfPrevious')), told(by('wang'), by('zhao'))]).toEqual([[], []])
  })

  it('says when more approvals are wanted than people are asked', () => {
    const count = (threshold: number) => ({
      ...by('wang zhao'),
      approval: { mode: 'count', threshold, rejectAt: 'first' } as const,
    })
    expect(told(by('sun'), count(3))).toEqual(['warning approval.count_capped second'])
    expect(told(by('sun'), count(2))).toEqual([])
  })

  it('says when a column must be filled in of a table that is hidden', () => {
    const fields = {
      default: 'readonly' as const,
      fields: [
        { path: 'lines', access: 'hidden' as const },
        { path: 'lines.cost', access: 'required' as const },
      ],
    }
    expect(told(by('sun'), { ...by('wang'), fields })).toContain('warning approval.hidden_required second')
  })
})
