import { entry, keysOf } from './contexts.ts'
import { compareNumbers } from './numbers.ts'
import { instantOf, isLocal, nanosecondOfDay, offsetAt, offsetOf, second } from './temporal.ts'
import { isNumber, kindOf } from './values.ts'
import type {
  DaysDuration,
  FeelDate,
  FeelDateTime,
  FeelRange,
  FeelTime,
  FeelValue,
  FeelContext,
  MonthsDuration,
} from './values.ts'

const sign = (a: bigint | number | string, b: bigint | number | string) => (a < b ? -1 : a > b ? 1 : 0)

const millisecond = 1_000_000n

/** Times compare by milliseconds, which is the precision that DMN asks for. */
const milliseconds = (nanoseconds: bigint) =>
  (nanoseconds - (((nanoseconds % millisecond) + millisecond) % millisecond)) / millisecond

const utcOfTime = (time: FeelTime, offset: number | null) =>
  milliseconds(nanosecondOfDay(time) - BigInt(offset ?? 0) * second)

/** A local time is taken at the other side's offset (DMN 1.5, table 54). */
function compareTimes(a: FeelTime, b: FeelTime): number {
  const [x, y] = [offsetOf(a), offsetOf(b)]
  return sign(utcOfTime(a, x ?? y), utcOfTime(b, y ?? x))
}

function compareMoments(a: FeelDateTime, b: FeelDateTime): number {
  const instant = (value: FeelDateTime, other: FeelDateTime) =>
    isLocal(value.time) ? instantOf(value) - BigInt(offsetAt(other) ?? 0) * second : instantOf(value)
  return sign(milliseconds(instant(a, b)), milliseconds(instant(b, a)))
}

/** Text order by code points, not by UTF-16 units. */
function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x !== y) {
      const surrogates = x >= 0xd800 && y >= 0xd800
      return surrogates ? sign(a.codePointAt(i) ?? x, b.codePointAt(i) ?? y) : sign(x, y)
    }
  }
  return sign(a.length, b.length)
}

/**
 * Orders two values of the same ordered type: negative, 0, positive; null when they cannot be compared
 * (DMN 1.5, 10.3.2.4 and table 42).
 */
export function compare(a: FeelValue, b: FeelValue): number | null {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  if (a === null || b === null) return null
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) : null
  if (typeof a === 'string') return typeof b === 'string' ? compareStrings(a, b) : null
  const type = kindOf(a)
  if (type === undefined || type !== kindOf(b)) return null
  switch (type) {
    case 'date': {
      const [x, y] = [a as FeelDate, b as FeelDate]
      return sign(x.year, y.year) || sign(x.month, y.month) || sign(x.day, y.day)
    }
    case 'time':
      return compareTimes(a as FeelTime, b as FeelTime)
    case 'date and time':
      return compareMoments(a as FeelDateTime, b as FeelDateTime)
    case 'days and time duration':
      return sign((a as DaysDuration).nanoseconds, (b as DaysDuration).nanoseconds)
    case 'years and months duration':
      return sign((a as MonthsDuration).months, (b as MonthsDuration).months)
    default:
      return null
  }
}

function equalRanges(a: FeelRange, b: FeelRange): boolean | null {
  if (a.test !== b.test || a.startIncluded !== b.startIncluded || a.endIncluded !== b.endIncluded) return false
  const ends = [
    [a.start, b.start],
    [a.end, b.end],
  ] as const
  return ends.every(([x, y]) => (x === undefined || y === undefined ? x === y : equals(x, y) === true))
}

function equalContexts(a: FeelContext, b: FeelContext): boolean {
  const keys = keysOf(a)
  return (
    keys.length === keysOf(b).length &&
    keys.every((key) => {
      const other = entry(b, key)
      return other !== undefined && equals(entry(a, key) ?? null, other) === true
    })
  )
}

/** Equality: null equals only null; values of different types give null (DMN 1.5, 10.3.2.13.1, table 41). */
export function equals(a: FeelValue, b: FeelValue): boolean | null {
  if (a === null || b === null) return a === b
  if (typeof a === 'boolean' || typeof a === 'string') return typeof a === typeof b ? a === b : null
  if (isNumber(a)) return isNumber(b) ? compareNumbers(a, b) === 0 : null
  if (Array.isArray(a)) {
    if (!Array.isArray(b)) return null
    return a.length === b.length && a.every((item, index) => equals(item, b[index] ?? null) === true)
  }
  const type = kindOf(a)
  if (type === undefined) {
    const isPlain = typeof b === 'object' && !Array.isArray(b) && !isNumber(b) && kindOf(b) === undefined
    return isPlain ? equalContexts(a as FeelContext, b as FeelContext) : null
  }
  if (type !== kindOf(b)) return null
  if (type === 'range') return equalRanges(a as FeelRange, b as FeelRange)
  if (type === 'function') return a === b
  // A local time is never the same value as one that has an offset, although the two can be ordered.
  if (type === 'time' && isLocal(a as FeelTime) !== isLocal(b as FeelTime)) return false
  if (type === 'date and time' && isLocal((a as FeelDateTime).time) !== isLocal((b as FeelDateTime).time)) return false
  return compare(a, b) === 0
}

/** Whether a value lies in a range; null when it cannot be compared with its ends. */
export function inRange(value: FeelValue, range: FeelRange): boolean | null {
  const { start, end } = range
  if (start === undefined && end === undefined) return null
  if (start !== undefined) {
    const order = compare(value, start)
    if (order === null) return null
    if (order < 0 || (order === 0 && !range.startIncluded)) return false
  }
  if (end !== undefined) {
    const order = compare(value, end)
    if (order === null) return null
    if (order > 0 || (order === 0 && !range.endIncluded)) return false
  }
  return true
}
