import { readLiteral, splitOutside, writeLiteral, type PlainValue } from '../feel-text.ts'

export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const
export type Comparison = (typeof comparisons)[number]

/** One part of a condition: a field, how it is compared, with what. */
export interface Term {
  readonly path: string
  readonly comparison: Comparison
  readonly value: PlainValue
}

/** A condition that reads as a sentence: all of the terms hold, or one of them. */
export interface Condition {
  readonly join: 'and' | 'or'
  readonly terms: readonly Term[]
}

const path = String.raw`[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*`
const comparison = new RegExp(String.raw`^(${path})\s*(<=|>=|!=|=|<|>)\s*(.+)$`, 'su')
const alone = new RegExp(`^${path}$`, 'u')
const words = new Set(['true', 'false', 'null', 'not', 'and', 'or', 'if', 'some', 'every', 'for', 'in'])

function readTerm(source: string): Term | null {
  const text = source.trim()
  if (alone.test(text) && !words.has(text))
    return { path: text, comparison: '=', value: { kind: 'boolean', value: true } }
  const match = comparison.exec(text)
  const value = match && readLiteral(match[3]!)
  return match && value ? { path: match[1]!, comparison: match[2] as Comparison, value } : null
}

/** Reads a condition (with or without the leading `=`). Null when it says more than a sentence can. */
export function readCondition(expression: string): Condition | null {
  const text = expression.trim().replace(/^=/, '').trim()
  if (text === '') return { join: 'and', terms: [] }
  const either = splitOutside(text, /\sor\s/)
  const both = splitOutside(text, /\sand\s/)
  if (either.length > 1 && both.length > 1) return null
  const terms = (either.length > 1 ? either : both).map(readTerm)
  if (terms.some((term) => term === null)) return null
  return { join: either.length > 1 ? 'or' : 'and', terms: terms as Term[] }
}

/** The FEEL of a condition, with the leading `=` that marks expressions in a diagram. */
export function writeCondition({ join, terms }: Condition): string {
  const parts = terms.map(({ path: field, comparison: sign, value }) => `${field} ${sign} ${writeLiteral(value)}`)
  return `=${parts.join(` ${join} `)}`
}
