import { describe, expect, it } from 'vitest'
import { minorOf, yuanOf } from '../../../client/designers/feel-text.ts'
import { readDuration, writeDuration } from '../../../client/designers/durations.ts'
import { readCondition, writeCondition } from '../../../client/designers/process/conditions.ts'

describe('a condition', () => {
  it('reads as field, comparison and value', () => {
    expect(readCondition('=refund.amount > 50000')).toEqual({
      join: 'and',
      terms: [{ path: 'refund.amount', comparison: '>', value: { kind: 'number', text: '50000' } }],
    })
  })

  it('takes a field alone for yes', () => {
    expect(readCondition('=assessment.stop')?.terms).toEqual([
      { path: 'assessment.stop', comparison: '=', value: { kind: 'boolean', value: true } },
    ])
  })

  it.each([
    '=level = 0 and assessment.outcome = "auto"',
    '=leadApproval.outcome = "approved" or headApproval.outcome = "approved"',
    '=stopResult = "stopped"',
    '=note != "say \\"and\\" twice, or not"',
  ])('comes back as it was written: %s', (expression) => {
    expect(writeCondition(readCondition(expression)!)).toBe(expression)
  })

  it.each([
    '=a = 1 and b = 2 or c = 3',
    '=count(lines) > 2',
    '=some l in lines satisfies l.outcome = "stop"',
    '=a = b',
  ])('stays an expression when it says more than a sentence: %s', (expression) => {
    expect(readCondition(expression)).toBeNull()
  })
})

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
