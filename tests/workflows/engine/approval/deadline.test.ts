import { describe, expect, it } from 'vitest'
import type { Deadline } from '../../../../workflows/model/approval.ts'
import { aStep, actions, participants, user, type StepSpec } from '../../../support/approval-step.ts'

const deadline = (atEnd: Deadline['atEnd'], more: Partial<Deadline> = {}): Deadline => ({
  due: { duration: 'PT4H' },
  calendar: 'natural',
  atEnd,
  reminders: [],
  ...more,
})
const due = '2026-03-02T05:00:00.000Z'
const house = { li: {}, wang: { manager: 'ma' }, zhao: {}, ma: {}, root: { roles: ['admin'] } }
const step = (atEnd: Deadline['atEnd'], more: Partial<Deadline> = {}, spec: StepSpec = {}) =>
  aStep({
    people: house,
    participants: participants([user('wang'), user('zhao')]),
    approval: { mode: 'all', rejectAt: 'first' },
    actions: actions('approve', 'reject', 'transfer', 'return'),
    deadline: deadline(atEnd, more),
    ...spec,
  })

describe('the due time', () => {
  const dueOf = (value: unknown) =>
    step('remind', { due: { expression: 'due' } }, { results: { due: { ok: true, value: value as string } } })

  it('is a duration, or FEEL that gives a duration or an instant', () => {
    expect(step('remind').task.dueAt).toBe(due)
    expect(dueOf('PT30M').task.dueAt).toBe('2026-03-02T01:30:00.000Z')
    expect(dueOf('2026-03-05T18:00:00+08:00').task.dueAt).toBe('2026-03-05T10:00:00.000Z')
  })

  it('follows the calendar', () => {
    expect(step('remind', { calendar: 'working', due: { duration: 'P5D' } }).task.dueAt).toBe(
      '2026-03-09T01:00:00.000Z',
    )
  })

  it('is an incident when it is none', () => {
    expect([dueOf('soon'), dueOf(7), dueOf(null)].map((one) => one.incident?.code)).toEqual([
      'deadline.invalid',
      'deadline.invalid',
      'deadline.invalid',
    ])
    expect(step('remind', { calendar: 'nights' }).incident?.code).toBe('deadline.invalid')
    expect(step('remind', { due: { expression: 'broken' } }).incident?.code).toBe('deadline.invalid')
  })
})

describe('reminders', () => {
  it('come before and after the due time, repeated ones as often as told', () => {
    const run = step('remind', { reminders: [{ offset: '-PT1H' }, { offset: 'PT1H', every: 'PT30M', times: 3 }] })
    run.at('2026-03-02T09:00:00.000Z')
    expect(run.notices.map((notice) => notice.why)).toEqual([
      'beforeDue',
      'afterDue',
      'afterDue',
      'afterDue',
      'afterDue',
    ])
    expect(run.task.timers).toEqual([])
  })

  it('skip what would lie in the past', () => {
    expect(step('remind', { reminders: [{ offset: '-PT5H' }] }).task.timers).toHaveLength(1)
  })

  it('tell only those who have not answered', () => {
    const run = step('remind', { reminders: [{ offset: '-PT1H' }] })
    run.act('wang', 'approve')
    run.at('2026-03-02T04:00:00.000Z')
    expect(run.notices).toEqual([{ to: ['zhao'], why: 'beforeDue' }])
  })
})

describe('the end of the deadline', () => {
  it('reminds and lets people go on', () => {
    const run = step('remind').at(due)
    expect(run.notices).toEqual([{ to: ['wang', 'zhao'], why: 'afterDue' }])
    run.act('wang', 'approve')
    run.act('zhao', 'approve')
    expect(run.outcome).toBe('approved')
  })

  it('approves, rejects or returns by the clock and closes the items', () => {
    expect([step('approve').at(due).outcome, step('reject').at(due).outcome]).toEqual(['approved', 'rejected'])
    const run = step('return', {}, { return: { to: 'initiator', elements: [] } }).at(due)
    expect(run.last).toMatchObject({ outcome: { outcome: 'returned', by: 'system' }, returnTo: { to: 'initiator' } })
    expect(run.items).toEqual(['wang canceled', 'zhao canceled'])
  })

  it('transfers to the person that the diagram names, once', () => {
    const run = step('transfer', { transferTo: 'ma' }).at(due)
    expect(run.items).toEqual(['ma open', 'zhao canceled'])
    expect(run.act('wang', 'approve')).toBe('task.closed')
  })

  it('escalates to the manager of each who has not answered, to the admin without one', () => {
    const run = step('escalate').at(due)
    expect(run.items).toEqual(['ma open', 'root open'])
    expect(run.task.items[0]?.from).toEqual({ who: 'wang', how: 'escalate' })
    expect(run.notices).toEqual([{ to: ['ma', 'root'], why: 'escalated' }])
    expect([run.act('wang', 'approve'), run.act('ma', 'approve')]).toEqual(['task.closed', 'ok'])
  })

  it('leaves answered items alone and makes one item of two that meet at one manager', () => {
    const people = { ...house, zhao: { manager: 'ma' } }
    expect(step('escalate', {}, { people }).at(due).items).toEqual(['ma open', 'zhao canceled'])
    const run = step('escalate', {}, { people })
    run.act('wang', 'approve')
    expect(run.at(due).items).toEqual(['wang approved', 'ma open'])
  })

  it('passes over a manager whom four eyes bar', () => {
    const run = step('escalate', {}, { fourEyes: ['check'], handled: [{ by: 'ma' }] }).at(due)
    expect(run.items).toEqual(['root open', 'zhao canceled'])
  })

  it('wins at the very instant over whoever acts then', () => {
    const run = step('reject')
    run.context.now = due
    expect(run.refusal('wang', 'approve')).toMatchObject({ code: 'task.closed', params: { who: 'system', at: due } })
    const gentle = step('remind')
    gentle.context.now = due
    expect(gentle.act('wang', 'approve')).toBe('ok')
  })

  it('is not moved by a transfer', () => {
    const run = step('escalate')
    run.at('2026-03-02T03:00:00.000Z').act('wang', 'transfer', { to: 'ma' })
    expect(run.task.dueAt).toBe(due)
  })
})
