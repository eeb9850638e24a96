import { describe, expect, it } from 'vitest'
import { factsOf, type CaseStory } from '../../../../client/pages/cases/element-facts.ts'

const both = (text: string) => ({ zh: text, en: text })
const happened = (elementId: string, text: string) => ({ at: '2026-11-23T01:48:00Z', elementId, text: both(text) })

const story: CaseStory = {
  diagram: {
    visited: [{ elementId: 'check', count: 2, milliseconds: 90_000 }],
    flows: [{ flowId: 'big', count: 1 }],
    incidents: [{ elementId: 'refund', message: both('接口不通') }],
  },
  waits: [
    {
      elementId: 'approve',
      what: both('等周明元办理'),
      next: both('然后退款'),
      meanwhile: [both('到 12:00 转给上级')],
    },
  ],
  events: [
    happened('check', '一'),
    happened('check', '二'),
    happened('check', '三'),
    happened('check', '四'),
    happened('big', '「amount > 500」成立'),
  ],
  isOpen: true,
}

describe('what a case says about an element of its diagram', () => {
  it('says first what is stuck there', () => {
    expect(factsOf(story, 'refund', [])).toEqual([{ kind: 'stuck', text: both('接口不通') }])
  })

  it('says what it waits for, what comes then, and what may happen before', () => {
    expect(factsOf(story, 'approve', []).map(({ kind }) => kind)).toEqual(['waits', 'then', 'meanwhile'])
  })

  it('tells the last things that happened where it has passed, and how long they took together', () => {
    const facts = factsOf(story, 'check', [])

    expect(facts.flatMap((fact) => (fact.kind === 'happened' ? fact.text.zh : []))).toEqual(['二', '三', '四'])
    expect(facts.at(-1)).toEqual({ kind: 'passed', count: 2, milliseconds: 90_000 })
  })

  it('tells at a decision why the way was taken, and at the way that it was', () => {
    const why = { kind: 'happened', at: '2026-11-23T01:48:00Z', text: both('「amount > 500」成立') }

    expect(factsOf(story, 'decide', ['small', 'big'])).toEqual([why])
    expect(factsOf(story, 'big', [])).toEqual([why, { kind: 'passed', count: 1, milliseconds: 0 }])
  })

  it('says that it has not come there, or never came there', () => {
    expect(factsOf(story, 'later', [])).toEqual([{ kind: 'ahead' }])
    expect(factsOf({ ...story, isOpen: false }, 'later', [])).toEqual([{ kind: 'never' }])
  })

  it('knows what it waits for before the history was read', () => {
    expect(factsOf({ ...story, events: null }, 'approve', [])).toHaveLength(3)
  })
})
