import { daysDuration, monthsDuration } from '../temporal.ts'
import { fromDecimal, roundShort, subtract, toDecimal } from '../numbers.ts'
import { Decimal, isDaysDuration, isMonthsDuration, isNumber } from '../values.ts'
import type { FeelValue } from '../values.ts'
import { builtin } from './define.ts'

type Num = number | Decimal
type Rounding = Parameters<Decimal['toDecimalPlaces']>[1]

/** The places that decimal128 can speak of (DMN 1.5, 10.3.4.5). */
const [minScale, maxScale] = [-6111, 6176]

/** When a part of a unit, given twice, takes the digits before it one further from zero; `cut` are those digits. */
type Away = (cut: number, twiceRest: number, unit: number) => boolean

const awayOf: Record<number, Away> = {
  [Decimal.ROUND_UP]: () => true,
  [Decimal.ROUND_DOWN]: () => false,
  [Decimal.ROUND_FLOOR]: (_, rest) => rest < 0,
  [Decimal.ROUND_CEIL]: (_, rest) => rest > 0,
  [Decimal.ROUND_HALF_UP]: (_, rest, unit) => Math.abs(rest) >= unit,
  [Decimal.ROUND_HALF_DOWN]: (_, rest, unit) => Math.abs(rest) > unit,
  [Decimal.ROUND_HALF_EVEN]: (cut, rest, unit) => Math.abs(rest) > unit || (Math.abs(rest) === unit && cut % 2 !== 0),
}

function rounded(mode: NonNullable<Rounding>) {
  const away = awayOf[mode] as Away
  return ([value, scale]: [Num, Num | null | undefined]): FeelValue => {
    const digits = scale === undefined ? 0 : scale
    if (digits === null || typeof digits !== 'number' || digits < minScale || digits > maxScale) return null
    const places = Math.trunc(digits)
    const short = typeof value === 'number' ? roundShort(value, places, away) : undefined
    if (short !== undefined) return short
    if (places >= 0) return fromDecimal(toDecimal(value).toDecimalPlaces(places, mode))
    const unit = new Decimal(10).pow(-places)
    return fromDecimal(toDecimal(value).dividedBy(unit).toDecimalPlaces(0, mode).times(unit))
  }
}

function integerScale(round: (args: [Num, Num | null | undefined]) => FeelValue) {
  return ([value, scale]: [Num, Num | null | undefined]) =>
    scale === undefined || scale === null
      ? round([value, scale])
      : round([value, toDecimal(scale).truncated().toNumber()])
}

function modulo([dividend, divisor]: [Num, Num]): FeelValue {
  const by = toDecimal(divisor)
  if (by.isZero()) return null
  const value = toDecimal(dividend)
  const quotient = value.dividedBy(by).floor()
  return subtract(value, quotient.times(by))
}

function magnitude([value]: [FeelValue]): FeelValue {
  if (isNumber(value)) return fromDecimal(toDecimal(value).abs())
  if (isDaysDuration(value)) return daysDuration(value.nanoseconds < 0n ? -value.nanoseconds : value.nanoseconds)
  return isMonthsDuration(value) ? monthsDuration(Math.abs(value.months)) : null
}

const rest = (value: Num) => toDecimal(value).modulo(2)

/** DMN 1.5, 10.3.4.5. Rounding modes are those of the table of the standard. */
export const numericBuiltins = [
  builtin('decimal', 'n: number, scale: number', integerScale(rounded(Decimal.ROUND_HALF_EVEN))),
  builtin('floor', 'n: number, scale?: number', integerScale(rounded(Decimal.ROUND_FLOOR))),
  builtin('ceiling', 'n: number, scale?: number', integerScale(rounded(Decimal.ROUND_CEIL))),
  builtin('round up', 'n: number, scale: number', integerScale(rounded(Decimal.ROUND_UP))),
  builtin('round down', 'n: number, scale: number', integerScale(rounded(Decimal.ROUND_DOWN))),
  builtin('round half up', 'n: number, scale: number', integerScale(rounded(Decimal.ROUND_HALF_UP))),
  builtin('round half down', 'n: number, scale: number', integerScale(rounded(Decimal.ROUND_HALF_DOWN))),
  builtin('abs', 'n: measurable', magnitude),
  builtin('modulo', 'dividend: number, divisor: number', modulo),
  builtin('sqrt', 'number: number', ([value]: [Num]) =>
    toDecimal(value).isNegative() ? null : fromDecimal(toDecimal(value).sqrt()),
  ),
  builtin('log', 'number: number', ([value]: [Num]) => {
    const decimal = toDecimal(value)
    return decimal.lte(0) ? null : fromDecimal(decimal.ln())
  }),
  builtin('exp', 'number: number', ([value]: [Num]) =>
    toDecimal(value).gt(20_000) ? null : fromDecimal(toDecimal(value).exp()),
  ),
  builtin('odd', 'number: number', ([value]: [Num]) => rest(value).abs().eq(1)),
  builtin('even', 'number: number', ([value]: [Num]) => rest(value).isZero()),
]
