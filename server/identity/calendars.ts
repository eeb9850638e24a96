import type { Calendars } from '../../workflows/engine/host.ts'
import { createCalendars, type CalendarSpec } from '../../workflows/runtime/calendars.ts'
import type { IdentityStore } from './identity-store.ts'

/** Days off by order of the State Council for 2026, and the weekends that are worked instead (国办发明电〔2025〕). */
const holidays = [
  ...days('2026-01-01', 3),
  ...days('2026-02-15', 9),
  ...days('2026-04-04', 3),
  ...days('2026-05-01', 5),
  ...days('2026-06-19', 3),
  ...days('2026-09-25', 3),
  ...days('2026-10-01', 7),
]
const makeUpDays = ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10']

/** cs: customer service, office: administration, wh: warehouse. A stored calendar of the same name takes their place. */
export function defaultCalendars(timeZone: string): Record<string, CalendarSpec> {
  return {
    cs: { timeZone, hours: ['09:00-21:00'], days: [1, 2, 3, 4, 5, 6, 7] },
    office: { timeZone, hours: ['09:00-18:00'], days: [1, 2, 3, 4, 5], holidays, makeUpDays },
    wh: { timeZone, hours: ['08:30-18:00'], days: [1, 2, 3, 4, 5, 6], holidays, makeUpDays },
  }
}

export interface LiveCalendars extends Calendars {
  /** Reads the stored ones anew; at start and after a pack brought some. */
  refresh(): Promise<void>
}

/** The calendars that deadlines are counted by: the defaults, and what an admin or a pack stored in their place. */
export function createLiveCalendars(store: IdentityStore, timeZone: string): LiveCalendars {
  let current = createCalendars(defaultCalendars(timeZone), timeZone)
  return {
    add: (instant, duration, calendar) => current.add(instant, duration, calendar),
    async refresh() {
      const stored = await store.calendars()
      const own = Object.fromEntries(stored.map(({ id, data }) => [id, data as CalendarSpec]))
      current = createCalendars({ ...defaultCalendars(timeZone), ...own }, timeZone)
    },
  }
}

function days(first: string, count: number): string[] {
  const start = Date.parse(first)
  return Array.from({ length: count }, (_, day) => new Date(start + day * 86_400_000).toISOString().slice(0, 10))
}
