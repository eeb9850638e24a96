import { describe, expect, it } from 'vitest'
import { aStep, actions, participants, role, user, type StepSpec } from '../../../support/approval-step.ts'

const house: NonNullable<StepSpec['people']> = {
  li: { roles: ['service'], department: 'returns', manager: 'wang' },
  wang: { roles: ['manager'], department: 'returns', manager: 'zhao' },
  zhao: { roles: ['director'], department: 'sales', manager: 'ma' },
  ma: { roles: ['boss'], department: 'house' },
  sun: { roles: ['manager'], department: 'sales', canceled: true, manager: 'ma' },
  root: { roles: ['admin'] },
}
const departments = {
  returns: { parent: 'sales', head: 'wang' },
  sales: { parent: 'house', head: 'zhao' },
  house: { head: 'ma' },
}
const asked = (list: StepSpec['participants'], more: StepSpec = {}) =>
  aStep({
    people: house,
    departments,
    actions: actions('approve', 'reject'),
    ...(list && { participants: list }),
    ...more,
  })

describe('who is asked', () => {
  it('finds users, roles and departments without those who left, each person once at the first place', () => {
    const list = [user('zhao'), role('manager'), { kind: 'department' as const, value: 'sales' }, user('sun')]
    expect(asked(participants(list)).items).toEqual(['zhao open', 'wang open'])
  })

  it('finds the head of the department of the initiator, of the handler before and of a field, some levels up', () => {
    const head = (more: object) =>
      asked(participants([{ kind: 'departmentHead', ...more }]), {
        variables: { seller: 'ma', unit: 'sales' },
        handled: [{ by: 'zhao' }],
      }).items
    expect(head({})).toEqual(['wang open'])
    expect(head({ of: 'initiator', levels: 2 })).toEqual(['zhao open'])
    expect(head({ of: 'previous' })).toEqual(['zhao open'])
    expect(head({ of: 'field:seller' })).toEqual(['ma open'])
    expect(head({ of: 'field:unit', levels: 2 })).toEqual(['ma open'])
  })

  it('asks a manager chain in turn, up to a number of levels or a role that is included', () => {
    const chain = (more: object) => asked(participants([{ kind: 'managerChain', ...more }])).items
    expect(chain({ upTo: '2' })).toEqual(['wang open', 'zhao waiting'])
    expect(chain({ upTo: 'director' })).toEqual(['wang open', 'zhao waiting'])
    expect(chain({ upTo: 'emperor' })).toEqual(['wang open', 'zhao waiting', 'ma waiting'])
  })

  it('ends a chain that goes in a circle', () => {
    const people = { li: { manager: 'wang' }, wang: { manager: 'li' } }
    expect(asked(participants([{ kind: 'managerChain' }]), { people }).items).toEqual(['wang open'])
  })

  it('asks all of a chain at once when the step names the mode', () => {
    const step = asked(participants([{ kind: 'managerChain', upTo: '2' }]), {
      approval: { mode: 'all', rejectAt: 'first' },
    })
    expect(step.items).toEqual(['wang open', 'zhao open'])
  })

  it('finds the initiator, a member field, the handler of another step and the value of an expression', () => {
    const found = (list: Parameters<typeof participants>[0], more: StepSpec = {}) =>
      asked(participants(list), more).items
    expect(found([{ kind: 'initiator' }])).toEqual(['li open'])
    expect(found([{ kind: 'initiator' }], { initiator: 'customer' })).toEqual(['customer open'])
    expect(
      found([{ kind: 'field', value: 'order.seller' }], { variables: { order: { seller: ['zhao', 'ma'] } } }),
    ).toEqual(['zhao open', 'ma open'])
    expect(found([{ kind: 'handlerOf', value: 'check' }], { handled: [{ by: 'wang' }, { by: 'zhao' }] })).toEqual([
      'zhao open',
    ])
    expect(found([{ kind: 'handlerOf', value: 'start' }])).toEqual(['li open'])
    expect(
      found([{ kind: 'expression', value: 'who' }], { results: { who: { ok: true, value: ['ma', 'zhao'] } } }),
    ).toEqual(['ma open', 'zhao open'])
  })

  it('raises an incident for an expression that fails, gives another type or an unknown user', () => {
    const incident = (result: object) =>
      asked(participants([{ kind: 'expression', value: 'who' }]), { results: { who: result as never } }).incident?.code
    expect(incident({ ok: false, message: 'no variable' })).toBe('participants.expression_failed')
    expect(incident({ ok: true, value: 7 })).toBe('participants.expression_failed')
    expect(incident({ ok: true, value: ['wang', 'nobody-knows'] })).toBe('participants.expression_failed')
    expect(incident({ ok: true, value: [] })).toBe('participants.nobody')
    expect(incident({ ok: true, value: null })).toBe('participants.nobody')
  })
})

describe('when nobody is found', () => {
  const nobody = [user('sun')]

  it('raises an incident unless the diagram says otherwise', () => {
    expect(asked(participants(nobody)).incident?.code).toBe('participants.nobody')
  })

  it('assigns to the user or role that is named, by default to the process admins', () => {
    const assigned = (more: object) => asked(participants(nobody, { whenNobody: 'assign', ...more })).items
    expect(assigned({ whenNobodyUser: 'zhao' })).toEqual(['zhao open'])
    expect(assigned({ whenNobodyRole: 'manager' })).toEqual(['wang open'])
    expect(assigned({})).toEqual(['root open'])
  })

  it('raises an incident when the substitute role is empty as well', () => {
    expect(asked(participants(nobody, { whenNobody: 'assign', whenNobodyRole: 'pope' })).incident?.code).toBe(
      'participants.nobody',
    )
  })

  it('approves or rejects by itself', () => {
    expect(asked(participants(nobody, { whenNobody: 'approve' })).last.outcome).toMatchObject({
      outcome: 'approved',
      by: 'system',
    })
    expect(asked(participants(nobody, { whenNobody: 'reject' })).outcome).toBe('rejected')
  })
})

describe('when the initiator is a participant', () => {
  const self = [user('li'), user('wang')]
  const all: StepSpec = { approval: { mode: 'all', rejectAt: 'first' } }

  it('keeps him by default', () => {
    expect(asked(participants(self), all).items).toEqual(['li open', 'wang open'])
  })

  it('counts his item as approved with skip', () => {
    expect(asked(participants(self, { whenInitiator: 'skip' }), all).items).toEqual(['li skipped', 'wang open'])
    const alone = asked(participants([user('li')], { whenInitiator: 'skip' }), all)
    expect([alone.outcome, alone.items]).toEqual(['approved', ['li skipped']])
  })

  it('asks his manager instead, who is asked once even when named himself', () => {
    const step = asked(participants([user('li')], { whenInitiator: 'manager' }), all)
    expect(step.task.items[0]).toMatchObject({ who: 'wang', from: { who: 'li', how: 'manager' } })
    expect(asked(participants(self, { whenInitiator: 'manager' }), all).items).toEqual(['wang open'])
  })

  it('applies the rule for nobody when he has no manager', () => {
    const step = asked(participants([user('ma')], { whenInitiator: 'manager', whenNobody: 'reject' }), {
      initiator: 'ma',
    })
    expect(step.outcome).toBe('rejected')
  })

  it('gives him no item by skip where four eyes stand', () => {
    const step = asked(participants([user('li')], { whenInitiator: 'skip' }), { fourEyes: ['start'] })
    expect(step.incident?.code).toBe('participants.nobody')
  })
})

describe('when somebody approved before', () => {
  const before = aStep({
    participants: participants([user('wang')]),
    actions: actions('approve'),
    variables: { fee: 10 },
  })
  before.act('wang', 'approve')
  const handled = [{ elementId: 'check', items: before.task.items, by: 'wang' }]
  const again = (whenRepeated: 'ask' | 'passIfPrevious' | 'passIfUnchanged', more: StepSpec = {}) =>
    aStep({
      participants: participants([user('wang')], { whenRepeated }),
      actions: actions('approve'),
      variables: { fee: 10 },
      handled,
      ...more,
    })

  it('asks again by default', () => {
    expect(again('ask').items).toEqual(['wang open'])
  })

  it('passes who approved the step directly before, but not an earlier one', () => {
    expect(again('passIfPrevious').outcome).toBe('approved')
    const other = { elementId: 'audit', items: [], by: 'zhao' }
    expect(again('passIfPrevious', { handled: [...handled, other] }).items).toEqual(['wang open'])
  })

  it('passes who approved any earlier step while what he sees has not changed', () => {
    const other = { elementId: 'audit', items: [], by: 'zhao' }
    expect(again('passIfUnchanged', { handled: [...handled, other] }).items).toEqual(['wang skipped'])
    expect(again('passIfUnchanged', { variables: { fee: 11 } }).items).toEqual(['wang open'])
    const fields = { default: 'readonly' as const, fields: [{ path: 'fee', access: 'hidden' as const }] }
    expect(again('passIfUnchanged', { variables: { fee: 11 }, fields }).items).toEqual(['wang skipped'])
  })

  it('asks again when the approval became void or the step was rejected', () => {
    expect(again('passIfUnchanged', { handled: [{ ...handled[0]!, void: true }] }).items).toEqual(['wang open'])
    expect(again('passIfPrevious', { handled: [{ ...handled[0]!, outcome: 'rejected' }] }).items).toEqual(['wang open'])
  })
})

describe('substitutes', () => {
  const away = (to: string) => ({
    ...house,
    wang: {
      ...house['wang'],
      substitute: { to, from: '2026-03-02T09:00:00+08:00', until: '2026-03-03T09:00:00+08:00' },
    },
  })
  const step = (to: string, now: string, more: StepSpec = {}) =>
    asked(participants([user('wang'), user('ma')]), {
      people: away(to),
      now,
      approval: { mode: 'all', rejectAt: 'first' },
      ...more,
    })

  it('take the item from the first instant of the period up to its last', () => {
    expect(step('zhao', '2026-03-02T01:00:00.000Z').items).toEqual(['zhao open', 'ma open'])
    expect(step('zhao', '2026-03-02T00:59:59.999Z').items).toEqual(['wang open', 'ma open'])
    expect(step('zhao', '2026-03-03T01:00:00.000Z').items).toEqual(['wang open', 'ma open'])
  })

  it('are named with whom they stand in for', () => {
    expect(step('zhao', '2026-03-02T01:00:00.000Z').task.items[0]?.from).toEqual({ who: 'wang', how: 'substitute' })
  })

  it('leave the item with the person when they are barred, have left or have an item themselves', () => {
    expect(step('li', '2026-03-02T01:00:00.000Z', { fourEyes: ['start'] }).items[0]).toBe('wang open')
    expect(step('sun', '2026-03-02T01:00:00.000Z').items[0]).toBe('wang open')
    expect(step('ma', '2026-03-02T01:00:00.000Z').items).toEqual(['wang open', 'ma open'])
  })

  it('are looked up when the item opens, in turn and at a transfer', () => {
    const turn = asked(participants([user('ma'), user('wang')]), {
      people: away('zhao'),
      now: '2026-03-02T00:00:00.000Z',
      approval: { mode: 'sequence', rejectAt: 'first' },
    })
    expect(turn.items).toEqual(['ma open', 'wang waiting'])
    turn.at('2026-03-02T02:00:00.000Z').act('ma', 'approve')
    expect(turn.items).toEqual(['ma approved', 'zhao open'])

    const given = asked(participants([user('ma')]), {
      people: away('zhao'),
      now: '2026-03-02T02:00:00.000Z',
      actions: actions('transfer'),
    })
    given.act('ma', 'transfer', { to: 'wang' })
    expect(given.items).toEqual(['zhao open'])
  })
})
