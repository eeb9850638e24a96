import { describe, expect, it } from 'vitest'
import { kindOf, monthOf, turned } from '../../../../client/pages/settings/calendar-days.ts'
import type { WorkCalendar } from '../../../../server/contract/identity.ts'

const calendar: WorkCalendar = {
  id: 'office',
  name: { zh: '办公时间', en: 'Office' },
  timeZone: 'Asia/Shanghai',
  hours: ['09:00-18:00'],
  days: [1, 2, 3, 4, 5],
  holidays: ['2026-10-01', '2026-10-03'],
  makeUpDays: ['2026-10-10'],
}

describe('a day of a working calendar', () => {
  it.each([
    ['2026-10-01', 'holiday'],
    ['2026-10-08', 'work'],
    ['2026-10-10', 'makeUp'],
    ['2026-10-11', 'rest'],
  ])('%s is %s', (date, kind) => {
    expect(kindOf(calendar, date)).toBe(kind)
  })

  it.each([
    ['a worked day becomes a holiday', '2026-10-08', 'holiday'],
    ['a holiday on a weekday is worked again', '2026-10-01', 'work'],
    ['a free weekend day is worked', '2026-10-11', 'makeUp'],
    ['a make-up day is free again', '2026-10-10', 'rest'],
    ['a holiday on a weekend is worked', '2026-10-03', 'makeUp'],
  ])('turned over: %s', (_, date, kind) => {
    expect(kindOf(turned(calendar, date), date)).toBe(kind)
  })

  it('stands under its weekday: October 2026 begins on a Thursday', () => {
    const month = monthOf(calendar, 2026, 10)
    expect(month.slice(0, 4)).toEqual([null, null, null, { date: '2026-10-01', day: 1, kind: 'holiday' }])
    expect(month).toHaveLength(3 + 31)
  })
})
