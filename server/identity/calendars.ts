import type { Calendars } from '../../workflows/engine/host.ts'
import { createCalendars } from '../../workflows/runtime/calendars.ts'
import type { WorkCalendar } from '../contract/identity.ts'
import type { IdentityStore } from './identity-store.ts'

export interface LiveCalendars extends Calendars {
  list(): WorkCalendar[]
  /** Reads the stored ones anew; at start and after a pack brought some. */
  refresh(): Promise<void>
}

/** The one that every shop has, so that "working time" always means something; a stored one of this id takes its place. */
const plainWeek = (timeZone: string): WorkCalendar => ({
  id: 'working',
  name: { zh: '工作时间', en: 'Working hours' },
  timeZone,
  hours: ['09:00-18:00'],
  days: [1, 2, 3, 4, 5],
  holidays: [],
  makeUpDays: [],
})

/** The calendars that deadlines are counted by: a plain week, and what an admin or a pack stored. */
export function createLiveCalendars(store: IdentityStore, timeZone: string): LiveCalendars {
  let known: WorkCalendar[] = [plainWeek(timeZone)]
  let current = reckoning(known)

  function reckoning(list: readonly WorkCalendar[]): Calendars {
    return createCalendars(Object.fromEntries(list.map((calendar) => [calendar.id, calendar])), timeZone)
  }

  return {
    add: (instant, duration, calendar) => current.add(instant, duration, calendar),
    list: () => known,
    async refresh() {
      const stored = (await store.calendars()).map(({ data }) => data)
      const hasOwn = stored.some(({ id }) => id === 'working')
      known = hasOwn ? stored : [plainWeek(timeZone), ...stored]
      current = reckoning(known)
    },
  }
}
