import { describe, expect, it } from 'vitest'
import { feel, feelValue } from '../../support/feel.ts'

describe('dates, times and durations', () => {
  it.each([
    ['string(date("2026-02-28") + duration("P1D"))', '2026-03-01'],
    ['string(date("2024-02-28") + duration("P1D"))', '2024-02-29'],
    ['string(date("2026-01-31") + duration("P1M"))', '2026-02-28'],
    ['string(date("2026-03-31") - duration("P1M"))', '2026-02-28'],
    ['string(date(2026, 11, 25))', '2026-11-25'],
    ['string(date(date and time("2026-11-25T10:00:00")))', '2026-11-25'],
    ['string(date("999999999-12-31"))', '999999999-12-31'],
    ['string(date("-0044-03-15"))', '-0044-03-15'],
    ['string(time("10:20:30.5+08:00"))', '10:20:30.5+08:00'],
    ['string(time(10, 20, 30, duration("PT8H")))', '10:20:30+08:00'],
    ['string(time("23:30:00") + duration("PT1H"))', '00:30:00'],
    ['string(time("10:00:00") - time("09:30:00"))', 'PT30M'],
    ['string(date and time("2026-11-25T23:00:00Z") + duration("PT2H"))', '2026-11-26T01:00:00Z'],
    ['string(date and time("2026-11-25T10:00:00+08:00") - date and time("2026-11-25T00:00:00Z"))', 'PT2H'],
    ['string(date and time(date("2026-11-25"), time("10:00:00")))', '2026-11-25T10:00:00'],
    ['string(date("2026-11-25") - date("2026-11-20"))', 'P5D'],
    ['string(duration("P1DT25H"))', 'P2DT1H'],
    ['string(duration("P14M"))', 'P1Y2M'],
    ['string(duration("-PT90S"))', '-PT1M30S'],
    ['string(duration("PT0S"))', 'PT0S'],
    ['string(duration("P1D") * 1.5)', 'P1DT12H'],
    ['string(duration("PT1H") / 3)', 'PT20M'],
    ['string(years and months duration(date("2024-05-10"), date("2026-04-09")))', 'P1Y10M'],
    ['string(last day of month(date("2024-02-10")))', '2024-02-29'],
  ])('%s is %s', (source, expected) => {
    expect(feel(source)).toBe(expected)
  })

  it.each([
    ['date("2026-11-25").weekday', 3],
    ['date("2026-11-25").month', 11],
    ['date and time("2026-11-25T10:20:30.5").second', 30.5],
    ['time("10:00:00+08:00").time offset = duration("PT8H")', true],
    ['date and time("2026-07-01T10:00:00@Europe/Berlin").time offset = duration("PT2H")', true],
    ['date and time("2026-01-01T10:00:00@Europe/Berlin").timezone', 'Europe/Berlin'],
    ['duration("P1DT2H3M4S").hours', 2],
    ['duration("-P1DT2H").days', -1],
    ['duration("P14M").months', 2],
    ['duration("P1D") / duration("PT12H")', 2],
    ['duration("P1D") > duration("PT23H")', true],
    ['date("2026-11-25") > date("2026-11-24")', true],
    ['date and time("2026-11-25T10:00:00+08:00") = date and time("2026-11-25T02:00:00Z")', true],
    ['date("2026-11-25") in [date("2026-11-01")..date("2026-11-30")]', true],
    ['day of week(date("2026-11-25"))', 'Wednesday'],
    ['month of year(date("2026-11-25"))', 'November'],
    ['day of year(date("2026-02-01"))', 32],
    ['week of year(date("2021-01-03"))', 53],
    ['today() = date("2026-11-25")', true],
    ['now() - duration("PT18H30M") < now()', true],
  ])('%s is %s', (source, expected) => {
    expect(feelValue(source)).toEqual(expected)
  })

  it.each([
    'date("2026-02-29")',
    'date("2026-13-01")',
    'date("2026-1-1")',
    'date("+2026-01-01")',
    'date(2026, 2, 30)',
    'time("25:00:00")',
    'time("10:00:00@Nowhere/City")',
    'date and time("2026-11-25T10:00:00+19:00")',
    'duration("P")',
    'duration("PT")',
    'duration("P1H")',
    'duration("1D")',
    '@"tomorrow"',
    'date("2026-01-01") + 1',
    'date("2026-01-01") < "2026-01-02"',
    'duration("P1M") + duration("P1D")',
    'duration("P1D") / 0',
    'date and time("2026-11-25T10:00:00") - date and time("2026-11-25T10:00:00Z")',
  ])('%s is null', (source) => {
    expect(feelValue(source)).toBeNull()
  })

  it('reads today in the time zone of the scope', () => {
    // 2026-11-25T10:30Z is still the 25th in Shanghai; the hour shows the zone.
    expect(feel('now().hour')).toBe(18)
    expect(feel('now().timezone')).toBe('Asia/Shanghai')
  })

  it('keeps the clock on the wall when months are added across a clock change', () => {
    expect(feel('string(date and time("2026-03-01T09:00:00@Europe/Berlin") + duration("P1M"))')).toBe(
      '2026-04-01T09:00:00@Europe/Berlin',
    )
    expect(feel('string(date and time("2026-03-28T09:00:00@Europe/Berlin") + duration("PT24H"))')).toBe(
      '2026-03-29T10:00:00@Europe/Berlin',
    )
  })
})
