import { describe, expect, it } from 'vitest'
import {
  beginning,
  changesOf,
  isReady,
  picked,
  placesOf,
  staying,
  type Move,
} from '../../../../client/pages/cases/move-case.ts'

const token = (elementId: string, key: number, within: number | null = null, who = '') => ({
  elementId,
  key,
  within,
  who,
  since: `2026-11-23T0${key}:00:00Z`,
})
const scopes: Record<string, string | null> = { check: 'phase', approve: 'phase', refund: null }
const scopeOf = (id: string) => scopes[id] ?? null
const move = (moves: Partial<Move> & { at: string; key?: number; within?: number | null }): Move => ({
  ...staying(placesOf({ tokens: [token(moves.at, moves.key ?? 1, moves.within ?? null)] })[0]!),
  ...moves,
})

describe('where a case stands', () => {
  it('takes the signers of one step for one place, told with everybody and the longest wait', () => {
    const places = placesOf({ tokens: [token('approve', 2, null, '李桂兰'), token('approve', 1, null, '周明元')] })

    expect(places).toMatchObject([
      { elementId: 'approve', count: 2, who: '李桂兰 周明元', since: '2026-11-23T01:00:00Z' },
    ])
    expect(places[0]).not.toHaveProperty('key')
  })

  it('tells the same step in two running parts apart, each by its own', () => {
    const places = placesOf({ tokens: [token('check', 5, 3), token('check', 6, 4), token('refund', 7)] })

    expect(places.map(({ elementId, key, within }) => [elementId, key, within])).toEqual([
      ['check', 5, 3],
      ['check', 6, 4],
      ['refund', undefined, null],
    ])
  })
})

describe('what is asked for', () => {
  it('leaves out what stays, and ends what stops', () => {
    expect(changesOf([move({ at: 'check' }), move({ at: 'refund', deed: 'stop' })], scopeOf)).toEqual([
      { from: 'refund' },
    ])
  })

  it('names the running part that it stays in, and none when it leaves it', () => {
    const inside = move({ at: 'check', within: 3, deed: 'move', to: 'approve' })
    const outside = move({ at: 'check', within: 3, deed: 'move', to: 'refund' })

    expect(changesOf([inside, outside], scopeOf)).toEqual([
      { from: 'check', to: 'approve', within: 3 },
      { from: 'check', to: 'refund' },
    ])
  })

  it('brings the values that have a name, with the case or with the step alone', () => {
    const values = [
      { target: ' level ', source: '="2"' },
      { target: '', source: '=""' },
    ]

    expect(changesOf([{ ...beginning('refund'), values }], scopeOf)).toEqual([
      { to: 'refund', mapping: [{ target: 'level', source: '="2"' }] },
    ])
    expect(changesOf([{ ...beginning('refund'), values, local: true }], scopeOf)).toMatchObject([{ scope: 'refund' }])
  })

  it('is ready when something moves and everything that moves has a place to go to', () => {
    expect(isReady([move({ at: 'check' })])).toBe(false)
    expect(isReady([move({ at: 'check', deed: 'move' })])).toBe(false)
    expect(isReady([move({ at: 'check', deed: 'stop' }), beginning(null)])).toBe(false)
    expect(isReady([move({ at: 'check', deed: 'move', to: 'refund' })])).toBe(true)
  })
})

describe('a click in the diagram', () => {
  const both = [move({ at: 'check' }), move({ at: 'approve' })]

  it('chooses the place that is clicked, and then says where it goes', () => {
    const first = picked(both, null, 'approve')
    const then = picked(first.moves, first.chosen, 'refund')

    expect(first).toMatchObject({ chosen: 1, moves: [{ deed: 'stay' }, { deed: 'move', to: null }] })
    expect(then).toMatchObject({ chosen: 1, moves: [{ deed: 'stay' }, { deed: 'move', to: 'refund' }] })
  })

  it('needs no choice where the case stands at one place only', () => {
    expect(picked([move({ at: 'check' })], null, 'refund')).toMatchObject({
      chosen: 0,
      moves: [{ deed: 'move', to: 'refund' }],
    })
  })

  it('begins besides where it is not said which of several is meant', () => {
    expect(picked(both, null, 'refund')).toMatchObject({ chosen: 2, moves: [{}, {}, { place: null, to: 'refund' }] })
  })
})
