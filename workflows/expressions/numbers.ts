import { Decimal } from './values.ts'

type Num = number | Decimal

/** The largest power of ten that decimal128 knows; beyond it a result is null. */
const maxExponent = 6144

/** Keeps whole numbers that a double holds exactly as plain numbers, everything else as a decimal; null when not finite. */
export function fromDecimal(value: Decimal): Num | null {
  if (!value.isFinite() || value.e > maxExponent) return null
  if (value.isInteger() && value.abs().lte(Number.MAX_SAFE_INTEGER)) return value.toNumber() + 0
  return value
}

export const toDecimal = (value: Num): Decimal => (typeof value === 'number' ? new Decimal(value) : value)

/** Reads digits as a number; a text of up to 15 digits is exact as a plain number and stays one. */
export function parseNumber(text: string): Num | null {
  const value = new Decimal(text)
  if (!value.isFinite()) return null
  if (value.precision() <= 15 && value.e < 20 && value.e > -20) return value.toNumber() + 0
  return fromDecimal(value)
}

const whole = Number.isSafeInteger

export function add(a: Num, b: Num): Num | null {
  if (whole(a) && whole(b)) {
    const sum = (a as number) + (b as number)
    if (whole(sum)) return sum
  }
  return fromDecimal(toDecimal(a).plus(toDecimal(b)))
}

export function subtract(a: Num, b: Num): Num | null {
  if (whole(a) && whole(b)) {
    const difference = (a as number) - (b as number)
    if (whole(difference)) return difference
  }
  return fromDecimal(toDecimal(a).minus(toDecimal(b)))
}

export function multiply(a: Num, b: Num): Num | null {
  if (whole(a) && whole(b)) {
    const product = (a as number) * (b as number)
    if (whole(product)) return product + 0
  }
  return fromDecimal(toDecimal(a).times(toDecimal(b)))
}

/** Division by zero is null (DMN 1.5, table 54). */
export function divide(a: Num, b: Num): Num | null {
  const divisor = toDecimal(b)
  return divisor.isZero() ? null : fromDecimal(toDecimal(a).dividedBy(divisor))
}

/** A power whose exponent would need more than the largest decimal is null before it is computed. */
export function power(a: Num, b: Num): Num | null {
  const base = toDecimal(a)
  const exponent = toDecimal(b)
  if (base.isZero() && exponent.isNegative() && !exponent.isZero()) return null
  if (exponent.abs().gt(100_000)) return null
  return fromDecimal(base.pow(exponent))
}

export const negate = (a: Num): Num | null => (typeof a === 'number' ? 0 - a : fromDecimal(a.negated()))

/** Two plain numbers compare as doubles: each stands for the shortest decimal that reads back as it, so order is kept. */
export function compareNumbers(a: Num, b: Num): number {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0
  return toDecimal(a).comparedTo(toDecimal(b))
}

/** Rounds towards zero where FEEL takes an integer and gets a fraction. */
export function truncated(value: Num): number | null {
  const cut = fromDecimal(toDecimal(value).truncated())
  return typeof cut === 'number' ? cut : null
}

/** A number as FEEL prints it: no exponent, no trailing zeros. */
export function formatNumber(value: Num): string {
  if (typeof value === 'number' && whole(value)) return String(value)
  return toDecimal(value).toFixed()
}
