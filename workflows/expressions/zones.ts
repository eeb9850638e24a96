import { Temporal } from 'temporal-polyfill'
import { dateOf, dateOfEpochDay, epochDay } from './calendar.ts'
import type { FeelDate, FeelTime } from './values.ts'

const known = new Map<string, boolean>()

/** Whether a text names a time zone of the IANA data base. */
export function isZone(name: string): boolean {
  const seen = known.get(name)
  if (seen !== undefined) return seen
  let valid = false
  if (/^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name)) {
    try {
      valid = new Temporal.ZonedDateTime(0n, name).timeZoneId !== ''
    } catch {
      valid = false
    }
  }
  if (known.size < 1000) known.set(name, valid)
  return valid
}

/** The 400 years after which the calendar repeats, taken off until Temporal can hold the year. */
const temporalYear = (year: number) => (Math.abs(year) < 200_000 ? year : 2000 + (((year % 400) + 400) % 400))

function zoned(zone: string, date: FeelDate, time: Pick<FeelTime, 'hour' | 'minute' | 'second'>) {
  const { month, day } = date
  const { hour, minute, second } = time
  return Temporal.PlainDateTime.from({
    year: temporalYear(date.year),
    month,
    day,
    hour,
    minute,
    second,
  }).toZonedDateTime(zone)
}

/** The offset of a zone at a local date and time, in seconds; of a time that happens twice, the first one's. */
export const zoneOffset = (zone: string, date: FeelDate, time: Pick<FeelTime, 'hour' | 'minute' | 'second'>): number =>
  zoned(zone, date, time).offsetNanoseconds / 1e9

/**
 * The hour and minute that the clock of the zone shows instead of a local time that a clock change skips; null when it
 * exists (reliability F18).
 */
export function movedClock(zone: string, date: FeelDate, time: FeelTime) {
  const local = zoned(zone, date, time)
  if (local.hour === time.hour && local.minute === time.minute && local.day === date.day) return null
  return { date: dateOf(date.year, local.month, local.day), hour: local.hour, minute: local.minute }
}

/** The first instant after a local time that a clock change skips; null when the time exists (reliability TIM-03). */
export function endOfGap(zone: string, date: FeelDate, time: FeelTime): bigint | null {
  if (!movedClock(zone, date, time)) return null
  // Looking back begins before the instant itself, which may be the change.
  const moved = zoned(zone, date, time).add({ nanoseconds: 1 })
  return moved.getTimeZoneTransition('previous')?.epochNanoseconds ?? null
}

/** The local date and time of an instant in a zone, with the offset that holds there. */
export function localOf(epochNanoseconds: bigint, zone: string) {
  const zoned = new Temporal.ZonedDateTime(epochNanoseconds, zone)
  return {
    year: zoned.year,
    month: zoned.month,
    day: zoned.day,
    hour: zoned.hour,
    minute: zoned.minute,
    second: zoned.second,
    nanosecond: zoned.millisecond * 1_000_000 + zoned.microsecond * 1000 + zoned.nanosecond,
    offset: zoned.offsetNanoseconds / 1e9,
  }
}

/** Nanoseconds since 1970 of a local date and time at an offset. */
export function epochNanoseconds(date: FeelDate, time: FeelTime, offset: number): bigint {
  const seconds = epochDay(date) * 86_400 + time.hour * 3600 + time.minute * 60 + time.second - offset
  return BigInt(seconds) * 1_000_000_000n + BigInt(time.nanosecond)
}

/** Splits nanoseconds since 1970 into a UTC date and the nanoseconds of its day. */
export function splitEpoch(nanoseconds: bigint): { date: FeelDate | null; ofDay: bigint } {
  const day = 86_400_000_000_000n
  const ofDay = ((nanoseconds % day) + day) % day
  return { date: dateOfEpochDay(Number((nanoseconds - ofDay) / day)), ofDay }
}
