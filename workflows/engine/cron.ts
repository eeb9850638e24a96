import { dateOfEpochDay, daysInMonth, epochDay, weekday } from '../expressions/calendar.ts'
import type { FeelDate, FeelDateTime, FeelTime } from '../expressions/values.ts'

/**
 * Cron as Camunda 8 reads it (Spring's CronExpression): seconds, minutes, hours, day of month, month, day of week, or a
 * macro such as `@daily`. Day of month knows `L`, `L-n`, `LW` and `nW`; day of week (0 and 7 are Sunday) `nL` and `n#k`.
 */
export interface Cron {
  seconds: readonly number[]
  minutes: readonly number[]
  hours: readonly number[]
  months: ReadonlySet<number>
  isDay: (date: FeelDate) => boolean
}

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@annually': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@midnight': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
}

const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const named = (text: string, names: readonly string[], first: number) =>
  names.reduce((result, name, index) => result.replaceAll(name, String(index + first)), text.toUpperCase())

/** The values of one field, in order; null when it is none. */
function fieldOf(text: string, low: number, high: number): number[] | null {
  const values = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(?:(\*|\?)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part)
    if (!match) return null
    const [, all, from, to, step] = match
    const start = all ? low : Number(from)
    const end = all ? high : to !== undefined ? Number(to) : step !== undefined ? high : start
    const stride = step === undefined ? 1 : Number(step)
    if (start < low || end > high || start > end || stride < 1) return null
    for (let value = start; value <= end; value += stride) values.add(value)
  }
  return [...values].sort((a, b) => a - b)
}

type DayTest = (date: FeelDate) => boolean

/** The working day nearest to a day, within its month. */
function nearestWorkday(date: FeelDate, day: number): number {
  const last = daysInMonth(date.year, date.month)
  const on = weekday({ ...date, day })
  if (on === 6) return day > 1 ? day - 1 : day + 2
  if (on === 7) return day < last ? day + 1 : day - 2
  return day
}

function dayOfMonthOf(text: string): DayTest | null {
  const last = /^L(?:-(\d{1,2}))?$/.exec(text)
  if (last) return (date) => date.day === daysInMonth(date.year, date.month) - Number(last[1] ?? 0)
  if (text === 'LW') return (date) => date.day === nearestWorkday(date, daysInMonth(date.year, date.month))
  const near = /^(\d{1,2})W$/.exec(text)
  if (near) {
    const day = Number(near[1])
    return day < 1 || day > 31
      ? null
      : (date) => day <= daysInMonth(date.year, date.month) && date.day === nearestWorkday(date, day)
  }
  const days = fieldOf(text, 1, 31)
  return days && ((date) => days.includes(date.day))
}

function dayOfWeekOf(text: string): DayTest | null {
  const special = /^([0-7])(?:(L)|#([1-5]))$/.exec(text)
  if (special) {
    const day = Number(special[1]) % 7
    const nth = Number(special[3] ?? 0)
    return (date) =>
      weekday(date) % 7 === day &&
      (special[2] ? date.day + 7 > daysInMonth(date.year, date.month) : Math.ceil(date.day / 7) === nth)
  }
  const days = fieldOf(text, 0, 7)?.map((day) => day % 7)
  return days ? (date) => days.includes(weekday(date) % 7) : null
}

/** Reads a cron expression; null when it is none. */
export function parseCron(text: string): Cron | null {
  const fields = (macros[text.toLowerCase()] ?? text).split(/\s+/)
  if (fields.length !== 6) return null
  const [second = '', minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = fields
  const seconds = fieldOf(second, 0, 59)
  const minutes = fieldOf(minute, 0, 59)
  const hours = fieldOf(hour, 0, 23)
  const months = fieldOf(named(month, monthNames, 1), 1, 12)
  const inMonth = dayOfMonthOf(dayOfMonth.toUpperCase())
  const inWeek = dayOfWeekOf(named(dayOfWeek, dayNames, 0))
  if (!seconds || !minutes || !hours || !months || !inMonth || !inWeek) return null
  return { seconds, minutes, hours, months: new Set(months), isDay: (date) => inMonth(date) && inWeek(date) }
}

/** First firing on the clock strictly after a local time; null when there is none within eight years (30 February). */
export function nextOfCron(
  cron: Cron,
  from: Pick<FeelDateTime, 'date' | 'time'>,
): { date: FeelDate; time: FeelTime } | null {
  const start = epochDay(from.date)
  for (let day = start; day < start + 366 * 8 + 2; day++) {
    const date = dateOfEpochDay(day)
    if (!date || !cron.months.has(date.month) || !cron.isDay(date)) continue
    const floor = day === start ? from.time.hour * 3600 + from.time.minute * 60 + from.time.second : -1
    for (const hour of cron.hours)
      for (const minute of cron.minutes)
        for (const second of cron.seconds)
          if (hour * 3600 + minute * 60 + second > floor)
            return { date, time: { ...from.time, hour, minute, second, nanosecond: 0 } }
  }
  return null
}
