import { describe, expect, it } from 'vitest'
import { changedMarks, dotAt, marksOf } from '../../../../client/pages/cases/diagram-marks.ts'

const quiet = { visited: [], flows: [], tokens: [], incidents: [] }
const stuck = { zh: '支付渠道没有回话', en: 'The payment provider does not answer' }

describe('the marks of a diagram', () => {
  it('show the way that was taken and the place where the case is', () => {
    const marks = marksOf({
      ...quiet,
      visited: [
        { elementId: 'start', count: 1, milliseconds: 0 },
        { elementId: 'review', count: 1, milliseconds: 7_200_000 },
      ],
      flows: [
        { flowId: 'toReview', count: 1 },
        { flowId: 'notTaken', count: 0 },
      ],
      tokens: [{ elementId: 'manager', since: '2026-11-25T01:48:00Z', who: '周明元' }],
    })

    expect(Object.fromEntries(marks.elements)).toEqual({ start: 'visited', review: 'visited', manager: 'now' })
    expect([...marks.flows]).toEqual(['toReview'])
    expect(marks.tokens).toEqual([{ elementId: 'manager', since: '2026-11-25T01:48:00Z', who: '周明元' }])
  })

  it('write a length under a step only when there is one to tell', () => {
    const { times } = marksOf({
      ...quiet,
      visited: [
        { elementId: 'classify', count: 1, milliseconds: 12 },
        { elementId: 'review', count: 1, milliseconds: 1_000 },
      ],
    })

    expect(times).toEqual([{ elementId: 'review', milliseconds: 1_000 }])
  })

  it('show a step that is entered again as the place where the case is, without the length of its first visit', () => {
    const marks = marksOf({
      ...quiet,
      visited: [{ elementId: 'review', count: 1, milliseconds: 60_000 }],
      tokens: [{ elementId: 'review', since: '2026-11-25T01:48:00Z', who: '林知夏' }],
    })

    expect(marks.elements.get('review')).toBe('now')
    expect(marks.times).toEqual([])
  })

  it('show a step that is stuck as stuck, whatever else holds for it', () => {
    const marks = marksOf({
      ...quiet,
      tokens: [{ elementId: 'refund', since: '2026-11-25T01:48:00Z', who: '' }],
      incidents: [{ elementId: 'refund', message: stuck }],
    })

    expect(marks.elements.get('refund')).toBe('stuck')
  })

  it('put one flag on a step that several are waited for in, with the longest wait', () => {
    const { tokens } = marksOf({
      ...quiet,
      tokens: [
        { elementId: 'sign', since: '2026-11-25T02:00:00Z', who: '周明元' },
        { elementId: 'sign', since: '2026-11-25T01:00:00Z', who: '何文博' },
      ],
    })

    expect(tokens).toEqual([{ elementId: 'sign', since: '2026-11-25T01:00:00Z', who: '周明元 何文博' }])
  })
})

describe('the dot of the token', () => {
  const shape = { x: 100, y: 200, width: 96, height: 56 }
  const from = (id: string, x: number, y: number) => ({
    id,
    waypoints: [
      { x: 0, y: 0 },
      { x, y },
    ],
  })

  it('stands where the flow that was taken comes in', () => {
    const incoming = [from('fromTop', 148, 200), from('fromLeft', 100, 228)]

    expect(dotAt(shape, incoming, new Set(['fromTop']))).toEqual({ x: 48, y: 0 })
  })

  it('stands in the middle of the left edge when no flow led there', () => {
    expect(dotAt(shape, [from('fromTop', 148, 200)], new Set())).toEqual({ x: 0, y: 28 })
  })
})

describe('drawing again', () => {
  it('touches only what differs', () => {
    const before = new Map([
      ['start', 'visited'],
      ['review', 'now'],
      ['old', 'now'],
    ])
    const after = new Map([
      ['start', 'visited'],
      ['review', 'visited'],
      ['refund', 'now'],
    ])

    expect(changedMarks(before, after)).toEqual([
      { elementId: 'review', from: 'now', to: 'visited' },
      { elementId: 'old', from: 'now', to: undefined },
      { elementId: 'refund', from: undefined, to: 'now' },
    ])
  })
})
