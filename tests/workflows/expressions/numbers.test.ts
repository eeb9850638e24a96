import { assert, constantFrom, integer, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { add, divide, formatNumber, fromDecimal, multiply, subtract } from '../../../workflows/expressions/numbers.ts'
import { Decimal } from '../../../workflows/expressions/values.ts'
import { feel, feelValue } from '../../support/feel.ts'

describe('numbers', { timeout: 60_000 }, () => {
  it.each([
    ['0.1 + 0.2 = 0.3', true],
    ['0.1 + 0.2', 0.3],
    ['price * 3', 0.3, { price: 0.1 }],
    ['0.1 * 3 = 0.3', true],
    ['1 / 3 * 3', 1],
    ['2 ** 10', 1024],
    ['2 ^ 3', 8],
    ['-5 + 3', -2],
    ['2 - -3', 5],
    ['1.50 = 1.5', true],
    ['10 / 4', 2.5],
    ['1e3', 1000],
    ['.5', 0.5],
  ] as [string, unknown, Record<string, unknown>?][])('computes %s exactly', (source, expected, variables) => {
    expect(feel(source, variables)).toEqual(expected)
  })

  it('keeps whole numbers beyond those of a double exact', () => {
    expect(feel('9007199254740993')).toBe('9007199254740993')
    expect(feel('9007199254740993 - 9007199254740992')).toBe(1)
    expect(feel('9007199254740991 + 2 = 9007199254740993')).toBe(true)
    expect(feel('9007199254740992 = 9007199254740993')).toBe(false)
    expect(feel('99999999999 * 99999999999')).toBe('9999999999800000000001')
  })

  it('computes with 34 digits and rounds half to even', () => {
    expect(feel('string(1 / 3)')).toBe('0.3333333333333333333333333333333333')
    expect(feel('string(2 / 3)')).toBe('0.6666666666666666666666666666666667')
  })

  it.each(['1 / 0', '0 / 0', '0.5 / 0.0', '1 + null', 'null * 2', '1 + "1"', '"a" - "b"', '0 ** -1', '10 ** 999999'])(
    'gives null for %s',
    (source) => {
      expect(feelValue(source)).toBeNull()
    },
  )

  it('never hands out what JavaScript calls not a number', () => {
    expect(feelValue('x', { x: Number.NaN })).toBeNull()
    expect(feelValue('x + 1', { x: Number.POSITIVE_INFINITY })).toBeNull()
    expect(Object.is(feelValue('0 * -1'), 0)).toBe(true)
  })

  it('computes percentages of money without binary dust', () => {
    expect(feel('amount * 19 / 100', { amount: 1999 })).toBe(379.81)
    expect(feel('round half up(amount * 0.075, 0)', { amount: 12_340 })).toBe(926)
  })

  it('is as exact on the short way as with decimals', () => {
    const short = tuple(
      integer({ min: -99_999_999, max: 99_999_999 }),
      constantFrom(0, 1, 2, 3, 4, 5, 6, 7),
      constantFrom(1, 1000, 1_000_000),
    ).map(([units, places, times]) => new Decimal(units).times(times).dividedBy(new Decimal(10).pow(places)))
    const told = (value: ReturnType<typeof add>) => (value === null ? 'null' : formatNumber(value))

    assert(
      property(short, short, (a, b) => {
        const [x, y] = [a.toNumber(), b.toNumber()]
        const quotient = b.isZero() ? null : fromDecimal(a.dividedBy(b))
        const long = [fromDecimal(a.plus(b)), fromDecimal(a.minus(b)), fromDecimal(a.times(b)), quotient]
        expect([add(x, y), subtract(x, y), multiply(x, y), divide(x, y)].map(told).join()).toBe(long.map(told).join())
      }),
      { numRuns: 1000, seed: 7 },
    )
  })

  it.each(['decimal', 'floor', 'ceiling', 'round up', 'round down', 'round half up', 'round half down'])(
    'rounds short numbers with %s as it rounds long ones',
    (name) => {
      const value = tuple(integer({ min: -99_999, max: 99_999 }), constantFrom(0, 1, 2, 3, 4)).map(
        ([units, places]) => units / 10 ** places,
      )
      assert(
        property(value, constantFrom(0, 1, 2, 3), (x, scale) => {
          // The same number as a decimal of many digits: what is added is taken off again.
          const long = feel(`string(${name}(x + 1e-30 - 1e-30, ${scale}))`, { x })
          expect(feel(`string(${name}(x, ${scale}))`, { x })).toBe(long)
        }),
        { numRuns: 100, seed: 3 },
      )
    },
  )
})
