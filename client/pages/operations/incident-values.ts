import type { IncidentDataRequest, IncidentItem } from '../../../server/contract/cases.ts'

/** `plain` is what it looks like, a number for example; `text` is text, whatever it looks like. */
export const valueKinds = ['plain', 'text'] as const
export type ValueKind = (typeof valueKinds)[number]

/** One value that a step reads, as somebody writes it. */
export interface ValueRow {
  readonly path: string
  readonly kind: ValueKind
  readonly text: string
  /** What was read, as it may be told; null for a value that the person adds. */
  readonly was: string | null
  /** Somebody has written here; the others stay as they are. */
  readonly isSet: boolean
}

type Value = IncidentDataRequest['values'][number]

const words: Readonly<Record<string, unknown>> = { true: true, false: false, 是: true, 否: false, null: null }
const number = /^-?\d+(\.\d+)?$/

/** What was read as text stays text; nothing is known of what was hidden or not there. */
const kindOf = (was: string): ValueKind => (number.test(was) || Object.hasOwn(words, was) ? 'plain' : 'text')

export const rowsOf = ({ values }: Pick<IncidentItem, 'values'>): ValueRow[] =>
  values.map(({ name, value }) => ({ path: name, kind: kindOf(value), text: '', was: value, isSet: false }))

export const addedRow = (): ValueRow => ({ path: '', kind: 'plain', text: '', was: null, isSet: true })

const name = /^(?!.*__proto__)[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u

function plainValue(text: string): unknown {
  if (Object.hasOwn(words, text)) return words[text]
  if (number.test(text)) return Number(text)
  if (!/^[[{]/.test(text)) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** What a row says; undefined for a list or an object that cannot be read. */
export const valueOf = ({ kind, text }: ValueRow): unknown => (kind === 'text' ? text : plainValue(text.trim()))

/** What the value is, for people: a key below `operations.value.as`. */
export function looksLike(row: ValueRow): 'number' | 'truth' | 'list' | 'object' | 'nothing' | 'text' {
  const value = valueOf(row)
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'list'
  return ({ number: 'number', boolean: 'truth', object: 'object' } as const)[typeof value as 'number'] ?? 'text'
}

/** What is wrong with a row that is to be set. */
export function wrongWith(row: ValueRow): 'name' | 'list' | null {
  if (!row.isSet) return null
  if (!name.test(row.path)) return 'name'
  return valueOf(row) === undefined ? 'list' : null
}

/** The values to set, in their order. */
export const valuesOf = (rows: readonly ValueRow[]): Value[] =>
  rows.filter(({ isSet }) => isSet).map((row) => ({ path: row.path, value: valueOf(row) }))
