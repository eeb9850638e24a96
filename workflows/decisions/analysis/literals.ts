import { quoted } from '../../expressions/quoting.ts'
import { formatValue } from '../../expressions/text.ts'
import { kindOf } from '../../expressions/values.ts'
import type { FeelValue } from '../../expressions/values.ts'
import { has } from './bits.ts'
import type { Bits } from './bits.ts'
import type { Piece } from './column.ts'

const constructors: Record<string, string> = {
  date: 'date',
  time: 'time',
  'date and time': 'date and time',
  'days and time duration': 'duration',
  'years and months duration': 'duration',
}

/** A value as FEEL that gives it back. */
export function literalOf(value: FeelValue): string {
  if (typeof value === 'string') return quoted(value)
  const constructor = constructors[kindOf(value) ?? '']
  return constructor ? `${constructor}(${quoted(formatValue(value))})` : formatValue(value)
}

function rangeTest(first: Piece, last: Piece): string {
  const { from } = first
  const { to } = last
  const withFrom = first.kind !== 'between'
  const withTo = last.kind !== 'between'
  if (from !== undefined && from === to) return literalOf(from)
  if (from === undefined) return `${withTo ? '<=' : '<'} ${literalOf(to ?? null)}`
  if (to === undefined) return `${withFrom ? '>=' : '>'} ${literalOf(from)}`
  return `${withFrom ? '[' : '('}${literalOf(from)}..${literalOf(to)}${withTo ? ']' : ')'}`
}

/** Some of the expected pieces of a column as unary tests; `-` when they are all of those with a value. */
export function testOf(pieces: readonly Piece[], expected: Bits, chosen: Bits): string {
  const isChosen = (index: number) => has(chosen, index)
  const known = [...pieces.keys()].filter((index) => index > 0 && has(expected, index))
  if (known.length > 0 && known.every(isChosen)) return '-'
  const other = known.find((index) => pieces[index]?.kind === 'other')
  if (other !== undefined && isChosen(other)) {
    const excepted = known.filter((index) => !isChosen(index) && typeof pieces[index]?.value === 'string')
    if (excepted.length > 0)
      return `not(${excepted.map((index) => literalOf(pieces[index]?.value ?? null)).join(', ')})`
  }
  const tests: string[] = []
  for (let at = 0; at < pieces.length; at++) {
    const piece = pieces[at] as Piece
    if (!isChosen(at)) continue
    const isLine = piece.kind === 'between' || piece.kind === 'point'
    let last = at
    // A piece without values does not break a range.
    if (isLine) while (isChosen(last + 1) || isHollow(pieces, last + 1, chosen)) last++
    tests.push(rangeTest(piece, pieces[last] as Piece))
    at = last
  }
  return tests.join(', ')
}

const isHollow = (pieces: readonly Piece[], index: number, chosen: Bits) =>
  pieces[index]?.kind === 'between' && !pieces[index]?.exists && has(chosen, index + 1)
