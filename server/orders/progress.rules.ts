import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { Release } from './cancel.rules.ts'
import { lineOf, withLine } from './cancel.rules.ts'
import type { FulfillmentState, OrderRecord, Quantity } from './order.rules.ts'
import { isPaid, lifecycles, mayMove, openOf, orderStateOf, quantityOf, sum } from './order.rules.ts'

/** Units that wait for a stock level to hold them. */
export function unreserved(order: OrderRecord): Release[] {
  return order.lines
    .map((line) => ({
      orderLineId: line.id,
      sku: line.sku,
      warehouse: line.warehouse,
      quantity: openOf(line) - line.reserved,
    }))
    .filter((line) => line.quantity > 0)
}

/**
 * Takes over what a stock level reserved. What was canceled meanwhile is not wanted any more and comes back as releases.
 */
export function applyAllocation(
  order: OrderRecord,
  reserved: readonly Quantity[],
): { order: OrderRecord; releases: Release[] } {
  let changed = order
  const releases: Release[] = []
  for (const { orderLineId, quantity } of reserved) {
    const line = lineOf(changed, orderLineId)
    const accepted = Math.min(quantity, Math.max(0, openOf(line) - line.reserved))
    if (accepted > 0) changed = withLine(changed, orderLineId, { reserved: line.reserved + accepted })
    if (quantity > accepted)
      releases.push({ orderLineId, sku: line.sku, warehouse: line.warehouse, quantity: quantity - accepted })
  }
  return { order: changed, releases }
}

export function startMaking(order: OrderRecord, orderLineId: string, now: string): Result<OrderRecord> {
  const stopped = whyNotMove(order)
  if (stopped) return stopped
  return ok(withLine(order, orderLineId, { makingSince: now }))
}

/** The warehouse begins to pick what is reserved. */
export function startPicking(order: OrderRecord, id: string, wanted?: readonly Quantity[]): Result<OrderRecord> {
  if (order.fulfillments.some((fulfillment) => fulfillment.id === id)) return ok(order)
  const stopped = whyNotMove(order)
  if (stopped) return stopped
  const lines = order.lines
    .map((line) => {
      const inHand = sum(order.fulfillments, (fulfillment) =>
        ['pending', 'packed'].includes(fulfillment.state) ? quantityOf(fulfillment.lines, line.id) : 0,
      )
      const free = line.reserved - inHand
      return { orderLineId: line.id, quantity: wanted ? Math.min(free, quantityOf(wanted, line.id)) : free }
    })
    .filter((line) => line.quantity > 0)
  if (lines.length === 0)
    return refuse('fulfillment.nothing_reserved', {
      zh: '没有已锁库、可以拣货的商品。',
      en: 'Expected reserved goods to pick, but there are none.',
    })
  return ok({ ...order, fulfillments: [...order.fulfillments, { id, state: 'pending', lines }] })
}

export function pack(order: OrderRecord, id: string): Result<OrderRecord> {
  return moveFulfillment(order, id, 'packed')
}

/**
 * The carrier takes what is packed: the goods have left the house, their reservation becomes an issue. The point of no return.
 */
export function handOver(
  order: OrderRecord,
  id: string,
  shipment: { shipmentNo: string; carrier: string; trackingNo: string; now: string },
): Result<{ order: OrderRecord; issues: Release[] }> {
  const fulfillment = order.fulfillments.find((candidate) => candidate.id === id)
  if (fulfillment?.state === 'shipped') return ok({ order, issues: [] })
  const moved = moveFulfillment(order, id, 'shipped')
  if (!moved.ok) return moved
  const lines = fulfillment?.lines ?? []
  let changed = moved.value
  const issues: Release[] = []
  for (const { orderLineId, quantity } of lines) {
    const line = lineOf(changed, orderLineId)
    changed = withLine(changed, orderLineId, {
      reserved: line.reserved - quantity,
      fulfilled: line.fulfilled + quantity,
      shipped: line.shipped + quantity,
    })
    issues.push({ orderLineId, quantity, sku: line.sku, warehouse: line.warehouse })
  }
  return ok({
    order: {
      ...changed,
      shipments: [
        ...changed.shipments,
        {
          shipmentNo: shipment.shipmentNo,
          fulfillmentId: id,
          carrier: shipment.carrier,
          trackingNo: shipment.trackingNo,
          state: 'handedOver',
          lines,
          handedAt: shipment.now,
          signedAt: null,
        },
      ],
    },
    issues,
  })
}

export function scan(order: OrderRecord, shipmentNo: string): OrderRecord {
  return {
    ...order,
    shipments: order.shipments.map((shipment) =>
      shipment.shipmentNo === shipmentNo && shipment.state === 'handedOver'
        ? { ...shipment, state: 'inTransit' }
        : shipment,
    ),
  }
}

export function deliver(order: OrderRecord, shipmentNo: string, now: string): OrderRecord {
  const shipment = order.shipments.find((candidate) => candidate.shipmentNo === shipmentNo)
  if (!shipment || shipment.state === 'delivered') return order
  let changed = order
  for (const { orderLineId, quantity } of shipment.lines)
    changed = withLine(changed, orderLineId, { delivered: lineOf(changed, orderLineId).delivered + quantity })
  return {
    ...changed,
    fulfillments: changed.fulfillments.map((fulfillment) =>
      fulfillment.id === shipment.fulfillmentId ? { ...fulfillment, state: 'delivered' } : fulfillment,
    ),
    shipments: changed.shipments.map((other) =>
      other.shipmentNo === shipmentNo ? { ...other, state: 'delivered', signedAt: now } : other,
    ),
  }
}

export function complete(order: OrderRecord, now: string): Result<OrderRecord> {
  if (order.completedAt !== null) return ok(order)
  if (!mayMove(lifecycles.order, orderStateOf(order), 'completed'))
    return refuse('order.not_fulfilled', {
      zh: '还有商品没有发完，不能完成订单。',
      en: 'Expected a fulfilled order, but some of it is still open.',
    })
  return ok({ ...order, completedAt: now })
}

function moveFulfillment(order: OrderRecord, id: string, to: FulfillmentState): Result<OrderRecord> {
  const fulfillment = order.fulfillments.find((candidate) => candidate.id === id)
  if (fulfillment?.state === to) return ok(order)
  if (!fulfillment || !mayMove(lifecycles.fulfillment, fulfillment.state, to))
    return refuse('fulfillment.state', {
      zh: '这张出库单现在不能这样操作。',
      en: 'Expected a fulfillment that can move on, but its state does not allow it.',
    })
  const stopped = whyNotMove(order)
  if (stopped) return stopped
  return ok({
    ...order,
    fulfillments: order.fulfillments.map((other) => (other.id === id ? { ...other, state: to } : other)),
  })
}

function whyNotMove(order: OrderRecord) {
  const held = order.holds[0]
  if (held)
    return refuse('order.on_hold', {
      zh: `订单已暂停：${held.why}。`,
      en: 'Expected an order that is not on hold.',
    })
  if (!isPaid(order))
    return refuse('order.not_paid', { zh: '订单还没有付款。', en: 'Expected a paid order, but nothing was captured.' })
  return null
}
