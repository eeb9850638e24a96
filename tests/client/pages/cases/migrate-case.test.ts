import { describe, expect, it } from 'vitest'
import { candidatesFor, carriedTogether, mappedElements } from '../../../../client/pages/cases/migrate-case.ts'

const element = (id: string, kind: string) => ({ id, kind, name: id, parent: null, holds: true })
const reason = { elementId: 'check', code: 'migrate.unmapped', message: { zh: '没有', en: 'none' } }

describe('which step is which in another version', () => {
  it('shows first what does not fit, with the reason at it, then what was found', () => {
    expect(mappedElements({ mapping: { approve: 'approve' }, reasons: [reason] }, {})).toEqual([
      { from: 'check', to: null, isChosen: false, reasons: [reason] },
      { from: 'approve', to: 'approve', isChosen: false, reasons: [] },
    ])
  })

  it('keeps what was chosen by hand also where it is refused', () => {
    expect(mappedElements({ mapping: { check: 'inspect' }, reasons: [reason] }, { check: 'look' })).toEqual([
      { from: 'check', to: 'look', isChosen: true, reasons: [reason] },
    ])
  })

  it('offers elements of the same kind, and all where there are none', () => {
    const all = [element('a', 'userTask'), element('b', 'serviceTask')]

    expect(candidatesFor('userTask', all).map(({ id }) => id)).toEqual(['a'])
    expect(candidatesFor('subProcess', all)).toHaveLength(2)
  })

  it('tells what goes along once, with how many', () => {
    const task = { what: 'task' as const, from: 'check', to: 'look', outcome: 'renewed' as const }

    expect(
      carriedTogether([
        { ...task, key: 1 },
        { ...task, key: 2 },
        { ...task, key: 3, outcome: 'carried' },
      ]),
    ).toEqual([
      { ...task, count: 2 },
      { ...task, outcome: 'carried', count: 1 },
    ])
  })
})
