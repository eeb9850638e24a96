import { dateOf, dayOfYear, daysInMonth, weekOfYear, weekday } from '../calendar.ts'
import { parseNumber, toDecimal } from '../numbers.ts'
import {
  dateTimeOf,
  dateTimeOfInstant,
  instantOf,
  midnight,
  monthsBetween,
  monthsDuration,
  parseDate,
  parseDateTime,
  parseDuration,
  parseTime,
  timeOf,
} from '../temporal.ts'
import { isDate, isDateTime, isDaysDuration, isMonthsDuration, isNumber, isTime } from '../values.ts'
import type { DaysDuration, Decimal, FeelDate, FeelDateTime, FeelValue, Frame } from '../values.ts'
import { builtin } from './define.ts'

type Num = number | Decimal

export const weekdayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

const whole = (value: FeelValue) => (typeof value === 'number' && Number.isInteger(value) ? value : null)

function toDate(from: FeelValue): FeelValue {
  if (typeof from === 'string') return parseDate(from)
  if (isDate(from)) return from
  return isDateTime(from) ? from.date : null
}

function date([a, b, c]: FeelValue[]): FeelValue {
  if (b === undefined) return toDate(a ?? null)
  const [year, month, day] = [whole(a ?? null), whole(b), whole(c ?? null)]
  return year === null || month === null || day === null ? null : dateOf(year, month, day)
}

function toTime(from: FeelValue): FeelValue {
  if (typeof from === 'string') return parseTime(from)
  if (isTime(from)) return from
  if (isDateTime(from)) return from.time
  return isDate(from) ? { ...midnight, offset: 0 } : null
}

/** Seconds may have a fraction; the offset is a duration of less than a day, or null for a local time. */
function time([hour, minute, seconds, offset]: [Num, Num, Num, (DaysDuration | null)?]): FeelValue {
  const exact = toDecimal(seconds)
  const nanosecond = exact.minus(exact.floor()).times(1e9).floor().toNumber()
  const [h, m] = [whole(hour), whole(minute)]
  if (h === null || m === null || (offset !== undefined && offset !== null && !isDaysDuration(offset))) return null
  const east = offset ? Number(offset.nanoseconds / 1_000_000_000n) : null
  return timeOf(h, m, exact.floor().toNumber(), nanosecond, east)
}

function toDateTime(from: FeelValue): FeelValue {
  if (typeof from === 'string') return parseDateTime(from)
  if (isDateTime(from)) return from
  return isDate(from) ? dateTimeOf(from, midnight) : null
}

function combine([day, clock]: [FeelValue, FeelValue]): FeelValue {
  const date = toDate(typeof day === 'string' ? null : day)
  return isDate(date) && isTime(clock) ? dateTimeOf(date, clock) : null
}

function monthsSpan([from, to]: [FeelDate | FeelDateTime, FeelDate | FeelDateTime]): FeelValue {
  const [a, b] = [toDateTime(from), toDateTime(to)]
  return isDateTime(a) && isDateTime(b) ? monthsDuration(monthsBetween(a, b)) : null
}

function duration([from]: [FeelValue]): FeelValue {
  if (typeof from === 'string') return parseDuration(from)
  return isDaysDuration(from) || isMonthsDuration(from) ? from : null
}

const separators: Record<string, string | null> = { ' ': ' ', ',': ',', '.': '.' }

function number([from, grouping, decimal]: [FeelValue, FeelValue?, FeelValue?]): FeelValue {
  if (isNumber(from)) return grouping === undefined ? from : null
  if (typeof from !== 'string' || from.length > 400) return null
  const known = (value: FeelValue | undefined) =>
    value === undefined || value === null || (typeof value === 'string' && value in separators)
  if (!known(grouping) || !known(decimal) || decimal === ' ') return null
  if (typeof grouping === 'string' && grouping === decimal) return null
  let text = from
  if (typeof grouping === 'string') text = text.split(grouping).join('')
  if (typeof decimal === 'string' && decimal !== '.') text = text.includes('.') ? '' : text.replace(decimal, '.')
  return /^-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d{1,5})?$/.test(text) ? parseNumber(text) : null
}

function nowOf(frame: Frame): FeelDateTime | null {
  const now = parseDateTime(frame.now)
  if (!now) return null
  const utc = frame.timeZone === 'UTC' || frame.timeZone === 'Z'
  return dateTimeOfInstant(instantOf(now), utc ? null : frame.timeZone, utc ? 0 : null)
}

const day = (value: FeelDate | FeelDateTime): FeelDate => (isDateTime(value) ? value.date : value)

/** DMN 1.5, 10.3.4.1, 10.3.4.7 and 10.3.4.8; `now` and `today` give the time that the command carries (reliability R14). */
export const dateBuiltins = [
  builtin('date', ['from: dateSource', 'year: number, month: number, day: number'], date),
  builtin(
    'time',
    ['from: timeSource', 'hour: number, minute: number, second: number, offset?: any'],
    (args: [Num, Num, Num, (DaysDuration | null)?] | [FeelValue]) => (args.length === 1 ? toTime(args[0]) : time(args)),
  ),
  builtin(
    'date and time',
    ['from: dateSource', 'date: any, time: any', 'date: any, timezone: any'],
    (args: FeelValue[]) => (args.length === 1 ? toDateTime(args[0] ?? null) : combine(args as [FeelValue, FeelValue])),
  ),
  builtin('duration', 'from: durationSource', duration),
  builtin('years and months duration', 'from: date, to: date', monthsSpan),
  builtin('number', 'from: numberSource, grouping separator?: any, decimal separator?: any', number),
  builtin('day of year', 'date: date', ([value]: [FeelDate]) => dayOfYear(day(value))),
  builtin('day of week', 'date: date', ([value]: [FeelDate]) => weekdayNames[weekday(day(value)) - 1] ?? null),
  builtin('month of year', 'date: date', ([value]: [FeelDate]) => monthNames[day(value).month - 1] ?? null),
  builtin('week of year', 'date: date', ([value]: [FeelDate]) => weekOfYear(day(value))),
  builtin('last day of month', 'date: date', ([value]: [FeelDate]) => {
    const { year, month } = day(value)
    return dateOf(year, month, daysInMonth(year, month))
  }),
  builtin('now', '', (_: [], frame) => nowOf(frame)),
  builtin('today', '', (_: [], frame) => nowOf(frame)?.date ?? null),
]
