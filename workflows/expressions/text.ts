import { keysOf } from './contexts.ts'
import { formatNumber } from './numbers.ts'
import { formatDate, formatDateTime, formatDays, formatMonths, formatTime } from './temporal.ts'
import { isNumber, kindOf } from './values.ts'
import type {
  DaysDuration,
  FeelContext,
  FeelDate,
  FeelDateTime,
  FeelRange,
  FeelTime,
  FeelValue,
  Kind,
  MonthsDuration,
} from './values.ts'

const byKind: Record<Kind, (value: never) => string> = {
  date: (value: FeelDate) => formatDate(value),
  time: (value: FeelTime) => formatTime(value),
  'date and time': (value: FeelDateTime) => formatDateTime(value),
  'days and time duration': (value: DaysDuration) => formatDays(value),
  'years and months duration': (value: MonthsDuration) => formatMonths(value),
  range: (value: FeelRange) => formatRange(value),
  function: () => 'function',
}

function formatRange({ start, end, startIncluded, endIncluded }: FeelRange): string {
  const side = (value: FeelValue | undefined) => (value === undefined ? '' : within(value))
  return `${startIncluded ? '[' : '('}${side(start)}..${side(end)}${endIncluded ? ']' : ')'}`
}

const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`

const key = (name: string) => (/^[\p{L}_][\p{L}\p{N}_ ]*$/u.test(name) ? name : quoted(name))

const within = (value: FeelValue): string => (typeof value === 'string' ? quoted(value) : formatValue(value))

/** A value as the built-in `string` prints it (DMN 1.5, table 68); text inside lists and contexts is quoted. */
export function formatValue(value: FeelValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (isNumber(value)) return formatNumber(value)
  if (Array.isArray(value)) return `[${value.map(within).join(', ')}]`
  const type = kindOf(value)
  if (type !== undefined) return byKind[type](value as never)
  const context = value as FeelContext
  return `{${keysOf(context)
    .map((name) => `${key(name)}: ${within(context[name] ?? null)}`)
    .join(', ')}}`
}
