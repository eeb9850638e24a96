/** The middle value; null of nothing. */
export function median(values: number[]): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

/** The instant at which the tenant's day of `now` began. */
export function startOfDay(now: string, timeZone: string): string {
  const { hour, minute, second } = wallClock(now, timeZone)
  return new Date(Math.floor(Date.parse(now) / 1000) * 1000 - ((hour * 60 + minute) * 60 + second) * 1000).toISOString()
}

/** The instant at which the tenant's month of `now` began; by days of 24 hours, as months are only counted here. */
export function startOfMonth(now: string, timeZone: string): string {
  const { day } = wallClock(now, timeZone)
  return new Date(Date.parse(startOfDay(now, timeZone)) - (day - 1) * 86_400_000).toISOString()
}

function wallClock(instant: string, timeZone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  })
  const parts = Object.fromEntries(
    format.formatToParts(new Date(instant)).map(({ type, value }) => [type, Number(value)]),
  )
  return {
    day: parts['day'] ?? 1,
    hour: parts['hour'] ?? 0,
    minute: parts['minute'] ?? 0,
    second: parts['second'] ?? 0,
  }
}
