import { addMonths, dateOfEpochDay, epochDay } from '../expressions/calendar.ts'
import { dateTimeOf, dateTimeOfInstant, formatDateTime, instantOf, parseDateTime } from '../expressions/temporal.ts'
import type { FeelDate, FeelTime } from '../expressions/values.ts'
import { endOfGap } from '../expressions/zones.ts'
import type { JsonValue } from '../model/json.ts'
import { nextOfCron, parseCron } from './cron.ts'

/** When a timer is due, and what follows for a cycle. Instants are ISO 8601 UTC with milliseconds. */
export interface Due {
  due: string
  /** Firings after this one; null: without end. */
  left: number | null
  /** The interval of a cycle. */
  every: string | null
  /** Of a cycle by the calendar: what it counts from, and the how manieth interval after it this firing is. */
  since?: string
  round?: number
}

/** An ISO 8601 duration in its parts; they are added in the order of their size. */
export interface Duration {
  negative: boolean
  months: number
  days: number
  nanoseconds: bigint
}

const durationPattern =
  /^(-?)P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12})(?:[.,](\d{1,9}))?S)?)?$/

/** Reads an ISO 8601 duration (`P1M`, `P2W`, `PT1H30M`); null when it is none. */
export function parseDuration(text: string): Duration | null {
  const match = durationPattern.exec(text.trim())
  if (!match || /P$|T$/.test(text.trim())) return null
  const [sign, years, months, weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => part ?? '')
  const whole = (part: string | undefined) => Number(part || 0)
  const clock = BigInt(whole(hours)) * 3600n + BigInt(whole(minutes)) * 60n + BigInt(whole(seconds))
  const fraction = (match[9] ?? '').padEnd(9, '0')
  return {
    negative: sign === '-',
    months: whole(years) * 12 + whole(months),
    days: whole(weeks) * 7 + whole(days),
    nanoseconds: clock * 1_000_000_000n + BigInt(fraction || 0),
  }
}

const epochOf = (instant: string): bigint | null => {
  const value = parseDateTime(instant)
  return value && instantOf(value)
}

/** An instant as ISO 8601 UTC with milliseconds; parts of a millisecond are rounded up, so that nothing is early. */
function instantText(nanoseconds: bigint): string | null {
  const milliseconds = (nanoseconds + 999_999n) / 1_000_000n
  const value = dateTimeOfInstant(milliseconds * 1_000_000n, null, 0)
  if (!value || value.date.year < 0 || value.date.year > 9999) return null
  const text = formatDateTime(value)
  const [head, fraction = ''] = text.slice(0, -1).split('.')
  return `${head}.${fraction.padEnd(3, '0').slice(0, 3)}Z`
}

/**
 * The instant at which the clock of a zone shows a time: the first of two when it shows it twice, and the first instant
 * after it when it skips it (reliability TIM-03).
 */
function instantOnClock(date: FeelDate, time: FeelTime): bigint {
  const skipped = time.zone === null ? null : endOfGap(time.zone, date, time)
  return skipped ?? instantOf(dateTimeOf(date, time))
}

/**
 * Adds a duration to an instant on the calendar of a time zone: months and days keep the clock on the wall (the 31st
 * becomes the month's last day), hours and less are elapsed time.
 */
export function addDuration(instant: string, duration: Duration, timeZone: string): string | null {
  const from = epochOf(instant)
  if (from === null) return null
  const sign = duration.negative ? -1 : 1
  let at = from
  if (duration.months > 0 || duration.days > 0) {
    const local = dateTimeOfInstant(from, timeZone, null)
    const month = local && addMonths(local.date, sign * duration.months)
    const date = month && dateOfEpochDay(epochDay(month) + sign * duration.days)
    if (!local || !date) return null
    at = instantOnClock(date, local.time)
  }
  return instantText(at + BigInt(sign) * duration.nanoseconds)
}

/** -1, 0 or 1 as the first instant is before, at or after the second. */
export function compareInstants(a: string, b: string): number {
  if (a.length === 24 && b.length === 24 && a.endsWith('Z') && b.endsWith('Z')) return a < b ? -1 : a > b ? 1 : 0
  const [left, right] = [epochOf(a) ?? 0n, epochOf(b) ?? 0n]
  return left < right ? -1 : left > right ? 1 : 0
}

/** Beside an offset the name of a zone says nothing more: `2026-06-01T09:00:00+08:00[Asia/Shanghai]`, as Camunda 8 reads it. */
const zoneBesideOffset = /(?<=T.*(?:Z|[+-]\d\d:\d\d))\[[\w/+-]{1,64}\]$/

/**
 * The instant that a text names: with its offset or zone as FEEL reads it (reliability F18), or on the clock of the
 * given zone when it has none.
 */
export function instantIn(text: string, timeZone: string): string | null {
  const value = parseDateTime(text.trim().replace(zoneBesideOffset, ''))
  if (!value) return null
  const { date, time } = value
  const isLocal = time.offset === null && time.zone === null
  return instantText(isLocal ? instantOnClock(date, { ...time, zone: timeZone }) : instantOf(value))
}

export const isForward = (duration: Duration) =>
  !duration.negative && (duration.months > 0 || duration.days > 0 || duration.nanoseconds > 0n)

/** First firing of an interval after an instant; null when the interval makes no sense. */
function after(every: string, instant: string, timeZone: string): string | null {
  const duration = parseDuration(every)
  if (duration) return isForward(duration) ? addDuration(instant, duration, timeZone) : null
  const cron = parseCron(every)
  const from = epochOf(instant)
  let next = from === null ? null : dateTimeOfInstant(from, timeZone, null)
  if (!cron || from === null || !next) return null
  // In an hour that comes a second time its times have been: the one after it is meant.
  for (;;) {
    const local = nextOfCron(cron, next)
    if (!local) return null
    const due = instantOnClock(local.date, local.time)
    if (due > from) return instantText(due)
    next = { ...next, ...local }
  }
}

/** A cycle by the calendar counts from its beginning: the 31st comes again after a shorter month (reliability TIM-02). */
function counting(every: string, since: string, round: number): Pick<Due, 'since' | 'round'> {
  const duration = parseDuration(every)
  return duration && (duration.months > 0 || duration.days > 0) ? { since, round } : {}
}

const times = ({ months, days, nanoseconds, negative }: Duration, count: number): Duration => ({
  negative,
  months: months * count,
  days: days * count,
  nanoseconds: nanoseconds * BigInt(count),
})

function cycleOf(text: string, now: string, timeZone: string): Due | null {
  const parts = text.trim().split('/')
  const head = /^R(-1|\d{0,6})$/.exec(parts[0] ?? '')
  if (!head || parts[0] === text.trim()) {
    const due = after(text.trim(), now, timeZone)
    return due !== null && parseCron(text.trim()) ? { due, left: null, every: text.trim() } : null
  }
  const count = head[1] === '' || head[1] === '-1' ? null : Number(head[1])
  if (count === 0 || parts.length > 3) return null
  const left = count === null ? null : count - 1
  const every = parts.at(-1) ?? ''
  if (!parseDuration(every)) return null
  if (parts.length === 2) {
    const due = after(every, now, timeZone)
    return due === null ? null : { due, left, every, ...counting(every, now, 1) }
  }
  // R5/2026-01-01T08:00:00Z/P1D: the first firing is at the start itself.
  const start = instantIn(parts[1] ?? '', timeZone)
  return start && after(every, start, timeZone) ? { due: start, left, every, ...counting(every, start, 0) } : null
}

/**
 * Reads the value of a timer: `timeDate`, `timeDuration` or `timeCycle` (ISO 8601, or cron as Camunda 8 reads it). A
 * date that is past and a duration below zero are due now. Null when the value cannot be read.
 */
export function dueOf(
  kind: 'date' | 'duration' | 'cycle',
  value: JsonValue,
  now: string,
  timeZone: string,
): Due | null {
  if (typeof value !== 'string') return null
  if (kind === 'cycle') return cycleOf(value, now, timeZone)
  if (kind === 'date') {
    const due = instantIn(value, timeZone)
    return due === null ? null : { due, left: null, every: null }
  }
  const duration = parseDuration(value)
  if (!duration) return null
  const due = addDuration(now, duration, timeZone)
  return due === null ? null : { due, left: null, every: null }
}

/**
 * The next firing of a cycle after one that was due: firings that were missed are made up by one, the next lies in the
 * future (reliability TIM-06). Null after the last.
 */
export function nextDue(
  timer: { due: string; left?: number | null; every?: string; since?: string; round?: number },
  now: string,
  timeZone: string,
): Due | null {
  const { every, left = null } = timer
  if (every === undefined || left === 0) return null
  const follows = nextByCalendar(timer, every, now, timeZone) ?? nextByInterval(timer.due, every, now, timeZone)
  return follows && { ...follows, left: left === null ? null : left - 1, every }
}

type Follows = Pick<Due, 'due' | 'since' | 'round'> | null

/** Far behind, a cycle goes on from now. */
const mostSteps = 10_000

function nextByCalendar(
  { since, round }: { since?: string; round?: number },
  every: string,
  now: string,
  timeZone: string,
): Follows {
  const duration = parseDuration(every)
  if (since === undefined || round === undefined || !duration) return null
  for (let next = round + 1; next <= round + mostSteps; next++) {
    const due = addDuration(since, times(duration, next), timeZone)
    if (due === null) return null
    if (compareInstants(due, now) > 0) return { due, since, round: next }
  }
  return null
}

function nextByInterval(last: string, every: string, now: string, timeZone: string): Follows {
  let due: string | null = last
  for (let steps = 0; due !== null && (steps === 0 || compareInstants(due, now) <= 0); steps++)
    due = after(every, steps < mostSteps ? due : now, timeZone)
  return due === null ? null : { due }
}

/** What is wrong with a fixed timer value, for the checks: nothing when it can be read. */
export const isTimerValue = (kind: 'date' | 'duration' | 'cycle', value: string): boolean =>
  dueOf(kind, value, '2026-01-31T00:00:00.000Z', 'UTC') !== null
