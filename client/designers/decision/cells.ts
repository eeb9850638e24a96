import { readLiteral, readValues } from '../../../workflows/expressions/sentences/cell.ts'
import type { Comparison, Literal, MomentType, Value } from '../../../workflows/expressions/sentences/sentence.ts'
import { writeValue } from '../../../workflows/expressions/sentences/values.ts'

/** How a condition of a table is picked; a key of the messages `decision.kind` and, with a value, `decision.compare`. */
export const comparisonKeys = {
  '<=': 'most',
  '<': 'less',
  '>=': 'least',
  '>': 'more',
  '=': 'is',
  '!=': 'isNot',
} as const satisfies Record<Comparison, string>

/** The comparisons that are offered for what has an order. */
export const cellComparisons = ['<=', '<', '>=', '>', '='] as const

const momentTypes: Record<string, { type: MomentType; first: string; form: RegExp }> = {
  date: { type: 'date', first: '2026-01-01', form: /^\d{4}-\d\d-\d\d$/ },
  time: { type: 'time', first: '09:00:00', form: /^\d\d:\d\d(:\d\d)?$/ },
  dateTime: { type: 'date and time', first: '2026-01-01T09:00:00Z', form: /^\d{4}-\d\d-\d\dT\d\d:\d\d/ },
  'date and time': { type: 'date and time', first: '2026-01-01T09:00:00Z', form: /^\d{4}-\d\d-\d\dT\d\d:\d\d/ },
  dayTimeDuration: { type: 'duration', first: 'P7D', form: /^-?P/ },
  'days and time duration': { type: 'duration', first: 'P7D', form: /^-?P/ },
}

/** The dates, times and durations that a column compares with; undefined for other columns. */
export const momentOf = (type: string) => momentTypes[type]

/** A value of a column that is written as text: a number, a date. null when it is none. */
export function orderedValue(type: string, text: string): Literal | null {
  const moment = momentOf(type)
  if (moment) return moment.form.test(text.trim()) ? { kind: 'moment', type: moment.type, text: text.trim() } : null
  return /^-?\d+(\.\d+)?$/.test(text.trim()) ? { kind: 'number', text: text.trim() } : null
}

/** What an ordered column begins with. */
export const firstOrdered = (type: string): Literal => orderedValue(type, momentOf(type)?.first ?? '0') as Literal

export const isOrdered = (type: string): boolean => type === 'number' || momentOf(type) !== undefined

export const textIn = (value: Value): string =>
  value.kind === 'field' ? value.path : 'text' in value ? value.text : writeValue(value)

/** The allowed values of a column, when they are a plain list. */
export const allowedValues = (source: string): Literal[] => readValues(source) ?? []

/** A result: a plain value, or an expression. */
export type CellResult = Literal | { readonly kind: 'expression'; readonly text: string }
export const readResult = (source: string): CellResult =>
  source.trim() === '' ? { kind: 'nothing' } : (readLiteral(source) ?? { kind: 'expression', text: source.trim() })
export const writeResult = (result: CellResult): string =>
  result.kind === 'expression' ? result.text.trim() || 'null' : writeValue(result)

/** Columns of amounts, by the name that the process variables give them: `amount`, `least`, `cap`. Minor units. */
const amounts = /(?:^|[a-z.])(?:amount|total|price|paid|refund|ceiling|least|cap|fee)$/i
export const isMoneyColumn = (
  column: { name: string; type: string },
  variables: readonly { path: string; type: string }[],
): boolean => {
  if (column.type !== 'number') return false
  const known = variables.find((one) => one.path === column.name || one.path.endsWith(`.${column.name}`))
  return known ? known.type === 'money' : amounts.test(column.name)
}
