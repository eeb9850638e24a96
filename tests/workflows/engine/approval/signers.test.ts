import { describe, expect, it } from 'vitest'
import type { ApprovalPolicy } from '../../../../workflows/model/approval.ts'
import { actions, aStep, participants, user, type StepSpec } from '../../../support/approval-step.ts'

const many = ['li', 'wang', 'zhao', 'sun', 'chen', 'qian', 'zhou', 'wu', 'zheng']
const people = Object.fromEntries(many.map((id) => [id, {}]))
const signing = (mode: ApprovalPolicy['mode'], asked: string[], more: StepSpec = {}) =>
  aStep({
    people,
    participants: participants(asked.map(user)),
    approval: { mode, rejectAt: mode === 'any' ? 'unreachable' : 'first', ...(mode === 'ratio' && { threshold: 0.5 }) },
    actions: actions('approve', 'reject', 'transfer', 'delegate', 'addSigner', 'removeSigner', 'custom=later'),
    ...more,
  })

describe('signers that somebody adds', () => {
  it('lets those who were added before answer first, then the one who added them', () => {
    const step = signing('all', ['wang'])
    expect(step.act('wang', 'addSigner', { to: ['zhao', 'sun'], position: 'before' })).toBe('ok')
    expect(step.items).toEqual(['zhao open', 'sun open', 'wang waiting'])
    expect(step.act('wang', 'approve')).toBe('task.not_yours')
    step.act('sun', 'approve')
    expect(step.waitingFor).toEqual(['zhao'])
    step.act('zhao', 'approve')
    expect([step.waitingFor, step.outcome]).toEqual([['wang'], null])
    step.act('wang', 'approve')
    expect(step.outcome).toBe('approved')
  })

  it('asks those who were added after once he has agreed', () => {
    const step = signing('any', ['wang', 'zhao'])
    step.act('wang', 'addSigner', { to: 'sun', position: 'after' })
    expect(step.items).toEqual(['wang open', 'sun waiting', 'zhao open'])
    step.act('wang', 'approve')
    expect([step.outcome, step.waitingFor]).toEqual([null, ['sun', 'zhao']])
    step.act('sun', 'approve')
    expect([step.outcome, step.items]).toEqual(['approved', ['wang approved', 'sun approved', 'zhao canceled']])
  })

  it('asks those who were added beside him at once, and counts them together with him', () => {
    const step = signing('any', ['wang', 'zhao'])
    step.act('wang', 'addSigner', { to: ['sun'], position: 'parallel' })
    expect(step.waitingFor).toEqual(['wang', 'sun', 'zhao'])
    step.act('sun', 'reject')
    expect([step.outcome, step.items]).toEqual([null, ['wang canceled', 'sun rejected', 'zhao open']])
    expect(step.act('wang', 'approve')).toBe('task.closed')
    step.act('zhao', 'approve')
    expect(step.outcome).toBe('approved')
  })

  it('keeps the order where everybody is asked in turn', () => {
    const step = signing('sequence', ['wang', 'zhao'])
    step.act('wang', 'addSigner', { to: ['sun', 'chen'], position: 'after' })
    expect(step.items).toEqual(['wang open', 'sun waiting', 'chen waiting', 'zhao waiting'])
    for (const who of ['wang', 'sun', 'chen', 'zhao']) {
      expect(step.waitingFor).toEqual([who])
      step.act(who, 'approve')
    }
    expect(step.outcome).toBe('approved')
  })

  it('asks several who were added before in turn where everybody is', () => {
    const step = signing('sequence', ['wang', 'zhao'])
    step.act('wang', 'addSigner', { to: ['sun', 'chen'], position: 'before' })
    for (const who of ['sun', 'chen', 'wang', 'zhao']) {
      expect(step.waitingFor).toEqual([who])
      step.act(who, 'approve')
    }
    expect(step.outcome).toBe('approved')
  })

  it('counts the original items only, each with the signers of its holder', () => {
    const step = signing('ratio', ['wang', 'zhao'])
    step.act('wang', 'addSigner', { to: ['sun', 'chen', 'qian'], position: 'parallel' })
    step.act('sun', 'approve')
    step.act('chen', 'approve')
    step.act('wang', 'approve')
    expect(step.outcome).toBeNull()
    step.act('qian', 'approve')
    expect(step.outcome).toBe('approved')
  })

  it('nests five levels deep, not six', () => {
    const step = signing('all', ['wang'])
    const chain = ['wang', 'zhao', 'sun', 'chen', 'qian', 'zhou', 'wu']
    for (const [level, who] of chain.slice(0, 5).entries())
      expect(step.act(who, 'addSigner', { to: chain[level + 1]!, position: 'before' })).toBe('ok')
    expect(step.act('zhou', 'addSigner', { to: 'wu', position: 'before' })).toBe('task.signer_depth')
    for (const who of chain.slice(0, 6).toReversed()) {
      expect(step.waitingFor).toEqual([who])
      expect(step.act(who, 'approve')).toBe('ok')
    }
    expect(step.outcome).toBe('approved')
  })

  it('adds nobody twice, nobody who left, nobody who is barred', () => {
    const step = signing('all', ['wang', 'zhao'], {
      people: { ...people, gone: { canceled: true } },
      fourEyes: ['check'],
      handled: [{ elementId: 'check', by: 'chen' }],
    })
    const add = (to: string | string[]) => step.act('wang', 'addSigner', { to, position: 'after' })
    expect([add('zhao'), add('wang'), add('gone'), add('ghost'), add('chen'), add([])]).toEqual([
      'task.already_signer',
      'task.already_signer',
      'task.user_unknown',
      'task.user_unknown',
      'task.four_eyes',
      'task.user_unknown',
    ])
  })

  it('lets whoever added a signer take him out while he has not answered', () => {
    const step = signing('all', ['wang', 'zhao'])
    step.act('wang', 'addSigner', { to: ['sun', 'chen'], position: 'before' })
    expect(step.act('zhao', 'removeSigner', { to: 'sun' })).toBe('task.not_yours')
    expect(step.act('wang', 'removeSigner', { to: 'zhao' })).toBe('task.not_yours')
    expect(step.act('wang', 'removeSigner', { to: 'ghost' })).toBe('task.user_unknown')
    step.act('chen', 'approve')
    expect(step.act('wang', 'removeSigner', { to: 'chen' })).toBe('task.closed')
    expect(step.act('wang', 'removeSigner', { to: 'sun' })).toBe('ok')
    expect(step.items).toEqual(['sun canceled', 'chen approved', 'wang open', 'zhao open'])
    expect(step.act('sun', 'approve')).toBe('task.closed')
  })

  it('decides the step when the last one who was missing is taken out', () => {
    const step = signing('all', ['wang'])
    step.act('wang', 'addSigner', { to: 'sun', position: 'after' })
    step.act('wang', 'approve')
    step.act('wang', 'removeSigner', { to: 'sun' })
    expect([step.outcome, step.items]).toEqual(['approved', ['wang approved', 'sun canceled']])
  })

  it('takes out with a signer whom he had added', () => {
    const step = signing('all', ['wang'])
    step.act('wang', 'addSigner', { to: 'sun', position: 'before' })
    step.act('sun', 'addSigner', { to: 'chen', position: 'before' })
    step.act('wang', 'removeSigner', { to: 'sun' })
    expect([step.items, step.waitingFor]).toEqual([['chen canceled', 'sun canceled', 'wang open'], ['wang']])
  })

  it('keeps the outcome of a button of the designer until everybody who counts with its presser agreed', () => {
    const step = signing('any', ['wang'])
    step.act('wang', 'addSigner', { to: 'sun', position: 'after' })
    step.act('wang', 'custom', { value: 'later' })
    expect(step.outcome).toBeNull()
    step.act('sun', 'approve')
    expect(step.outcome).toBe('later')
  })
})

describe('an item given away for an opinion', () => {
  it('goes to the colleague, who may only say what he thinks, and comes back', () => {
    const step = signing('any', ['wang', 'zhao'])
    expect(step.act('wang', 'delegate', { to: 'sun' })).toBe('ok')
    expect([step.waitingFor, step.items]).toEqual([
      ['sun', 'zhao'],
      ['sun open', 'zhao open'],
    ])
    expect(step.act('wang', 'approve')).toBe('task.not_yours')
    expect(
      ['approve', 'transfer', 'delegate', 'addSigner'].map((action) => step.act('sun', action, { to: 'chen' })),
    ).toEqual(Array.from({ length: 4 }, () => 'task.action_not_offered'))
    expect(step.act('zhao', 'opinion')).toBe('task.action_not_offered')
    expect(step.act('sun', 'opinion', { comment: '可以' })).toBe('ok')
    expect(step.waitingFor).toEqual(['wang', 'zhao'])
    expect(step.task.items[0]?.opinions).toEqual([{ who: 'sun', at: step.context.now, comment: '可以' }])
    expect(step.act('sun', 'opinion')).toBe('task.closed')
    expect(step.act('wang', 'approve')).toBe('ok')
    expect(step.outcome).toBe('approved')
  })

  it('lets a delegate write nothing', () => {
    const step = signing('any', ['wang'], { variables: { fee: 1 } })
    step.act('wang', 'delegate', { to: 'sun' })
    expect(step.act('sun', 'opinion', { variables: { fee: 2 } })).toBe('task.field_not_editable')
    expect(step.act('sun', 'opinion', { variables: { fee: 1 } })).toBe('ok')
  })

  it('never goes to somebody with a part in the step, and keeps its place for the one who delegated', () => {
    const step = signing('all', ['wang', 'zhao'])
    step.act('wang', 'delegate', { to: 'sun' })
    expect(step.act('zhao', 'transfer', { to: 'wang' })).toBe('task.already_signer')
    expect(step.act('zhao', 'transfer', { to: 'sun' })).toBe('task.already_signer')
  })

  it('goes to the substitute of a delegate who is out, and comes back to the one who delegated', () => {
    const away = { to: 'chen', from: '2026-03-01T00:00:00Z', until: '2026-03-05T00:00:00Z' }
    const step = signing('any', ['wang'], { people: { ...people, sun: { substitute: away } } })
    step.act('wang', 'delegate', { to: 'sun' })
    expect(step.waitingFor).toEqual(['chen'])
    step.act('chen', 'opinion')
    expect(step.waitingFor).toEqual(['wang'])
  })

  it('keeps in whose name somebody holds an item that he gave away for an opinion', () => {
    const away = { to: 'chen', from: '2026-03-01T00:00:00Z', until: '2026-03-05T00:00:00Z' }
    const step = signing('any', ['wang'], { people: { ...people, wang: { substitute: away } } })
    step.act('chen', 'delegate', { to: 'sun' })
    step.act('sun', 'opinion')
    expect(step.task.items[0]).toMatchObject({ who: 'chen', from: { who: 'wang', how: 'substitute' } })
  })

  it('goes to an admin when the one who delegated has left meanwhile', () => {
    const spec = { ...people, root: { roles: ['admin'] }, wang: { canceled: false } }
    const step = signing('any', ['wang'], { people: spec })
    step.act('wang', 'delegate', { to: 'sun' })
    Object.assign(step.context.people.person('wang')!, { canceled: true })
    step.act('sun', 'opinion')
    expect(step.waitingFor).toEqual(['root'])
  })
})
