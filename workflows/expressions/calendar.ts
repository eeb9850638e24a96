import { kind } from './values.ts'
import type { FeelDate } from './values.ts'

/**
 * The proleptic Gregorian calendar over the years that XML Schema and DMN allow (±999 999 999), in whole numbers.
 * Temporal ends at ±271 821 and is used for time zones only.
 */
export const maxYear = 999_999_999

export const isLeapYear = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

export const daysInMonth = (year: number, month: number) =>
  month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0)

export function dateOf(year: number, month: number, day: number): FeelDate | null {
  const valid =
    Number.isInteger(year) &&
    Math.abs(year) <= maxYear &&
    Number.isInteger(month) &&
    month >= 1 &&
    month <= 12 &&
    Number.isInteger(day) &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  return valid ? { [kind]: 'date', year, month, day } : null
}

/** Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
export function epochDay({ year, month, day }: FeelDate): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export function dateOfEpochDay(days: number): FeelDate | null {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const mp = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  return dateOf(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

/** Adds months; a day that the month does not have becomes its last one. */
export function addMonths(date: FeelDate, months: number): FeelDate | null {
  const total = date.year * 12 + (date.month - 1) + months
  const year = Math.floor(total / 12)
  const month = total - year * 12 + 1
  return dateOf(year, month, Math.min(date.day, daysInMonth(year, month)))
}

/** 1 is Monday, 7 is Sunday. */
export const weekday = (date: FeelDate) => ((((epochDay(date) + 3) % 7) + 7) % 7) + 1

export const dayOfYear = (date: FeelDate) => epochDay(date) - epochDay({ ...date, month: 1, day: 1 }) + 1

/** The week of ISO 8601. */
export function weekOfYear(date: FeelDate): number {
  const week = Math.floor((dayOfYear(date) - weekday(date) + 10) / 7)
  if (week < 1) return weekOfYear({ ...date, year: date.year - 1, month: 12, day: 31 })
  if (week === 53 && weekday({ ...date, month: 12, day: 31 }) < 4) return 1
  return week
}
