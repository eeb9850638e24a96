import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { Clock, FollowUp, Store } from '../../workflows/runtime/ports.ts'
import type { CaptureNews, OperationNews, RefundClaim } from '../billing/refund.rules.ts'
import { claimRefund, recordCapture, recordOperation } from '../billing/refund.rules.ts'
import { changeAggregate } from '../change-aggregate.ts'
import { stockJobs } from '../stock/stock.ts'
import type { Deed, Release } from './cancel.rules.ts'
import { cancelLines, hold, unhold, whyNotCancel } from './cancel.rules.ts'
import { checkOrder } from './check.rules.ts'
import type { ChangeRecord, OrderRecord, Quantity } from './order.rules.ts'
import { hasEffect, lifecycles, mayMove, orderStateOf } from './order.rules.ts'
import { createOrdersStore } from './orders-store.ts'
import type { NewOrder } from './place.rules.ts'
import { place } from './place.rules.ts'
import {
  applyAllocation,
  complete,
  deliver,
  handOver,
  pack,
  scan,
  startMaking,
  startPicking,
  unreserved,
} from './progress.rules.ts'
import { digitsOf, rowsOf } from './projection.ts'

/** The next state of an order and what else follows from it; the same object when nothing changes. */
export interface OrderChange<R> {
  order: OrderRecord
  followUps?: FollowUp[]
  answer: R
}

export type Orders = ReturnType<typeof createOrders>

/**
 * The commands of orders: load, rule, commit with follow-ups. Each is one atomic change of one order and may be repeated under its
 * key. An order that breaks an invariant is never written.
 */
export function createOrders({ store, clock }: { store: Store; clock: Clock }) {
  const rows = createOrdersStore(store)

  function change<R>(orderNo: string, decide: (order: OrderRecord) => Result<OrderChange<R>>): Promise<Result<R>> {
    return changeAggregate<OrderRecord, R>(store, 'orders', orderNo, (current) => {
      if (!current) return orderNotFound(orderNo)
      const decided = decide(current.data)
      if (!decided.ok) return decided
      const { order, followUps = [], answer } = decided.value
      if (order === current.data) return ok({ unchanged: true, answer })
      return ok({
        data: sound(order, current.data),
        followUps: [...rowsOf(order, current.version + 1, current.data), ...followUps],
        answer,
      })
    })
  }

  const releaseJobs = (order: OrderRecord, effect: string, releases: readonly Release[]): FollowUp[] =>
    stockJobs('stock.apply-release', order.orderNo, effect, named(order, releases), clock.now())

  const reserveJobs = (order: OrderRecord, effect: string): FollowUp[] =>
    stockJobs('stock.apply-reserve', order.orderNo, effect, named(order, unreserved(order)), clock.now())

  /** Runs a rule that gives the next order, and remembers the effect by its key. */
  const step = (orderNo: string, what: string, deed: Deed, rule: (order: OrderRecord) => Result<OrderRecord>) =>
    change<null>(orderNo, (order) => {
      if (hasEffect(order, deed.key)) return ok({ order, answer: null })
      const next = rule(order)
      if (!next.ok) return next
      return ok({ order: noted(next.value, what, deed), answer: null })
    })

  return {
    rows,
    change,

    async load(orderNo: string): Promise<{ order: OrderRecord; version: number } | null> {
      const found = await rows.order(orderNo)
      return found ? { order: found.data, version: found.version } : null
    },

    /** The order of somebody who knows its number and the phone; null for every other pair, without saying which was wrong. */
    async lookUp(orderNo: string, phone: string): Promise<OrderRecord | null> {
      const found = await rows.order(orderNo.trim())
      const tail = (number: string) => digitsOf(number).slice(-11)
      return found && tail(phone).length >= 7 && tail(phone) === tail(found.data.customer.phone) ? found.data : null
    },

    /** Takes a new order over and asks the stock levels to reserve its goods. The number is the key. */
    place(draft: NewOrder): Promise<Result<OrderRecord>> {
      return changeAggregate<OrderRecord, OrderRecord>(store, 'orders', draft.orderNo, (current) => {
        if (current) return ok({ unchanged: true, answer: current.data })
        const placed = place(draft)
        if (!placed.ok) return placed
        const order = sound(placed.value, null)
        return ok({
          data: order,
          followUps: [...rowsOf(order, 1, null), ...reserveJobs(order, 'placed')],
          answer: order,
        })
      })
    },

    /** Asks the stock levels again for what is not reserved yet, after goods came in. */
    allocate: (orderNo: string, deed: Deed) =>
      change<null>(orderNo, (order) =>
        hasEffect(order, deed.key)
          ? ok({ order, answer: null })
          : ok({
              order: noted(order, 'allocationAsked', deed),
              followUps: reserveJobs(order, deed.key),
              answer: null,
            }),
      ),

    applyAllocation: (orderNo: string, effect: string, lines: readonly Quantity[]) =>
      change<null>(orderNo, (order) => {
        if (hasEffect(order, effect)) return ok({ order, answer: null })
        const { order: next, releases } = applyAllocation(order, lines)
        const deed: Deed = { key: effect, by: 'stock', now: clock.now(), caseNo: null }
        return ok({
          order: noted(next, 'allocated', deed),
          followUps: releaseJobs(next, effect, releases),
          answer: null,
        })
      }),

    hold: (orderNo: string, deed: Deed, why: string) =>
      change<null>(orderNo, (order) => ok({ order: hold(order, deed, why), answer: null })),
    unhold: (orderNo: string, deed: Deed) =>
      change<null>(orderNo, (order) => ok({ order: unhold(order, deed), answer: null })),

    /** Cancels and releases; the case's hold ends with it (invariant 14). */
    cancelLines: (orderNo: string, lines: readonly Quantity[], deed: Deed) =>
      change<ChangeRecord>(orderNo, (order) => {
        const canceled = cancelLines(order, lines, deed)
        if (!canceled.ok) return canceled
        const { change: record, releases, repeated } = canceled.value
        if (repeated) return ok({ order, answer: record })
        const next = unhold(canceled.value.order, deed)
        return ok({ order: next, followUps: releaseJobs(next, deed.key, releases), answer: record })
      }),
    whyNotCancel,

    claimRefund: (orderNo: string, claim: RefundClaim) =>
      change<OrderRecord>(orderNo, (order) => {
        const claimed = claimRefund(order, claim)
        return claimed.ok ? ok({ order: claimed.value, answer: claimed.value }) : claimed
      }),
    recordRefund: (orderNo: string, operationId: string, news: OperationNews) =>
      change<OrderRecord>(orderNo, (order) => {
        const recorded = recordOperation(order, operationId, news)
        return recorded.ok ? ok({ order: recorded.value, answer: recorded.value }) : recorded
      }),
    recordCapture: (orderNo: string, paymentId: string, news: CaptureNews) =>
      change<null>(orderNo, (order) => {
        const recorded = recordCapture(order, paymentId, news)
        return recorded.ok ? ok({ order: recorded.value, answer: null }) : recorded
      }),

    startMaking: (orderNo: string, deed: Deed, orderLineId: string) =>
      step(orderNo, 'makingStarted', deed, (order) => startMaking(order, orderLineId, deed.now)),
    startPicking: (orderNo: string, deed: Deed, fulfillmentId: string, wanted?: readonly Quantity[]) =>
      step(orderNo, 'pickingStarted', deed, (order) => startPicking(order, fulfillmentId, wanted)),
    pack: (orderNo: string, deed: Deed, fulfillmentId: string) =>
      step(orderNo, 'packed', deed, (order) => pack(order, fulfillmentId)),

    /** The point of no return: what is handed over is issued from stock and can no longer be canceled. */
    handOver: (
      orderNo: string,
      deed: Deed,
      fulfillmentId: string,
      shipment: { shipmentNo: string; carrier: string; trackingNo: string },
    ) =>
      change<null>(orderNo, (order) => {
        const handed = handOver(order, fulfillmentId, { ...shipment, now: deed.now })
        if (!handed.ok) return handed
        const next = handed.value.order
        if (next === order) return ok({ order, answer: null })
        const issues = named(next, handed.value.issues)
        return ok({
          order: noted(next, 'handedOver', deed),
          followUps: stockJobs('stock.apply-issue', orderNo, deed.key, issues, deed.now),
          answer: null,
        })
      }),
    scan: (orderNo: string, shipmentNo: string) =>
      change<null>(orderNo, (order) => ok({ order: scan(order, shipmentNo), answer: null })),
    deliver: (orderNo: string, shipmentNo: string, at: string) =>
      change<null>(orderNo, (order) => ok({ order: deliver(order, shipmentNo, at), answer: null })),
    complete: (orderNo: string, deed: Deed) => step(orderNo, 'completed', deed, (order) => complete(order, deed.now)),
  }
}

export const orderNotFound = (orderNo: string) =>
  refuse('order.not_found', { zh: '没有找到这个订单。', en: 'Expected an existing order.' }, { params: { orderNo } })

/** Names of the goods, for movements that create a level. */
const named = (order: OrderRecord, parts: readonly Release[]) =>
  parts.map((part) => ({ ...part, name: order.lines.find((line) => line.id === part.orderLineId)?.name ?? part.sku }))

function noted(order: OrderRecord, what: string, deed: Deed): OrderRecord {
  return {
    ...order,
    changes: [...order.changes, { key: deed.key, what, by: deed.by, at: deed.now, caseNo: deed.caseNo, lines: [] }],
  }
}

/** A last look before the write: an order that breaks an invariant is a bug, and stays out of the database (reliability R7). */
function sound(order: OrderRecord, before: OrderRecord | null): OrderRecord {
  const [from, to] = [before ? orderStateOf(before) : 'pending', orderStateOf(order)]
  if (from !== to && !mayMove(lifecycles.order, from, to))
    throw new Error(`order ${order.orderNo} cannot become ${to} from ${from}`)
  const [violation] = checkOrder(order)
  if (violation) throw new Error(`${violation.code} ${violation.where}: ${violation.message.en}`)
  return order
}
