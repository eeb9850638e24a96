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

/** Powers of ten that a double holds exactly. */
const powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12]

/** Whole numbers below have 15 digits: divided by a power of ten they are the double of exactly that decimal. */
const fifteenDigits = 1e15

const mostPlaces = 6

/**
 * How many decimal places a short plain number has, or -1. Such a number is a whole number of its smallest unit, so sums,
 * differences and products can be computed in whole numbers, without decimals and as exactly.
 */
function placesOf(value: number): number {
  for (let places = 0; places <= mostPlaces; places++) {
    const power = powers[places] as number
    const units = Math.round(value * power)
    if (units / power === value) return Math.abs(units) < fifteenDigits ? places : -1
  }
  return -1
}

const unitsOf = (value: number, places: number) => Math.round(value * (powers[places] as number))

/** The number of so many units; undefined when it has too many digits to be a plain number. */
const ofUnits = (units: number, places: number): number | undefined =>
  Math.abs(units) < fifteenDigits ? units / (powers[places] as number) + 0 : undefined

function shortSum(a: number, b: number, sign: 1 | -1): number | undefined {
  const [p, q] = [placesOf(a), placesOf(b)]
  if (p < 0 || q < 0) return undefined
  const places = Math.max(p, q)
  const [x, y] = [unitsOf(a, p) * (powers[places - p] as number), unitsOf(b, q) * (powers[places - q] as number)]
  return Math.abs(x) < fifteenDigits && Math.abs(y) < fifteenDigits ? ofUnits(x + sign * y, places) : undefined
}

function shortProduct(a: number, b: number): number | undefined {
  const [p, q] = [placesOf(a), placesOf(b)]
  return p < 0 || q < 0 ? undefined : ofUnits(unitsOf(a, p) * unitsOf(b, q), p + q)
}

/** A quotient that comes out even, which multiplying back shows. */
function shortQuotient(a: number, b: number): number | undefined {
  const quotient = a / b
  return Number.isFinite(quotient) && shortProduct(quotient, b) === a ? quotient + 0 : undefined
}

/** Rounds a short plain number to places by what is to be done with the rest; undefined when it is none. */
export function roundShort(
  value: number,
  places: number,
  away: (units: number, twiceRest: number, unit: number) => boolean,
): number | undefined {
  const own = placesOf(value)
  if (own < 0 || places < 0 || places > mostPlaces) return undefined
  if (places >= own) return value
  const unit = powers[own - places] as number
  const units = unitsOf(value, own)
  const cut = Math.trunc(units / unit)
  const rest = units - cut * unit
  if (rest === 0) return ofUnits(cut, places)
  return ofUnits(away(cut, 2 * rest, unit) ? cut + Math.sign(units) : cut, places)
}

export function add(a: Num, b: Num): Num | null {
  if (whole(a) && whole(b)) {
    const sum = (a as number) + (b as number)
    if (whole(sum)) return sum
  }
  const short = typeof a === 'number' && typeof b === 'number' ? shortSum(a, b, 1) : undefined
  if (short !== undefined) return short
  return fromDecimal(toDecimal(a).plus(toDecimal(b)))
}

export function subtract(a: Num, b: Num): Num | null {
  if (whole(a) && whole(b)) {
    const difference = (a as number) - (b as number)
    if (whole(difference)) return difference
  }
  const short = typeof a === 'number' && typeof b === 'number' ? shortSum(a, b, -1) : undefined
  if (short !== undefined) return short
  return fromDecimal(toDecimal(a).minus(toDecimal(b)))
}

export function multiply(a: Num, b: Num): Num | null {
  if (whole(a) && whole(b)) {
    const product = (a as number) * (b as number)
    if (whole(product)) return product + 0
  }
  const short = typeof a === 'number' && typeof b === 'number' ? shortProduct(a, b) : undefined
  if (short !== undefined) return short
  return fromDecimal(toDecimal(a).times(toDecimal(b)))
}

/** Division by zero is null (DMN 1.5, table 54). */
export function divide(a: Num, b: Num): Num | null {
  if (typeof a === 'number' && typeof b === 'number' && b !== 0) {
    const short = shortQuotient(a, b)
    if (short !== undefined) return short
  }
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
