import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'

/** Minor digits of the currencies that the product takes (ISO 4217). */
const currencyDigits: Readonly<Record<string, number>> = {
  CNY: 2,
  HKD: 2,
  USD: 2,
  EUR: 2,
  GBP: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
}

const largestAmount = 1_000_000_000_00

/**
 * Checks an amount of money that came from outside: a safe integer of minor units within 0 (or 1) and a thousand million,
 * in a currency that the product takes. Reliability J14, J15.
 */
export function checkMoney(
  amount: unknown,
  currency: unknown,
  { zero = false }: { zero?: boolean } = {},
): Result<number> {
  if (typeof currency !== 'string' || !Object.hasOwn(currencyDigits, currency))
    return refuse('money.currency', {
      zh: '币种不对：需要三个大写字母的货币代码，例如 CNY。',
      en: 'Expected a currency code in three capitals, such as CNY.',
    })
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount > largestAmount || amount < (zero ? 0 : 1))
    return refuse('money.amount', {
      zh: `金额不对：需要以最小单位（分）表示的${zero ? '非负' : '正'}整数。`,
      en: `Expected an amount in whole minor units, ${zero ? 'not negative' : 'greater than 0'}.`,
    })
  return ok(amount)
}

/** `120.00 CNY`, for sentences. */
export function inWords(amount: number, currency: string): string {
  const digits = currencyDigits[currency] ?? 2
  const text = String(Math.abs(amount)).padStart(digits + 1, '0')
  const whole = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return `${amount < 0 ? '-' : ''}${whole} ${currency}`
}

/** a × b / c on integers, half away from zero and sign-symmetric; exact for every safe integer. */
export function scale(a: number, b: number, c: number): number {
  const product = BigInt(a) * BigInt(b)
  const divisor = BigInt(c)
  const negative = product < 0n !== divisor < 0n
  const size = (value: bigint) => (value < 0n ? -value : value)
  const rounded = (2n * size(product) + size(divisor)) / (2n * size(divisor))
  return Number(negative ? -rounded : rounded) || 0
}

/** rate × amount, half away from zero. The rate is a decimal number such as 0.5, read to six places. */
export function percentOf(amount: number, rate: number): number {
  return scale(amount, Math.round(rate * 1_000_000), 1_000_000)
}

/** What the first `units` of `all` units are worth of `total`: equal units, the last one takes the rounding remainder. */
function worthOfFirst(total: number, all: number, units: number): number {
  if (units >= all) return total
  const size = Math.min(Math.abs(total), Math.abs(scale(total, 1, all)) * units)
  return total < 0 ? -size : size
}

/**
 * The share of `quantity` units of a line total, when `taken` units were given back before. Shares of any sequence of takings
 * sum to the total exactly (order-domain invariant 7).
 */
export function shareOf(total: number, all: number, taken: number, quantity: number): number {
  return worthOfFirst(total, all, taken + quantity) - worthOfFirst(total, all, taken)
}

/**
 * Divides an amount by weights without losing a unit; no part exceeds its weight as long as the amount does not exceed their
 * sum. Weights and amount are not negative.
 */
export function allocate(amount: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (sum === 0) return weights.map(() => 0)
  const parts = weights.map((weight) => Number((BigInt(amount) * BigInt(weight)) / BigInt(sum)))
  let rest = amount - parts.reduce((total, part) => total + part, 0)
  return parts.map((part, index) => {
    const more = Math.min(rest, amount > sum ? rest : (weights[index] ?? 0) - part)
    rest -= more
    return part + more
  })
}
