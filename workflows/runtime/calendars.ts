import { addMonths, dateOfEpochDay, epochDay, weekday } from '../expressions/calendar.ts'
import { kind, type FeelDate } from '../expressions/values.ts'
import { isZone, localOf, zoneOffset } from '../expressions/zones.ts'
import type { Calendars } from '../engine/host.ts'
import { instantOf, millisecondsOf } from '../engine/instants.ts'

/** Working time as an admin writes it down. */
export interface CalendarSpec {
  timeZone: string
  /** `09:00-12:00`; several a day, in order. */
  hours: string[]
  /** ISO weekdays, 1 = Monday. */
  days: number[]
  /** Dates without work, `2026-10-01`. */
  holidays?: string[]
  /** Dates with work although the weekday says none (调休). */
  makeUpDays?: string[]
}

interface Duration {
  sign: 1 | -1
  months: number
  days: number
  milliseconds: number
}

const pattern =
  /^(-)?P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,11})(?:\.(\d{1,3}))?S)?)?$/

function parseDuration(text: string): Duration | null {
  const match = pattern.exec(text)
  if (!match || /P$|T$/.test(text)) return null
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(2, 9).map((part) => Number(part ?? 0))
  return {
    sign: match[1] ? -1 : 1,
    months: years! * 12 + months!,
    days: weeks! * 7 + days!,
    milliseconds: ((hours! * 60 + minutes!) * 60 + seconds!) * 1000 + Number((match[9] ?? '').padEnd(3, '0')),
  }
}

/** A wall clock: a date and the milliseconds of its day. */
interface Wall {
  date: FeelDate
  time: number
}

const dayMilliseconds = 86_400_000

function wallOf(milliseconds: number, zone: string): Wall {
  const { year, month, day, hour, minute, second, nanosecond } = localOf(BigInt(milliseconds) * 1_000_000n, zone)
  return {
    date: { [kind]: 'date', year, month, day },
    time: ((hour * 60 + minute) * 60 + second) * 1000 + Math.floor(nanosecond / 1_000_000),
  }
}

function millisecondsAt({ date, time }: Wall, zone: string): number {
  const clock = { hour: Math.floor(time / 3_600_000), minute: Math.floor(time / 60_000) % 60, second: 0 }
  return epochDay(date) * dayMilliseconds + time - zoneOffset(zone, date, clock) * 1000
}

const shiftDays = (date: FeelDate, days: number) => dateOfEpochDay(epochDay(date) + days)

function addNatural(start: number, { sign, months, days, milliseconds }: Duration, zone: string): number | null {
  if (months === 0 && days === 0) return start + sign * milliseconds
  const wall = wallOf(start, zone)
  const monthsOn = addMonths(wall.date, sign * months)
  const date = monthsOn && shiftDays(monthsOn, sign * days)
  return date && millisecondsAt({ date, time: wall.time }, zone) + sign * milliseconds
}

interface WorkingTime {
  zone: string
  /** Start and end of each stretch of work, milliseconds of the day. */
  stretches: { from: number; until: number }[]
  works(date: FeelDate): boolean
}

const two = (value: number) => String(value).padStart(2, '0')
const isoDate = ({ year, month, day }: FeelDate) => `${year}-${two(month)}-${two(day)}`

/** Reads a calendar; null when it is written wrong or nobody ever works by it. */
function workingTime(spec: CalendarSpec): WorkingTime | null {
  const stretches = spec.hours.map((text) => {
    const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text)
    const [h, m, h2, m2] = (match?.slice(1) ?? []).map(Number)
    return { from: (h! * 60 + m!) * 60_000, until: (h2! * 60 + m2!) * 60_000 }
  })
  const isOrdered = stretches.every(
    ({ from, until }, index) =>
      from < until && until <= dayMilliseconds && (index === 0 || stretches[index - 1]!.until <= from),
  )
  if (!isZone(spec.timeZone) || stretches.length === 0 || !isOrdered || spec.days.length === 0) return null
  const [days, holidays, makeUp] = [spec.days, spec.holidays ?? [], spec.makeUpDays ?? []].map(
    (list) => new Set<unknown>(list),
  )
  return {
    zone: spec.timeZone,
    stretches,
    works: (date) => makeUp!.has(isoDate(date)) || (days!.has(weekday(date)) && !holidays!.has(isoDate(date))),
  }
}

/** Days without work in a row after which a calendar counts as one that nobody works by. */
const longestBreak = 3660

function nextWorkingDay(date: FeelDate, sign: 1 | -1, { works }: WorkingTime): FeelDate | null {
  for (let step = 1; step <= longestBreak; step++) {
    const candidate = shiftDays(date, sign * step)
    if (candidate && works(candidate)) return candidate
  }
  return null
}

/** Whole days are working days at the same time of day, hours are hours of work. */
function addWorking(start: number, { sign, months, days, milliseconds }: Duration, time: WorkingTime): number | null {
  const wall = wallOf(start, time.zone)
  let date = addMonths(wall.date, sign * months)
  for (let day = 0; day < days && date; day++) date = nextWorkingDay(date, sign, time)
  if (!date) return null
  // An hour that the clock shows twice stays the one that it was.
  const at = months === 0 && days === 0 ? start : millisecondsAt({ date, time: wall.time }, time.zone)
  return milliseconds === 0 ? at : walkHours(at, date, sign, milliseconds, time)
}

/** Hours of work as they pass, so a night in which the clock is moved has an hour less or more. */
function walkHours(
  start: number,
  first: FeelDate,
  sign: 1 | -1,
  milliseconds: number,
  working: WorkingTime,
): number | null {
  const stretches = sign > 0 ? working.stretches : working.stretches.toReversed()
  let left = milliseconds
  for (let date: FeelDate | null = first; date; date = nextWorkingDay(date, sign, working)) {
    if (!working.works(date)) continue
    for (const { from, until } of stretches) {
      const [opens, closes] = [instantAt(date, from, working.zone), instantAt(date, until, working.zone)]
      const begin = sign > 0 ? Math.max(start, opens) : Math.min(start, closes)
      const room = sign > 0 ? closes - begin : begin - opens
      if (room <= 0) continue
      if (left <= room) return begin + sign * left
      left -= room
    }
  }
  return null
}

/** When a working day's clock shows a time; its end at midnight is the beginning of the next day. */
function instantAt(date: FeelDate, time: number, zone: string): number {
  const next = time === dayMilliseconds ? shiftDays(date, 1) : null
  return next ? millisecondsAt({ date: next, time: 0 }, zone) : millisecondsAt({ date, time }, zone)
}

/**
 * The calendars that deadlines name: `natural`, in which a day follows the wall clock of the zone, and the working
 * calendars by their ids. An unknown calendar, a duration or an instant that is none give null.
 */
export function createCalendars(specs: Readonly<Record<string, CalendarSpec>>, timeZone: string): Calendars {
  const working = new Map(Object.entries(specs).map(([id, spec]) => [id, workingTime(spec)]))
  return {
    add(instant, duration, calendar) {
      const start = millisecondsOf(instant)
      const parsed = parseDuration(duration)
      if (start === null || parsed === null) return null
      const time = working.get(calendar) ?? null
      if (time === null && calendar !== 'natural') return null
      const end = time === null ? addNatural(start, parsed, timeZone) : addWorking(start, parsed, time)
      return end === null || !Number.isSafeInteger(end) ? null : instantOf(end)
    },
  }
}
