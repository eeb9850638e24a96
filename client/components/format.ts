/** A text of the translator with its values: pure functions name it, components speak it. */
export interface Phrase {
  readonly key: string
  readonly values: Record<string, string | number>
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** Digits after the point of a currency, by ISO 4217. Two unless told otherwise. */
const fractionDigits: Record<string, number> = { JPY: 0, KRW: 0, VND: 0, KWD: 3 }
const symbols: Record<string, string> = { CNY: '¥', JPY: '¥', USD: '$', EUR: '€', GBP: '£', HKD: 'HK$' }

export const digitsOf = (currency: string): number => fractionDigits[currency] ?? 2
export const symbolOf = (currency: string): string => symbols[currency] ?? `${currency} `

/**
 * Minor units as people read them: `1,234.50`, minus as U+2212. `sign: 'always'` writes the plus too, as in a derivation.
 * Works on the digits, never through a fraction, so no cent is lost.
 */
export function formatMinor(amount: number, currency = 'CNY', sign: 'auto' | 'always' = 'auto'): string {
  const digits = digitsOf(currency)
  const text = String(Math.abs(Math.trunc(amount))).padStart(digits + 1, '0')
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ',')
  const prefix = amount < 0 ? '−' : sign === 'always' && amount > 0 ? '+' : ''
  return prefix + whole + (digits ? `.${text.slice(-digits)}` : '')
}

/** What a person typed as an amount, in minor units: `1,234.5` -> 123450. Null when it is not an amount. */
export function parseMinor(text: string, currency = 'CNY'): number | null {
  const digits = digitsOf(currency)
  const plain = text
    .trim()
    .replace(/[,，\s¥￥]/g, '')
    .replace('−', '-')
    .replace('。', '.')
  const match = /^(-?)(\d{1,13})(?:\.(\d*))?$/.exec(plain)
  if (!match) return null
  const fraction = match[3] ?? ''
  if (fraction.length > digits) return null
  const value = Number(match[2]! + fraction.padEnd(digits, '0'))
  return match[1] === '-' && value !== 0 ? -value : value
}

const zoned = new Map<string, Intl.DateTimeFormat>()

/** Calendar parts of an instant in a time zone (the browser's unless given). */
function partsOf(instant: number, timeZone?: string) {
  const key = timeZone ?? ''
  let format = zoned.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(timeZone ? { timeZone } : {}),
    })
    zoned.set(key, format)
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]))
  const number = (name: string) => Number(parts[name])
  return {
    year: number('year'),
    month: number('month'),
    day: number('day'),
    time: `${parts['hour']}:${parts['minute']}`,
    serial: Date.UTC(number('year'), number('month') - 1, number('day')) / day,
  }
}

/** The day of an instant in a time zone, counted from 1970-01-01. */
export const dayOf = (at: number, timeZone?: string): number => partsOf(at, timeZone).serial

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const nearDays: Record<string, string> = { '-1': 'time.yesterday', '0': 'time.today', '1': 'time.tomorrow' }

const valuesOf = ({ year, month, day: dayOfMonth, time }: ReturnType<typeof partsOf>) => ({
  year,
  month,
  monthName: monthNames[month - 1] ?? '',
  day: dayOfMonth,
  time,
})

/** 今天 09:48, 昨天 18:20, 11月19日 21:02; the year only when it differs. `dateOnly` leaves the time out. */
export function phraseOfInstant(
  at: number,
  now: number,
  options: { timeZone?: string | undefined; dateOnly?: boolean } = {},
): Phrase {
  const then = partsOf(at, options.timeZone)
  const today = partsOf(now, options.timeZone)
  const near = nearDays[String(then.serial - today.serial)]
  const suffix = options.dateOnly ? 'Date' : ''
  if (near) return { key: near + suffix, values: { time: then.time } }
  const key = then.year === today.year ? 'time.thisYear' : 'time.otherYear'
  return { key: key + suffix, values: valuesOf(then) }
}

/** The instant in full, for the tooltip: 2026年11月23日 11:48. */
export function phraseInFull(at: number, timeZone?: string): Phrase {
  const then = partsOf(at, timeZone)
  return { key: 'time.otherYear', values: valuesOf(then) }
}

/** The two largest units of a length of time: 3 天 4 小时, 2 小时 05 分, 42 分, 1 秒. */
export function phraseOfDuration(milliseconds: number): Phrase {
  const length = Math.max(0, milliseconds)
  if (length < minute) return { key: 'time.seconds', values: { seconds: Math.floor(length / 1000) } }
  const minutes = Math.floor(length / minute) % 60
  const hours = Math.floor(length / hour) % 24
  const days = Math.floor(length / day)
  if (days > 0) return { key: hours ? 'time.daysHours' : 'time.days', values: { days, hours, minutes } }
  if (hours > 0)
    return {
      key: minutes ? 'time.hoursMinutes' : 'time.hours',
      values: { hours, minutes: String(minutes).padStart(2, '0') },
    }
  return { key: 'time.minutes', values: { minutes } }
}

export type DeadlineState = 'calm' | 'soon' | 'over'

/** A deadline at `now`: how much is left, from 1 to 0, and its state (amber at 25 % or 3 hours left, red at 0). */
export function deadlineAt(due: number, start: number | null, now: number): { state: DeadlineState; left: number } {
  const remaining = due - now
  if (remaining <= 0) return { state: 'over', left: 0 }
  const total = start !== null && start < due ? due - start : Math.max(remaining, day)
  const left = Math.min(1, remaining / total)
  const soon = remaining <= 3 * hour || (start !== null && left <= 0.25)
  return { state: soon ? 'soon' : 'calm', left }
}

/** 1536000 -> 1.5 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
