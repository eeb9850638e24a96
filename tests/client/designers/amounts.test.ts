import { describe, expect, it } from 'vitest'
import { minorOf, yuanOf } from '../../../client/designers/amounts.ts'
import { readDuration, writeDuration } from '../../../client/designers/durations.ts'

describe('an amount', () => {
  it.each([
    ['500000', '5,000'],
    ['1250', '12.5'],
    ['1', '0.01'],
    ['-56840', '-568.4'],
    ['0', '0'],
  ])('of %s fen is shown as %s yuan and read back', (minor, yuan) => {
    expect(yuanOf(minor)).toBe(yuan)
    expect(minorOf(yuan)).toBe(minor)
  })

  it.each(['12.345', 'much', '', '1e5'])('is not read from %j', (text) => {
    expect(minorOf(text)).toBeNull()
  })
})

describe('a length of time', () => {
  it.each(['PT60M', 'PT4H', 'P7D', 'P2W', '-PT48M'])('keeps its unit: %s', (text) => {
    expect(writeDuration(readDuration(text)!)).toBe(text)
  })

  it.each(['P1DT2H', '=duration("P1D")', 'soon'])('is left as written when it is not of one unit: %s', (text) => {
    expect(readDuration(text)).toBeNull()
  })
})
