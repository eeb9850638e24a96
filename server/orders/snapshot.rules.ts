import type { JsonObject } from '../../workflows/model/json.ts'
import type { LineStage } from '../contract/orders.ts'
import type { OrderRecord, Quantity } from './order.rules.ts'
import {
  balanceOf,
  mergeByLine,
  openOf,
  orderStageOf,
  orderStateOf,
  paidShareOf,
  paymentStateOf,
  shippingRefundedOf,
  stageOf,
  sum,
  totalOf,
} from './order.rules.ts'

/** The variable `order`; docs/process-variables.md tells it field by field. */
export function orderVariables(order: OrderRecord): JsonObject {
  return {
    orderNo: order.orderNo,
    kind: order.kind,
    channel: order.channel.code,
    currency: order.currency,
    state: orderStateOf(order),
    paymentState: paymentStateOf(order),
    stage: orderStageOf(order),
    placedAt: order.placedAt,
    promisedShipAt: order.promisedShipAt,
    policyId: order.policyId,
    policyVersion: order.policyVersion,
    policyAcceptedAt: order.policyAcceptedAt,
    total: totalOf(order),
    shippingFee: order.shippingFee,
    shippingRefunded: shippingRefundedOf(order),
    discount: order.discount,
    ...balanceOf(order),
    invoiceNo: order.invoiceNo,
    payWays: order.payments.map((payment) => payment.method),
    onHold: order.holds.length > 0,
    items: sum(order.lines, (line) => line.ordered),
    firstLine: order.lines[0]?.name ?? '',
    warehouses: [...new Set(order.lines.map((line) => line.warehouse))],
  }
}

const beforeHandOver: readonly LineStage[] = ['unpaid', 'paid', 'allocated', 'making', 'picking', 'packed']

/** The variable `lines`: each requested line with everything that DT-01 reads. Without a request, all that can be canceled. */
export function lineVariables(
  order: OrderRecord,
  requested: readonly Quantity[] | null,
  initiator: string,
  now: string,
): JsonObject[] {
  const wanted =
    requested ??
    order.lines.filter((line) => openOf(line) > 0).map((line) => ({ orderLineId: line.id, quantity: openOf(line) }))
  const late = order.promisedShipAt !== null && order.promisedShipAt < now
  return mergeByLine(wanted).flatMap(({ orderLineId, quantity }) => {
    const line = order.lines.find((candidate) => candidate.id === orderLineId)
    if (!line) return []
    const stage = stageOf(order, line, quantity)
    return [
      {
        orderLineId,
        sku: line.sku,
        name: line.name,
        spec: line.spec,
        category: line.category,
        returnClass: line.returnClass,
        warehouse: line.warehouse,
        kind: order.kind,
        initiator,
        quantity,
        ordered: line.ordered,
        cancelable: openOf(line),
        stage,
        latePromise: late && beforeHandOver.includes(stage),
        daysToService: null,
        lateMinutes: null,
        unitPrice: line.unitPrice,
        paidShare: paidShareOf(line, Math.min(quantity, openOf(line))),
        linePaid: line.paid,
        feeTold: order.policyAcceptedAt !== null,
        reserved: line.reserved,
      },
    ]
  })
}

export const channelVariables = (order: OrderRecord): JsonObject => ({ ...order.channel })

/** One earlier order of the customer, as its search row has it. */
export interface EarlierOrder {
  placedAt: string
  paid: number
  refunded: number
  canceledByCustomer: boolean
  cases: number
}

/** Counts over her orders: `recent` of the last 90 days, `year` of the last 12 months. */
export function customerStatistics(recent: readonly EarlierOrder[], year: readonly EarlierOrder[]) {
  const canceled = recent.filter((order) => order.canceledByCustomer).length
  return {
    orders90: recent.length,
    cc90: canceled,
    rate90: recent.length === 0 ? 0 : Math.round((canceled / recent.length) * 10000) / 10000,
    orders12m: year.length,
    spend12m: sum(year, (order) => order.paid - order.refunded),
    cases12m: sum(year, (order) => order.cases),
    refunded12m: sum(year, (order) => order.refunded),
  }
}

const tierPriority: Readonly<Record<string, number>> = { gold: 1, business: 1, silver: 2, regular: 3 }

export function customerVariables(
  order: OrderRecord,
  phoneMasked: string,
  flag: string,
  statistics: ReturnType<typeof customerStatistics>,
): JsonObject {
  const { id, name, type, tier } = order.customer
  return {
    id,
    name,
    type,
    tier,
    tierPriority: tierPriority[tier] ?? 3,
    phoneMasked,
    flag,
    ...statistics,
    // Nothing is shipped back or refunded without goods yet: returns and interceptions do not exist.
    postShip90: 0,
    returns12m: 0,
    refundOnly90: 0,
  }
}
