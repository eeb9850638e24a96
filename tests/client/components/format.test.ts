import { describe, expect, it } from 'vitest'
import {
  deadlineAt,
  formatBytes,
  formatMinor,
  parseMinor,
  phraseOfDuration,
  phraseOfInstant,
} from '../../../client/components/format.ts'

const shanghai = { timeZone: 'Asia/Shanghai' }
const now = Date.parse('2026-11-23T02:36:00Z')
const hour = 3_600_000

describe('an amount', () => {
  it.each([
    [0, 'CNY', '0.00'],
    [5, 'CNY', '0.05'],
    [56840, 'CNY', '568.40'],
    [-4160, 'CNY', '−41.60'],
    [202600, 'CNY', '2,026.00'],
    [123456789012345, 'CNY', '1,234,567,890,123.45'],
    [1234567, 'JPY', '1,234,567'],
  ])('of %d minor units in %s reads %s', (amount, currency, text) => {
    expect(formatMinor(amount, currency)).toBe(text)
  })

  it('shows its plus in a derivation, but zero has no sign', () => {
    expect([formatMinor(1200, 'CNY', 'always'), formatMinor(0, 'CNY', 'always')]).toEqual(['+12.00', '0.00'])
  })

  it.each([
    ['568.4', 56840],
    [' 1,234.50 ', 123450],
    ['￥12', 1200],
    ['−3', -300],
    ['0.29', 29],
    ['1.005', null],
    ['1e3', null],
    ['', null],
    ['12元', null],
  ])('typed as %j is %s minor units', (text, amount) => {
    expect(parseMinor(text)).toBe(amount)
  })
})

describe('an instant', () => {
  it.each([
    ['2026-11-23T01:48:00Z', 'time.today', '09:48'],
    ['2026-11-22T10:20:00Z', 'time.yesterday', '18:20'],
    ['2026-11-24T02:00:00Z', 'time.tomorrow', '10:00'],
    ['2026-11-19T13:02:00Z', 'time.thisYear', '21:02'],
    ['2025-11-19T13:02:00Z', 'time.otherYear', '21:02'],
    ['2026-11-22T16:00:00Z', 'time.today', '00:00'],
  ])('%s is spoken as %s with %s', (at, key, time) => {
    const phrase = phraseOfInstant(Date.parse(at), now, shanghai)

    expect([phrase.key, phrase.values['time']]).toEqual([key, time])
  })
})

describe('a length of time', () => {
  it.each([
    [1_000, { key: 'time.seconds', seconds: 1 }],
    [48 * 60_000, { key: 'time.minutes', minutes: 48 }],
    [2 * hour + 5 * 60_000, { key: 'time.hoursMinutes', hours: 2, minutes: '05' }],
    [2 * hour, { key: 'time.hours', hours: 2 }],
    [76 * hour, { key: 'time.daysHours', days: 3, hours: 4 }],
    [72 * hour, { key: 'time.days', days: 3 }],
  ])('%d ms names its two largest units', (length, { key, ...values }) => {
    const phrase = phraseOfDuration(length)

    expect(phrase.key).toBe(key)
    expect(phrase.values).toMatchObject(values)
  })
})

describe('a deadline', () => {
  it('stays calm while more than a quarter and more than three hours are left', () => {
    expect(deadlineAt(now + 6 * hour, now - 6 * hour, now)).toEqual({ state: 'calm', left: 0.5 })
  })

  it('turns amber at a quarter of its time', () => {
    expect(deadlineAt(now + 25 * hour, now - 75 * hour, now).state).toBe('soon')
    expect(deadlineAt(now + 26 * hour, now - 74 * hour, now).state).toBe('calm')
  })

  it('turns amber at three hours, however short its time was', () => {
    expect(deadlineAt(now + 3 * hour, null, now).state).toBe('soon')
    expect(deadlineAt(now + 3 * hour + 1, null, now).state).toBe('calm')
  })

  it('is over at the very instant', () => {
    expect(deadlineAt(now, now - hour, now)).toEqual({ state: 'over', left: 0 })
  })
})

it('writes sizes of files as people know them', () => {
  expect([formatBytes(999), formatBytes(20_480), formatBytes(1_572_864)]).toEqual(['999 B', '20 KB', '1.5 MB'])
})
