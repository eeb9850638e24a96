import { weekday } from './calendar.ts'
import { entryAsWritten } from './contexts.ts'
import { negate, parseNumber } from './numbers.ts'
import { daysDuration, offsetAt, offsetOf, second, splitDays } from './temporal.ts'
import { isContext, kindOf } from './values.ts'
import type {
  DaysDuration,
  Decimal,
  FeelDate,
  FeelDateTime,
  FeelRange,
  FeelTime,
  FeelValue,
  Kind,
  MonthsDuration,
} from './values.ts'

type Properties = Record<string, (value: never) => FeelValue>

const offsetDuration = (offset: number | null) => (offset === null ? null : daysDuration(BigInt(offset) * second))

/** Seconds are a decimal (DMN 1.5, table 66). */
const withFraction = (seconds: number, nanosecond: number) =>
  nanosecond === 0 ? seconds : (seconds * 1e9 + nanosecond) / 1e9

const ofDate: Properties = {
  year: (date: FeelDate) => date.year,
  month: (date: FeelDate) => date.month,
  day: (date: FeelDate) => date.day,
  weekday: (date: FeelDate) => weekday(date),
}

const ofTime: Properties = {
  hour: (time: FeelTime) => time.hour,
  minute: (time: FeelTime) => time.minute,
  second: (time: FeelTime) => withFraction(time.second, time.nanosecond),
  'time offset': (time: FeelTime) => offsetDuration(offsetOf(time)),
  timezone: (time: FeelTime) => time.zone,
}

/** The parts of a duration carry its sign. */
const part = (read: (parts: ReturnType<typeof splitDays>) => number | Decimal | null) => (duration: DaysDuration) => {
  const negative = duration.nanoseconds < 0n
  const value = read(splitDays(negative ? -duration.nanoseconds : duration.nanoseconds))
  return negative && value !== null ? negate(value) : value
}

/** DMN 1.5, table 65: what can be read of values that are no contexts. */
const properties: Partial<Record<Kind, Properties>> = {
  date: ofDate,
  time: ofTime,
  'date and time': {
    ...Object.fromEntries(
      Object.entries(ofDate).map(([name, read]) => [name, (value: FeelDateTime) => read(value.date as never)]),
    ),
    ...Object.fromEntries(
      Object.entries(ofTime).map(([name, read]) => [name, (value: FeelDateTime) => read(value.time as never)]),
    ),
    'time offset': (value: FeelDateTime) => offsetDuration(offsetAt(value)),
  },
  'days and time duration': {
    days: part((parts) => parseNumber(String(parts.days))),
    hours: part((parts) => parts.hours),
    minutes: part((parts) => parts.minutes),
    seconds: part((parts) => withFraction(parts.seconds, parts.nanosecond)),
  },
  'years and months duration': {
    years: ({ months }: MonthsDuration) => Math.trunc(months / 12) + 0,
    months: ({ months }: MonthsDuration) => (months % 12) + 0,
  },
  range: {
    start: ({ start }: FeelRange) => start ?? null,
    end: ({ end }: FeelRange) => end ?? null,
    'start included': (range: FeelRange) => range.startIncluded,
    'end included': (range: FeelRange) => range.endIncluded,
  },
}

function reader(value: FeelValue, name: string): ((value: never) => FeelValue) | undefined {
  const kind = kindOf(value)
  const table = kind === undefined ? undefined : properties[kind]
  return table && Object.hasOwn(table, name) ? table[name] : undefined
}

/** Whether a value has something of that name, be it null. */
export const hasProperty = (value: FeelValue, name: string): boolean =>
  isContext(value) ? entryAsWritten(value, name) !== undefined : reader(value, name) !== undefined

/** What `value.name` reads; of a list, what it reads of every item. Null when there is nothing of that name. */
export function property(value: FeelValue, name: string): FeelValue {
  if (value === null || typeof value !== 'object') return null
  if (Array.isArray(value)) return value.map((item) => property(item, name))
  if (isContext(value)) return entryAsWritten(value, name) ?? null
  const read = reader(value, name)
  return read ? read(value as never) : null
}
