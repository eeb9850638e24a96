/** One row of what a case holds: the path of names that leads there, and the value. */
export interface DataRow {
  readonly path: readonly string[]
  readonly value: unknown
}

/** Names of amounts in minor units among the data of a case. */
const amounts = new Set(['amount', 'fee', 'paidShare', 'total', 'priceDifference', 'refund', 'agreedFee', 'unitPaid'])

export const isAmount = (row: DataRow): boolean =>
  typeof row.value === 'number' && Number.isInteger(row.value) && amounts.has(row.path.at(-1) ?? '')

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
export const isInstant = (value: unknown): value is string => typeof value === 'string' && instant.test(value)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/**
 * Data as rows, one value each: nested names become a path, a list numbers its entries from 1, texts of both languages
 * stay whole. Nothing stands for what is empty.
 */
export function dataRows(value: unknown, path: readonly string[] = []): DataRow[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((entry) => typeof entry !== 'object' || entry === null))
      return [{ path, value: value.join(', ') }]
    return value.flatMap((entry, index) => dataRows(entry, [...path, String(index + 1)]))
  }
  if (!isRecord(value)) return [{ path, value }]
  if (typeof value['zh'] === 'string') return [{ path, value }]
  return Object.entries(value).flatMap(([name, entry]) => dataRows(entry, [...path, name]))
}
