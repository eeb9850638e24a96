import type { WorkCalendar } from '../../../server/contract/identity.ts'

export type DayKind = 'work' | 'rest' | 'holiday' | 'makeUp'

export interface CalendarDay {
  /** `2026-10-01` */
  date: string
  day: number
  kind: DayKind
}

const isoOf = (year: number, month: number, day: number) =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`

/** 1 is Monday, 7 is Sunday. */
export const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7

/** Whether the week alone says that this day is worked. */
const isWorkday = (calendar: WorkCalendar, date: string) => calendar.days.includes(weekdayOf(date))

export function kindOf(calendar: WorkCalendar, date: string): DayKind {
  if (calendar.makeUpDays.includes(date)) return 'makeUp'
  if (calendar.holidays.includes(date)) return 'holiday'
  return isWorkday(calendar, date) ? 'work' : 'rest'
}

/** The days of a month, with nulls before the first so that each stands under its weekday. */
export function monthOf(calendar: WorkCalendar, year: number, month: number): (CalendarDay | null)[] {
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const days = Array.from({ length: count }, (_, index): CalendarDay => {
    const date = isoOf(year, month, index + 1)
    return { date, day: index + 1, kind: kindOf(calendar, date) }
  })
  const before = weekdayOf(isoOf(year, month, 1)) - 1
  return [...Array.from({ length: before }, () => null), ...days]
}

/** Turns a day over: worked to free and back, as an exception to the week or back to it. */
export function turned(calendar: WorkCalendar, date: string): WorkCalendar {
  const kind = kindOf(calendar, date)
  const without = (list: readonly string[]) => list.filter((one) => one !== date)
  const holidays = without(calendar.holidays)
  const makeUpDays = without(calendar.makeUpDays)
  if (kind === 'work') holidays.push(date)
  if (kind === 'rest') makeUpDays.push(date)
  if (kind === 'holiday' && !isWorkday(calendar, date)) makeUpDays.push(date)
  return { ...calendar, holidays: holidays.toSorted(), makeUpDays: makeUpDays.toSorted() }
}
