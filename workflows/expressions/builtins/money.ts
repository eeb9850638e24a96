import { charge, chargeList } from '../budget.ts'
import { fromDecimal, toDecimal } from '../numbers.ts'
import { Decimal, isNumber } from '../values.ts'
import type { FeelValue, Frame } from '../values.ts'
import { builtin } from './define.ts'

type Num = number | Decimal

/** Parts of an amount that one call may make. */
const mostParts = 1000

const isWhole = (value: FeelValue): value is number => typeof value === 'number' && Number.isSafeInteger(value)

/** A share of an amount in minor units, rounded half away from zero to whole ones. */
function percent([amount, rate]: [Num, Num]): FeelValue {
  if (!isWhole(amount)) return null
  const share = new Decimal(amount).times(toDecimal(rate)).dividedBy(100)
  return fromDecimal(share.toDecimalPlaces(0, Decimal.ROUND_HALF_UP))
}

/**
 * Shares an amount out in whole minor units so that nothing is lost: everybody gets what is due rounded down, and what is
 * left goes, one by one, to those who were cut most; among equals to those who come first.
 */
function allocate([amount, among]: [Num, FeelValue], frame: Frame): FeelValue {
  const weights = isWhole(among) && among > 0 && among <= mostParts ? Array.from({ length: among }, () => 1) : among
  if (!isWhole(amount) || !Array.isArray(weights) || weights.length === 0 || weights.length > mostParts) return null
  if (!weights.every(isNumber)) return null
  charge(frame, weights.length * 4)
  const parts = weights.map(toDecimal)
  const total = Decimal.sum(...parts)
  if (parts.some((part) => part.isNegative()) || total.isZero()) return null
  const sign = Math.sign(amount)
  const exact = parts.map((part) => new Decimal(Math.abs(amount)).times(part).dividedBy(total))
  const shares = exact.map((share) => share.floor().toNumber())
  const cut = exact.map((share, index) => ({ index, by: share.minus(shares[index] ?? 0) }))
  let left = Math.abs(amount) - shares.reduce((sum, share) => sum + share, 0)
  for (const { index } of cut.toSorted((a, b) => b.by.comparedTo(a.by) || a.index - b.index)) {
    if (left <= 0) break
    shares[index] = (shares[index] ?? 0) + 1
    left--
  }
  return chargeList(
    frame,
    shares.map((share) => share * sign + 0),
  )
}

/** What is done with money instead of multiplying and dividing it by hand (reliability F16). */
export const moneyBuiltins = [
  builtin('money.percent', 'amount: number, percent: number', percent),
  builtin('money.allocate', ['amount: number, parts: number', 'amount: number, weights: list'], allocate),
]
