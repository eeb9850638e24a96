import { addMonths, dateOf, dateOfEpochDay, epochDay } from './calendar.ts'
import { kind } from './values.ts'
import type { DaysDuration, FeelDate, FeelDateTime, FeelTime, MonthsDuration } from './values.ts'
import { epochNanoseconds, isZone, localOf, movedClock, splitEpoch, zoneOffset } from './zones.ts'

export const second = 1_000_000_000n
export const dayNanoseconds = 86_400n * second

/** Durations whose parts have more digits are refused: nothing useful is that long, and every later sum stays small. */
const durationDigits = 18

const datePattern = /^(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)$/
const timePattern = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,30}))?)?([Zz]|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+/-]+)?$/
const monthsPattern = /^(-?)P(?:(\d+)Y)?(?:(\d+)M)?$/
const daysPattern = /^(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{0,30}))?S)?)?$/

export function parseDate(text: string): FeelDate | null {
  const match = datePattern.exec(text)
  return match ? dateOf(Number(match[1]), Number(match[2]), Number(match[3])) : null
}

export function timeOf(
  hour: number,
  minute: number,
  seconds: number,
  nanosecond = 0,
  offset: number | null = null,
  zone: string | null = null,
): FeelTime | null {
  const valid =
    [hour, minute, seconds].every((part) => Number.isInteger(part) && part >= 0) &&
    hour < 24 &&
    minute < 60 &&
    seconds < 60 &&
    (offset === null || Math.abs(offset) <= 18 * 3600)
  return valid ? { [kind]: 'time', hour, minute, second: seconds, nanosecond, offset, zone } : null
}

function parseOffset(text: string): number | null {
  if (text === 'Z' || text === 'z') return 0
  const [hours, minutes, seconds] = text.slice(1).split(':').map(Number)
  if ((minutes ?? 0) > 59 || (seconds ?? 0) > 59) return null
  const total = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)
  return text.startsWith('-') ? -total + 0 : total
}

const nanosecondsOf = (fraction: string | undefined) => Number((fraction ?? '').slice(0, 9).padEnd(9, '0'))

export function parseTime(text: string): FeelTime | null {
  const match = timePattern.exec(text)
  if (!match) return null
  const [, hour, minute, seconds, fraction, suffix] = match
  const zone = suffix?.startsWith('@') ? suffix.slice(1) : null
  if (zone !== null && !isZone(zone)) return null
  const offset = suffix && zone === null ? parseOffset(suffix) : null
  if (suffix && zone === null && offset === null) return null
  return timeOf(Number(hour), Number(minute), Number(seconds ?? 0), nanosecondsOf(fraction), offset, zone)
}

/**
 * Puts a date and a time together. A local time that the zone's clock skips moves to the one that the clock showed
 * (reliability F18).
 */
export function dateTimeOf(date: FeelDate, time: FeelTime): FeelDateTime {
  const moved = time.zone === null ? null : movedClock(time.zone, date, time)
  if (!moved) return { [kind]: 'date and time', date, time }
  const { hour, minute } = moved
  return { [kind]: 'date and time', date: moved.date ?? date, time: { ...time, hour, minute } }
}

export function parseDateTime(text: string): FeelDateTime | null {
  const at = text.indexOf('T')
  if (at < 0) {
    const date = parseDate(text)
    return date && dateTimeOf(date, midnight)
  }
  const date = parseDate(text.slice(0, at))
  if (!date) return null
  const tail = text.slice(at + 1)
  // 24:00:00 is the end of the day in XML Schema: the next day's midnight.
  if (tail.startsWith('24:00:00')) {
    const time = parseTime(`00:00:00${tail.slice(8)}`)
    const next = dateOfEpochDay(epochDay(date) + 1)
    return time && next && time.nanosecond === 0 ? dateTimeOf(next, time) : null
  }
  const time = parseTime(tail)
  return time && dateTimeOf(date, time)
}

export function timeOfDay(nanoseconds: bigint, offset: number | null, zone: string | null): FeelTime {
  const seconds = Number(nanoseconds / second)
  return {
    [kind]: 'time',
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    nanosecond: Number(nanoseconds % second),
    offset,
    zone,
  }
}

export const midnight: FeelTime = timeOfDay(0n, null, null)

export const daysDuration = (nanoseconds: bigint): DaysDuration => ({ [kind]: 'days and time duration', nanoseconds })
export const monthsDuration = (months: number): MonthsDuration => ({
  [kind]: 'years and months duration',
  months: months + 0,
})

export function parseDuration(text: string): DaysDuration | MonthsDuration | null {
  if (text.length > 100 || /P$|T$/.test(text)) return null
  const months = monthsPattern.exec(text)
  if (months) {
    const [, sign, y, m] = months
    const total = Number(y ?? 0) * 12 + Number(m ?? 0)
    return Number.isSafeInteger(total) ? monthsDuration(sign ? -total : total) : null
  }
  const days = daysPattern.exec(text)
  if (!days) return null
  const [, sign, d, h, m, s, fraction] = days
  const parts = [d, h, m, s].map((part) => part ?? '0')
  if (parts.some((part) => part.length > durationDigits)) return null
  const [dd, hh, mm, ss] = parts.map(BigInt) as [bigint, bigint, bigint, bigint]
  const total = (((dd * 24n + hh) * 60n + mm) * 60n + ss) * second + BigInt(nanosecondsOf(fraction))
  return daysDuration(sign ? -total : total)
}

/** The offset of a time, in seconds; of one with a zone that has no date, the zone's offset on 1970-01-01. */
export function offsetOf(time: FeelTime, date: FeelDate = { [kind]: 'date', year: 1970, month: 1, day: 1 }) {
  return time.zone === null ? time.offset : zoneOffset(time.zone, date, time)
}

export const isLocal = (time: FeelTime) => time.offset === null && time.zone === null

/** Looking a zone up takes long, and an expression that compares with a constant does it for every item. */
const zonedInstants = new WeakMap<FeelDateTime, bigint>()

/** Nanoseconds since 1970 of a date and time; of a local one as if it were UTC. */
export function instantOf(value: FeelDateTime): bigint {
  const { date, time } = value
  if (time.zone === null) return epochNanoseconds(date, time, time.offset ?? 0)
  const known = zonedInstants.get(value)
  if (known !== undefined) return known
  const instant = epochNanoseconds(date, time, offsetOf(time, date) ?? 0)
  zonedInstants.set(value, instant)
  return instant
}

/** The offset that a date and time has, in seconds: of one that the clock of its zone shows twice, the one that it is. */
export function offsetAt(value: FeelDateTime): number | null {
  if (value.time.zone === null) return value.time.offset
  return Number((epochNanoseconds(value.date, value.time, 0) - instantOf(value)) / second)
}

export const nanosecondOfDay = (time: FeelTime) =>
  BigInt(time.hour * 3600 + time.minute * 60 + time.second) * second + BigInt(time.nanosecond)

export function dateTimeOfInstant(
  nanoseconds: bigint,
  zone: string | null,
  offset: number | null,
): FeelDateTime | null {
  if (zone !== null) {
    try {
      const local = localOf(nanoseconds, zone)
      const date = dateOf(local.year, local.month, local.day)
      const time = timeOf(local.hour, local.minute, local.second, local.nanosecond, null, zone)
      const made: FeelDateTime | null = date && time && { [kind]: 'date and time', date, time }
      // A clock that is set back shows the same time twice: only the instant tells which one this is.
      if (made) zonedInstants.set(made, nanoseconds)
      return made
    } catch {
      return null
    }
  }
  const { date, ofDay } = splitEpoch(nanoseconds + BigInt(offset ?? 0) * second)
  return date && { [kind]: 'date and time', date, time: timeOfDay(ofDay, offset, null) }
}

/** Adds to the instant; the clock on the wall follows the zone. */
export const addNanoseconds = (value: FeelDateTime, nanoseconds: bigint) =>
  dateTimeOfInstant(instantOf(value) + nanoseconds, value.time.zone, value.time.offset)

/** Adds to the date; the clock on the wall stays. */
export function addMonthsTo(value: FeelDateTime, months: number): FeelDateTime | null {
  const date = addMonths(value.date, months)
  return date && dateTimeOf(date, value.time)
}

export function addDays(date: FeelDate, nanoseconds: bigint): FeelDate | null {
  const sum = BigInt(epochDay(date)) * dayNanoseconds + nanoseconds
  return splitEpoch(sum).date
}

export function addToTime(time: FeelTime, nanoseconds: bigint): FeelTime {
  const sum = (nanosecondOfDay(time) + nanoseconds) % dayNanoseconds
  return timeOfDay((sum + dayNanoseconds) % dayNanoseconds, time.offset, time.zone)
}

/** Whole months between two dates, towards zero (the built-in `years and months duration`). */
export function monthsBetween(from: FeelDateTime, to: FeelDateTime): number {
  const sign = instantOf(to) < instantOf(from) ? -1 : 1
  const [a, b] = sign < 0 ? [to, from] : [from, to]
  const months = (b.date.year - a.date.year) * 12 + b.date.month - a.date.month
  const incomplete =
    b.date.day < a.date.day || (b.date.day === a.date.day && nanosecondOfDay(b.time) < nanosecondOfDay(a.time))
  return sign * (months - (incomplete ? 1 : 0)) + 0
}

const two = (value: number) => String(value).padStart(2, '0')

export function formatDate({ year, month, day }: FeelDate): string {
  const digits = String(Math.abs(year)).padStart(4, '0')
  return `${year < 0 ? '-' : ''}${digits}-${two(month)}-${two(day)}`
}

const formatFraction = (nanosecond: number) =>
  nanosecond === 0 ? '' : `.${String(nanosecond).padStart(9, '0').replace(/0+$/, '')}`

export function formatOffset(offset: number): string {
  if (offset === 0) return 'Z'
  const size = Math.abs(offset)
  const seconds = size % 60 === 0 ? '' : `:${two(size % 60)}`
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${seconds}`
}

export function formatTime(time: FeelTime): string {
  const clock = `${two(time.hour)}:${two(time.minute)}:${two(time.second)}${formatFraction(time.nanosecond)}`
  if (time.zone !== null) return `${clock}@${time.zone}`
  return time.offset === null ? clock : clock + formatOffset(time.offset)
}

export const formatDateTime = ({ date, time }: FeelDateTime) => `${formatDate(date)}T${formatTime(time)}`

export function formatMonths({ months }: MonthsDuration): string {
  const size = Math.abs(months)
  const [years, rest] = [Math.floor(size / 12), size % 12]
  const text = `${years ? `${years}Y` : ''}${rest || !years ? `${rest}M` : ''}`
  return `${months < 0 ? '-' : ''}P${text}`
}

export function formatDays({ nanoseconds }: DaysDuration): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const parts = splitDays(size)
  const seconds = parts.seconds || parts.nanosecond ? `${parts.seconds}${formatFraction(parts.nanosecond)}S` : ''
  const clock = `${parts.hours ? `${parts.hours}H` : ''}${parts.minutes ? `${parts.minutes}M` : ''}${seconds}`
  const days = parts.days ? `${parts.days}D` : ''
  const text = clock ? `${days}T${clock}` : days || 'T0S'
  return `${nanoseconds < 0n ? '-' : ''}P${text}`
}

/** The parts of a duration that is not negative. */
export function splitDays(nanoseconds: bigint) {
  const total = nanoseconds / second
  return {
    days: total / 86_400n,
    hours: Number((total / 3600n) % 24n),
    minutes: Number((total / 60n) % 60n),
    seconds: Number(total % 60n),
    nanosecond: Number(nanoseconds % second),
  }
}
