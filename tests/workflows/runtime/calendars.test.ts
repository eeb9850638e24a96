import { describe, expect, it } from 'vitest'
import { createCalendars } from '../../../workflows/runtime/calendars.ts'

const office = {
  timeZone: 'Asia/Shanghai',
  hours: ['09:00-12:00', '13:00-18:00'],
  days: [1, 2, 3, 4, 5],
  holidays: ['2026-10-01'],
  makeUpDays: ['2026-10-10'],
}
const calendars = createCalendars({ working: office }, 'Asia/Shanghai')

/** Shanghai time in, Shanghai time out; the clock there is UTC+8 all year. */
function add(local: string, duration: string, calendar = 'working') {
  const end = calendars.add(`${local}:00+08:00`, duration, calendar)
  return end && new Date(Date.parse(end) + 8 * 3_600_000).toISOString().slice(0, 16)
}

describe('calendars', () => {
  it('adds natural durations to the instant', () => {
    expect(calendars.add('2026-03-02T01:00:00Z', 'PT90M', 'natural')).toBe('2026-03-02T02:30:00.000Z')
    expect(add('2026-01-31T10:00', 'P1M', 'natural')).toBe('2026-02-28T10:00')
    expect(add('2026-03-02T10:00', '-P1DT1H', 'natural')).toBe('2026-03-01T09:00')
    expect(add('2026-03-02T10:00', 'P2W', 'natural')).toBe('2026-03-16T10:00')
  })

  it('counts only hours of work, over lunch, nights and weekends', () => {
    expect(add('2026-03-02T11:00', 'PT2H')).toBe('2026-03-02T14:00')
    expect(add('2026-03-02T17:30', 'PT1H')).toBe('2026-03-03T09:30')
    expect(add('2026-03-06T17:00', 'PT2H')).toBe('2026-03-09T10:00')
    expect(add('2026-03-07T11:00', 'PT1H')).toBe('2026-03-09T10:00')
  })

  it('ends at the end of the working day rather than at the next morning', () => {
    expect(add('2026-03-02T09:00', 'PT8H')).toBe('2026-03-02T18:00')
  })

  it('takes P1D as one working day at the same time of day', () => {
    expect(add('2026-03-06T15:20', 'P1D')).toBe('2026-03-09T15:20')
    expect(add('2026-09-30T10:00', 'P1D')).toBe('2026-10-02T10:00')
  })

  it('works on make-up days and rests on holidays', () => {
    expect(add('2026-10-09T17:00', 'PT2H')).toBe('2026-10-10T10:00')
  })

  it('goes back for reminders before the due time', () => {
    expect(add('2026-03-02T10:00', '-PT2H')).toBe('2026-02-27T17:00')
    expect(add('2026-03-02T14:00', '-PT2H')).toBe('2026-03-02T11:00')
    expect(add('2026-03-09T10:00', '-P1D')).toBe('2026-03-06T10:00')
  })

  it('gives null for what it does not know', () => {
    expect(calendars.add('2026-03-02T01:00:00Z', 'PT1H', 'nights')).toBeNull()
    expect(calendars.add('2026-03-02T01:00:00Z', 'soon', 'natural')).toBeNull()
    expect(calendars.add('2026-03-02T01:00:00Z', 'P', 'natural')).toBeNull()
    expect(calendars.add('yesterday', 'PT1H', 'natural')).toBeNull()
    expect(calendars.add('2026-13-02T01:00:00Z', 'PT1H', 'natural')).toBeNull()
  })

  it('refuses a calendar that nobody works by', () => {
    const never = createCalendars(
      { none: { ...office, days: [] }, odd: { ...office, hours: ['9-5'] } },
      'Asia/Shanghai',
    )
    expect(never.add('2026-03-02T01:00:00Z', 'PT1H', 'none')).toBeNull()
    expect(never.add('2026-03-02T01:00:00Z', 'PT1H', 'odd')).toBeNull()
  })
})

describe('calendars where the clock is moved', () => {
  const night = { timeZone: 'Europe/Berlin', hours: ['00:00-06:00', '22:00-24:00'], days: [1, 2, 3, 4, 5, 6, 7] }
  const berlin = createCalendars({ night }, 'Europe/Berlin')
  const add = (instant: string, duration: string, calendar: string) => berlin.add(instant, duration, calendar)

  it('keep the time of day when days are added, and the hours when hours are', () => {
    expect(add('2026-03-28T11:00:00Z', 'P1D', 'natural')).toBe('2026-03-29T10:00:00.000Z')
    expect(add('2026-03-28T11:00:00Z', 'PT24H', 'natural')).toBe('2026-03-29T11:00:00.000Z')
    expect(add('2026-10-24T10:00:00Z', 'P1D', 'natural')).toBe('2026-10-25T11:00:00.000Z')
    expect(add('2026-03-28T21:30:00Z', 'P1D', 'night')).toBe('2026-03-29T20:30:00.000Z')
  })

  it('count the hours that are worked in a night that is shorter, or longer', () => {
    // The night of spring has five hours from midnight to six, the one of autumn seven.
    expect(add('2026-03-28T23:00:00Z', 'PT5H', 'night')).toBe('2026-03-29T04:00:00.000Z')
    expect(add('2026-03-28T23:00:00Z', 'PT6H', 'night')).toBe('2026-03-29T21:00:00.000Z')
    expect(add('2026-10-24T22:00:00Z', 'PT7H', 'night')).toBe('2026-10-25T05:00:00.000Z')
    expect(add('2026-10-25T05:00:00Z', '-PT7H', 'night')).toBe('2026-10-24T22:00:00.000Z')
  })

  it('know which of two like hours it is', () => {
    expect(add('2026-10-25T00:30:00Z', 'PT1H', 'night')).toBe('2026-10-25T01:30:00.000Z')
    expect(add('2026-10-25T01:30:00Z', 'PT1H', 'night')).toBe('2026-10-25T02:30:00.000Z')
  })
})
