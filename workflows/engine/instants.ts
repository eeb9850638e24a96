/**
 * Instants as the engine compares and shifts them: ISO 8601 UTC text in, ISO 8601 UTC text with milliseconds out, so
 * that two of them also compare as text. Whole-number arithmetic, because the engine has no clock and no Date.
 */
const pattern = /^([+-]?\d{4,6})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)$/
const dayMilliseconds = 86_400_000

/** Milliseconds since 1970-01-01T00:00:00Z, or null when the text is no instant (an offset or Z is needed). */
export function millisecondsOf(instant: string): number | null {
  const match = pattern.exec(instant)
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as number[]
  if (month! < 1 || month! > 12 || day! < 1 || day! > 31 || hour! > 24 || minute! > 59 || second! > 60) return null
  const fraction = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3) || 0)
  const zone = match[8]!
  const offset = zone === 'Z' ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))
  return (
    epochDay(year!, month!, day!) * dayMilliseconds + ((hour! * 60 + minute! - offset) * 60 + second!) * 1000 + fraction
  )
}

/** The instant as text, `2026-03-02T01:00:00.000Z`. */
export function instantOf(milliseconds: number): string {
  const days = Math.floor(milliseconds / dayMilliseconds)
  const rest = milliseconds - days * dayMilliseconds
  const [year, month, day] = dateOf(days)
  const two = (value: number) => String(value).padStart(2, '0')
  const time = `${two(Math.floor(rest / 3_600_000))}:${two(Math.floor(rest / 60_000) % 60)}:${two(Math.floor(rest / 1000) % 60)}`
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${time}.${String(rest % 1000).padStart(3, '0')}Z`
}

/** The same instant in the one form that compares as text; null when it is none. */
export function normalInstant(instant: string): string | null {
  const milliseconds = millisecondsOf(instant)
  return milliseconds === null ? null : instantOf(milliseconds)
}

/** Time of day in a zone, `10:31`, for sentences. */
export function clockTime(instant: string, timeZone: string): string {
  const milliseconds = millisecondsOf(instant)
  return milliseconds === null
    ? instant
    : new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(milliseconds)
}

// Howard Hinnant, "chrono-compatible low-level date algorithms".
function epochDay(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

function dateOf(days: number): [number, number, number] {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const mp = Math.floor((5 * dayOfYear + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - Math.floor((153 * mp + 2) / 5) + 1]
}
