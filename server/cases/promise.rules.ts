import { millisecondsBetween } from './step-log.rules.ts'

/** Fewer like cases than this say nothing (pack, metrics: 样本不足). */
const ENOUGH = 10

/** From the 10th to the 90th percentile of what like cases took, in whole hours; null with too few of them. */
export function hoursRange(
  cases: { openedAt: string; closedAt: string | null }[],
): { from: number; to: number; cases: number } | null {
  const hours = cases
    .flatMap(({ openedAt, closedAt }) =>
      closedAt === null ? [] : [millisecondsBetween(openedAt, closedAt) / 3_600_000],
    )
    .toSorted((a, b) => a - b)
  if (hours.length < ENOUGH) return null
  const at = (share: number) => hours[Math.min(hours.length - 1, Math.floor(share * hours.length))] ?? 0
  return { from: Math.floor(at(0.1)), to: Math.max(1, Math.ceil(at(0.9))), cases: hours.length }
}
