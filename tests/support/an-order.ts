import type { Result } from '../../workflows/model/problem.ts'
import { recordCapture } from '../../server/billing/refund.rules.ts'
import type { OrderRecord } from '../../server/orders/order.rules.ts'
import type { NewOrder } from '../../server/orders/place.rules.ts'
import { manual, place } from '../../server/orders/place.rules.ts'
import {
  applyAllocation,
  deliver,
  handOver,
  pack,
  scan,
  startPicking,
  unreserved,
} from '../../server/orders/progress.rules.ts'

export const now = '2026-11-23T02:30:00.000Z'

/** The value of what must have succeeded. */
export function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message.en}`)
  return result.value
}

type Line = { sku?: string; quantity?: number; unitPrice?: number; returnClass?: string; taxPercent?: number }

export interface AnOrder {
  orderNo?: string
  lines?: Line[]
  shippingFee?: number
  discount?: number
  /** Amount per payment; default one payment of the total. */
  payments?: number[]
  invoiced?: boolean
  policyAccepted?: boolean
  customer?: Partial<OrderRecord['customer']>
}

export function aNewOrder(given: AnOrder = {}): NewOrder {
  const lines = (given.lines ?? [{}]).map((line, index) => ({
    sku: line.sku ?? `SKU-${index + 1}`,
    name: `商品${index + 1}`,
    spec: '标准',
    category: 'home',
    returnClass: line.returnClass ?? 'standard',
    warehouse: 'WH1',
    unitPrice: line.unitPrice ?? 10000,
    quantity: line.quantity ?? 1,
    taxPercent: line.taxPercent ?? 13,
  }))
  const shippingFee = given.shippingFee ?? 0
  const discount = given.discount ?? 0
  const total = lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0) + shippingFee - discount
  return {
    orderNo: given.orderNo ?? 'SO261112-0427',
    channel: manual,
    currency: 'CNY',
    customer: {
      id: 'C1',
      name: '郑书瑶',
      phone: '13812346027',
      tier: 'silver',
      type: 'person',
      address: '浙江省杭州市西湖区文三路 1 号',
      ...given.customer,
    },
    placedAt: '2026-11-12T12:14:00.000Z',
    promisedShipAt: '2026-11-30T12:14:00.000Z',
    policyId: 'standard',
    policyVersion: 1,
    policyAcceptedAt: given.policyAccepted === false ? null : '2026-11-12T12:13:00.000Z',
    shippingFee,
    discount,
    invoiceNo: given.invoiced === false ? null : 'FP261113-0382',
    lines,
    payments: (given.payments ?? [total]).map((amount, index) => ({
      method: index === 0 ? 'wechat' : 'balance',
      provider: 'sandbox',
      amount,
      paymentNo: `P261112-${index + 1}`,
    })),
  }
}

export const anUnpaidOrder = (given: AnOrder = {}): OrderRecord => must(place(aNewOrder(given)))

/** A paid order; what of it is reserved, and how far it has come, is said by the steps below. */
export function aPaidOrder(given: AnOrder = {}): OrderRecord {
  let order = anUnpaidOrder(given)
  for (const payment of order.payments)
    order = must(
      recordCapture(order, payment.id, {
        eventKey: `capture-${payment.id}`,
        amount: payment.authorized,
        now,
      }),
    )
  return order
}

export const allocated = (order: OrderRecord): OrderRecord => applyAllocation(order, unreserved(order)).order
export const picking = (order: OrderRecord, wanted?: { orderLineId: string; quantity: number }[]): OrderRecord =>
  must(startPicking(allocated(order), 'F1', wanted))
export const packed = (order: OrderRecord): OrderRecord => must(pack(picking(order), 'F1'))
export const handedOver = (order: OrderRecord, wanted?: { orderLineId: string; quantity: number }[]): OrderRecord =>
  must(
    handOver(must(pack(picking(order, wanted), 'F1')), 'F1', {
      shipmentNo: 'OUT1',
      carrier: '顺丰',
      trackingNo: 'SF1',
      now,
    }),
  ).order
export const inTransit = (order: OrderRecord): OrderRecord => scan(handedOver(order), 'OUT1')
export const delivered = (order: OrderRecord): OrderRecord => deliver(inTransit(order), 'OUT1', now)
