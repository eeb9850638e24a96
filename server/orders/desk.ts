import type { JsonObject } from '../../workflows/model/json.ts'
import type { Clock } from '../../workflows/runtime/ports.ts'
import type { CancellationRequest } from '../contract/cases.ts'
import type { Order } from '../contract/orders.ts'
import type { Customers } from '../customers/customers.ts'
import { lineDecisions, requestedLines } from './ask.ts'
import type { OrderRecord, Quantity } from './order.rules.ts'
import type { Orders } from './orders.ts'
import type { RefundPreview } from './preview.rules.ts'
import { previewRefund } from './preview.rules.ts'
import { maskPhone } from './projection.ts'
import {
  channelVariables,
  customerStatistics,
  customerVariables,
  lineVariables,
  orderVariables,
} from './snapshot.rules.ts'
import { orderOnTheWire } from './wire.ts'

export interface OrderDeskDependencies {
  orders: Orders
  customers: Customers
  clock: Clock
}

/** Counts of a customer's orders, for decisions and the order page. */
export async function statisticsOf(orders: Orders, customerId: string, now: string) {
  const back = (days: number) => new Date(Date.parse(now) - days * 86_400_000).toISOString()
  const year = await orders.rows.rowsOfCustomer(customerId, back(365))
  return customerStatistics(
    year.filter((row) => row.placedAt >= back(90)),
    year,
  )
}

export type OrderDesk = ReturnType<typeof createOrderDesk>

/** What other domains read of orders: in the wire's shape, or as process variables. Nothing here changes anything. */
export function createOrderDesk({ orders, customers, clock }: OrderDeskDependencies) {
  async function snapshotOf(order: OrderRecord, requested: readonly Quantity[] | null, initiator: string) {
    const now = clock.now()
    const customer = await customers.load(order.customer.id)
    const statistics = await statisticsOf(orders, order.customer.id, now)
    return {
      order: orderVariables(order),
      customer: customerVariables(order, maskPhone(order.customer.phone), customer?.flag ?? 'none', statistics),
      channel: channelVariables(order),
      lines: lineVariables(order, requested, initiator, now),
    }
  }

  return {
    snapshotOf,

    async order(orderNo: string): Promise<Order | null> {
      const found = await orders.load(orderNo)
      return found ? orderOnTheWire(found.order, found.version) : null
    },

    /** Null for any pair of number and phone that does not fit, without saying which of them is wrong. */
    async orderOfPhone(orderNo: string, phone: string): Promise<Order | null> {
      const order = await orders.lookUp(orderNo, phone)
      return order ? orderOnTheWire(order, (await orders.load(order.orderNo))?.version ?? 0) : null
    },

    async phoneOf(orderNo: string): Promise<string | null> {
      return (await orders.load(orderNo))?.order.customer.phone ?? null
    },

    /** The variables `order`, `customer`, `channel` and `lines` as `order.read` would set them now. */
    async snapshot(orderNo: string, request: CancellationRequest | null, initiator: string) {
      const found = await orders.load(orderNo)
      return found ? snapshotOf(found.order, request?.lines ?? null, initiator) : null
    },

    /** What `refund.preview` would give for lines that carry their quantity and their decision's outputs. */
    async estimateRefund(
      orderNo: string,
      lines: JsonObject[],
      initiator: string,
      more: { fault?: string | null; agreedFee?: number | null } = {},
    ): Promise<RefundPreview> {
      const found = await orders.load(orderNo)
      if (!found) throw new Error(`there is no order ${orderNo}`)
      return previewRefund(
        found.order,
        { lines: requestedLines({ lines }) ?? [], initiator, ...more },
        lineDecisions(lines),
      )
    },
  }
}
