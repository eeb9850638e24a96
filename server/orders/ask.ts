import type { JsonValue } from '../../workflows/model/json.ts'
import type { LineDecision, RefundRequest } from './preview.rules.ts'
import type { Quantity } from './order.rules.ts'

/** Readers of process variables. Diagrams set them, so anything may come; what does not fit is left out. */
const isObject = (value: unknown): value is Record<string, JsonValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const objectIn = (value: JsonValue | undefined): Record<string, JsonValue> => (isObject(value) ? value : {})
export const textIn = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null)
export const numberIn = (value: JsonValue | undefined): number | null => (typeof value === 'number' ? value : null)
export const listIn = (value: JsonValue | undefined): Record<string, JsonValue>[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** The lines of the ask group, or null when nothing was asked for in particular. */
export function requestedLines(req: JsonValue | undefined): Quantity[] | null {
  const lines = listIn(objectIn(req)['lines'])
  return lines.length === 0
    ? null
    : lines.map((line) => ({
        orderLineId: textIn(line['orderLineId']) ?? '',
        quantity: numberIn(line['quantity']) ?? 0,
      }))
}

export function lineDecisions(lines: JsonValue | undefined): LineDecision[] {
  return listIn(lines).map((line) => ({
    orderLineId: textIn(line['orderLineId']) ?? '',
    outcome: textIn(line['outcome']),
    feeRate: numberIn(line['feeRate']),
    feeBasis: textIn(line['feeBasis']),
    freightRefund: textIn(line['freightRefund']),
    actualCost: numberIn(line['actualCost']),
  }))
}

export function refundRequest(variables: Record<string, JsonValue>, lines: Quantity[]): RefundRequest {
  return {
    lines,
    initiator: textIn(variables['initiator']) ?? 'customer',
    fault: textIn(objectIn(variables['req'])['fault']),
    agreedFee: numberIn(variables['agreedFee']),
  }
}
