import { dayOf } from '../../components/format.ts'

export const deadlineGroups = ['overdue', 'today', 'week', 'later', 'none', 'resting'] as const
export type DeadlineGroup = (typeof deadlineGroups)[number]

/** Where a deadline stands at `now`. Weeks end on Sunday; the day is that of the time zone (the browser's unless given). */
export function groupOf(dueAt: string | null, now: number, timeZone?: string): DeadlineGroup {
  if (dueAt === null) return 'none'
  const due = Date.parse(dueAt)
  if (due <= now) return 'overdue'
  const today = dayOf(now, timeZone)
  const day = dayOf(due, timeZone)
  if (day === today) return 'today'
  // 1970-01-01 was a Thursday: day 3 of a week that begins on Monday.
  const sunday = today + 6 - ((today + 3) % 7)
  return day <= sunday ? 'week' : 'later'
}

interface Dated {
  dueAt: string | null
  openedAt: string
  /** Nobody needs to look at it before. */
  followUpAt?: string
}

/** A task that nobody needs to look at yet rests, unless it is overdue. */
export function groupOfTask({ dueAt, followUpAt }: Dated, now: number, timeZone?: string): DeadlineGroup {
  const group = groupOf(dueAt, now, timeZone)
  const rests = followUpAt !== undefined && Date.parse(followUpAt) > now && group !== 'overdue'
  return rests ? 'resting' : group
}

/** Tasks by deadline, the most urgent group first, the most urgent task of a group first; empty groups are left out. */
export function groupByDeadline<T extends Dated>(
  items: readonly T[],
  now: number,
  timeZone?: string,
): { key: DeadlineGroup; items: T[] }[] {
  const sorted = [...items].sort(
    (a, b) => (a.dueAt ?? '~').localeCompare(b.dueAt ?? '~') || a.openedAt.localeCompare(b.openedAt),
  )
  return deadlineGroups
    .map((key) => ({ key, items: sorted.filter((item) => groupOfTask(item, now, timeZone) === key) }))
    .filter((group) => group.items.length > 0)
}
