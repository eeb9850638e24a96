import { describe, expect, it } from 'vitest'
import { addDuration, dueOf, nextDue, parseDuration } from '../../../workflows/engine/timers.ts'

const added = (instant: string, text: string, zone: string) => {
  const duration = parseDuration(text)
  return duration && addDuration(instant, duration, zone)
}

describe('the times of timers', () => {
  it.each([
    ['the last day of a shorter month', '2026-01-31T00:00:00.000Z', 'P1M', 'UTC', '2026-02-28T00:00:00.000Z'],
    ['29 February', '2024-02-29T00:00:00.000Z', 'P1Y', 'UTC', '2025-02-28T00:00:00.000Z'],
    ['no leap year in 2100', '2100-02-28T00:00:00.000Z', 'P1D', 'UTC', '2100-03-01T00:00:00.000Z'],
    ['weeks', '2026-03-02T00:00:00.000Z', 'P2W', 'UTC', '2026-03-16T00:00:00.000Z'],
    [
      'the same clock over a change to summer time',
      '2026-03-28T12:00:00.000Z',
      'P1D',
      'Europe/Berlin',
      '2026-03-29T11:00:00.000Z',
    ],
    ['elapsed hours over it', '2026-03-28T12:00:00.000Z', 'PT24H', 'Europe/Berlin', '2026-03-29T12:00:00.000Z'],
    [
      'a time that the clocks skip, the first moment after',
      '2026-03-28T01:30:00.000Z',
      'P1D',
      'Europe/Berlin',
      '2026-03-29T01:00:00.000Z',
    ],
    ['a day that a country skips whole', '2011-12-29T22:00:00.000Z', 'P1D', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
    [
      'a time that comes twice, the first of them',
      '2026-10-24T00:30:00.000Z',
      'P1D',
      'Europe/Berlin',
      '2026-10-25T00:30:00.000Z',
    ],
    ['everything at once', '2026-01-31T10:00:00.000Z', 'P1M1DT1H0.5S', 'Asia/Shanghai', '2026-03-01T11:00:00.500Z'],
  ])('know %s', (_what, instant, duration, zone, expected) => {
    expect(added(instant, duration, zone)).toBe(expected)
  })

  it.each(['P', 'PT', '1H', 'P1H', 'PT1.5H', '', 'P1DT'])('do not take %j for a duration', (text) => {
    expect(parseDuration(text)).toBeNull()
  })

  const now = '2026-03-02T01:00:00.000Z'

  it.each([
    ['date', '2026-03-02T18:00:00+08:00', '2026-03-02T10:00:00.000Z', null],
    ['date', '2026-03-03T09:00:00', '2026-03-03T01:00:00.000Z', null],
    ['date', '2026-06-01T09:00:00+02:00[Europe/Berlin]', '2026-06-01T07:00:00.000Z', null],
    ['date', '2026-06-01T09:00:00Z[Etc/UTC]', '2026-06-01T09:00:00.000Z', null],
    ['duration', '-PT1H', '2026-03-02T00:00:00.000Z', null],
    ['cycle', 'R3/PT10M', '2026-03-02T01:10:00.000Z', 2],
    ['cycle', 'R/P1D', '2026-03-03T01:00:00.000Z', null],
    ['cycle', 'R-1/P1D', '2026-03-03T01:00:00.000Z', null],
    ['cycle', 'R2/2026-03-05T00:00:00Z/P1D', '2026-03-05T00:00:00.000Z', 1],
    ['cycle', '0 0 9 * * MON-FRI', '2026-03-03T01:00:00.000Z', null],
    ['cycle', '0 0 0 L * *', '2026-03-30T16:00:00.000Z', null],
    ['cycle', '@daily', '2026-03-02T16:00:00.000Z', null],
  ] as const)('read the %s %s in the zone of the host', (kind, text, due, left) => {
    expect(dueOf(kind, text, now, 'Asia/Shanghai')).toMatchObject({ due, left })
  })

  it.each(['R0/PT1H', 'R-2/PT1H', 'R3/-PT1H', 'R/PT0S', 'x', '0 0 25 * * *', '* * *', '0 0 0 30 2 *'])(
    'refuse the cycle %s',
    (text) => {
      expect(dueOf('cycle', text, now, 'UTC')).toBeNull()
    },
  )

  it.each([
    ['a time that the clocks skip', '0 30 2 * * *', '2026-03-28T12:00:00.000Z', '2026-03-29T01:00:00.000Z'],
    ['the day after it', '0 30 2 * * *', '2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
    ['two times that the clocks skip, once', '0 0,30 2 * * *', '2026-03-29T01:00:00.000Z', '2026-03-30T00:00:00.000Z'],
    ['the first of two', '0 30 2 * * *', '2026-10-24T12:00:00.000Z', '2026-10-25T00:30:00.000Z'],
    ['no second of two', '0 30 2 * * *', '2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    [
      'none that has been, within the hour again',
      '0 45 2 * * *',
      '2026-10-25T01:15:00.000Z',
      '2026-10-26T01:45:00.000Z',
    ],
  ])('fire by cron at %s (TIM-03)', (_what, cron, after, due) => {
    expect(dueOf('cycle', cron, after, 'Europe/Berlin')).toMatchObject({ due })
  })

  it('read a date without zone that the clocks skip as the first moment after, one with its zone as FEEL does', () => {
    const read = (text: string) => dueOf('date', text, now, 'Europe/Berlin')?.due

    expect(read('2026-03-29T02:30:00')).toBe('2026-03-29T01:00:00.000Z')
    expect(read('2026-03-29T02:30:00@Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  })

  it.each([
    [
      'month ends',
      'R/P1M',
      '2026-01-31T09:00:00.000Z',
      'UTC',
      ['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
    ],
    [
      'a day whose time is skipped',
      'R/P1D',
      '2026-03-27T01:30:00.000Z',
      'Europe/Berlin',
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30', '2026-03-31T00:30'],
    ],
    [
      'leap days',
      'R/2024-02-29T00:00:00Z/P1Y',
      '2024-01-01T00:00:00.000Z',
      'UTC',
      ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28', '2028-02-29'],
    ],
  ])('count cycles by the calendar from their beginning: %s (TIM-02)', (_what, cycle, from, zone, expected) => {
    const first = dueOf('cycle', cycle, from, zone)
    const firings = [first]
    while (firings.length < expected.length) {
      const last = firings.at(-1)
      firings.push(last ? nextDue({ ...last, every: last.every ?? '' }, last.due, zone) : null)
    }

    expect(firings.map((firing) => firing?.due.slice(0, expected[0]!.length))).toEqual(expected)
  })

  it('make up for missed firings by one, and go on in the future', () => {
    const timer = { due: now, left: null, every: 'PT1H' }

    expect(nextDue(timer, '2026-03-05T01:30:00.000Z', 'UTC')).toMatchObject({ due: '2026-03-05T02:00:00.000Z' })
  })

  it('end a cycle after its last firing', () => {
    expect(nextDue({ due: now, left: 0, every: 'PT1H' }, now, 'UTC')).toBeNull()
  })

  it('are never early by a part of a millisecond', () => {
    expect(dueOf('date', '2026-03-02T01:00:00.0000001Z', now, 'UTC')).toMatchObject({ due: '2026-03-02T01:00:00.001Z' })
    expect(added(now, 'PT0.0005S', 'UTC')).toBe('2026-03-02T01:00:00.001Z')
  })
})
