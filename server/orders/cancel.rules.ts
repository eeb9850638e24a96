import { postCanceled } from '../billing/ledger.rules.ts'
import type { Refusal, Result, Sentence } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { ChangeRecord, FulfillmentRecord, LineRecord, OrderRecord, Quantity } from './order.rules.ts'
import { hasEffect, isPaid, mergeByLine, openOf, paidShareOf, quantityOf, sum } from './order.rules.ts'

export interface Deed {
  /** Same key, done once. */
  key: string
  by: string
  now: string
  caseNo: string | null
}

/** What an order gives back to a stock level. */
export interface Release extends Quantity {
  sku: string
  warehouse: string
}

export interface Cancellation {
  order: OrderRecord
  change: ChangeRecord
  releases: Release[]
  /** The effect was there already; nothing is to be stored. */
  repeated: boolean
}

/**
 * Cancels quantities of lines: at most ordered - fulfilled - canceled, and releases exactly their reservation (invariant 5). All
 * or nothing. Units that are picked or packed are taken out of their fulfillment; the least advanced go first.
 */
export function cancelLines(order: OrderRecord, wanted: readonly Quantity[], deed: Deed): Result<Cancellation> {
  const before = hasEffect(order, deed.key)
  if (before) return ok({ order, change: before, releases: [], repeated: true })
  const lines = mergeByLine(wanted)
  const refusal = whyNotCancel(order, lines)
  if (refusal) return { ok: false, refusal }

  let changed = order
  const releases: Release[] = []
  const parts: ChangeRecord['lines'] = []
  for (const { orderLineId, quantity } of lines) {
    const line = lineOf(changed, orderLineId)
    const share = paidShareOf(line, quantity)
    const released = Math.max(0, quantity - (openOf(line) - line.reserved))
    changed = takeOutOfFulfillments(changed, line, quantity)
    changed = withLine(changed, orderLineId, {
      canceled: line.canceled + quantity,
      reserved: line.reserved - released,
    })
    if (released > 0) releases.push({ orderLineId, quantity: released, sku: line.sku, warehouse: line.warehouse })
    parts.push({ orderLineId, quantity, share, released })
  }
  const change: ChangeRecord = {
    key: deed.key,
    what: 'canceled',
    by: deed.by,
    at: deed.now,
    caseNo: deed.caseNo,
    lines: parts,
  }
  const whole = changed.lines.every((line) => line.canceled === line.ordered)
  const shipping = whole && !isPaid(order) ? order.shippingFee : 0
  changed = postCanceled(
    { ...changed, changes: [...changed.changes, change] },
    deed.key,
    sum(parts, (part) => part.share),
    shipping,
    deed.now,
  )
  return ok({ order: whole ? voidOpenPayments(changed) : changed, change, releases, repeated: false })
}

/** Why these quantities cannot be canceled, or null. What has left the house is named (lesson 23). */
export function whyNotCancel(order: OrderRecord, wanted: readonly Quantity[]): Refusal | null {
  const fields: NonNullable<Refusal['fields']> = []
  const refused = (orderLineId: string, code: string, message: Sentence) =>
    fields.push({ path: `lines.${orderLineId}`, code, message })
  for (const { orderLineId, quantity } of mergeByLine(wanted)) {
    const line = order.lines.find((candidate) => candidate.id === orderLineId)
    if (!line)
      refused(orderLineId, 'order.line_unknown', {
        zh: '这个订单里没有这件商品。',
        en: 'Expected a line of this order.',
      })
    else if (!Number.isSafeInteger(quantity) || quantity < 1)
      refused(orderLineId, 'order.quantity', {
        zh: '数量需要是大于 0 的整数。',
        en: 'Expected a whole quantity greater than 0.',
      })
    else if (quantity > openOf(line)) refused(orderLineId, 'order.cannot_cancel', tooMany(line, quantity))
  }
  if (wanted.length === 0)
    return refuse('order.nothing_to_cancel', { zh: '请选择要取消的商品。', en: 'Expected at least one line.' }).refusal
  const first = fields[0]
  if (!first) return null
  return refuse(first.code, first.message, { where: first.path, fields, params: { blocked: blockedOf(order, wanted) } })
    .refusal
}

const blockedOf = (order: OrderRecord, wanted: readonly Quantity[]) =>
  mergeByLine(wanted).flatMap(({ orderLineId, quantity }) => {
    const line = order.lines.find((candidate) => candidate.id === orderLineId)
    return line && quantity > openOf(line) ? [{ orderLineId, quantity, cancelable: openOf(line) }] : []
  })

function tooMany(line: LineRecord, quantity: number): Sentence {
  const open = openOf(line)
  const left =
    line.fulfilled > 0
      ? { zh: `已发出 ${line.fulfilled} 件`, en: `${line.fulfilled} have left the house` }
      : { zh: `已取消 ${line.canceled} 件`, en: `${line.canceled} are canceled already` }
  return {
    zh: `「${line.name}」${left.zh}，最多还能取消 ${open} 件，您要取消 ${quantity} 件。`,
    en: `Expected to cancel at most ${open} of “${line.name}” (${left.en}), but ${quantity} were asked for.`,
  }
}

/** Puts the lines on hold for a case: nothing of the order is allocated, picked, packed or handed over meanwhile. */
export function hold(order: OrderRecord, deed: Deed, why: string): OrderRecord {
  if (order.holds.some((held) => held.key === holdKey(deed))) return order
  return { ...order, holds: [...order.holds, { key: holdKey(deed), by: deed.by, why, since: deed.now }] }
}

/** Takes the case's hold away; the undo of `hold`. */
export function unhold(order: OrderRecord, deed: Deed): OrderRecord {
  return order.holds.some((held) => held.key === holdKey(deed))
    ? { ...order, holds: order.holds.filter((held) => held.key !== holdKey(deed)) }
    : order
}

const holdKey = (deed: Deed) => deed.caseNo ?? deed.key

export function lineOf(order: OrderRecord, orderLineId: string): LineRecord {
  const line = order.lines.find((candidate) => candidate.id === orderLineId)
  if (!line) throw new Error(`order ${order.orderNo} has no line ${orderLineId}`)
  return line
}

export function withLine(order: OrderRecord, orderLineId: string, change: Partial<LineRecord>): OrderRecord {
  return { ...order, lines: order.lines.map((line) => (line.id === orderLineId ? { ...line, ...change } : line)) }
}

function takeOutOfFulfillments(order: OrderRecord, line: LineRecord, quantity: number): OrderRecord {
  const inHand = (state: FulfillmentRecord['state']) =>
    sum(order.fulfillments, (fulfillment) => (fulfillment.state === state ? quantityOf(fulfillment.lines, line.id) : 0))
  let left = Math.max(0, quantity - (openOf(line) - inHand('pending') - inHand('packed')))
  if (left === 0) return order
  const fulfillments = [...order.fulfillments]
  for (const state of ['pending', 'packed'] as const)
    for (const [index, fulfillment] of fulfillments.entries()) {
      const taken = fulfillment.state === state ? Math.min(left, quantityOf(fulfillment.lines, line.id)) : 0
      if (taken === 0) continue
      left -= taken
      const lines = fulfillment.lines
        .map((part) => (part.orderLineId === line.id ? { ...part, quantity: part.quantity - taken } : part))
        .filter((part) => part.quantity > 0)
      fulfillments[index] = { ...fulfillment, lines, state: lines.length === 0 ? 'canceled' : fulfillment.state }
    }
  return { ...order, fulfillments }
}

function voidOpenPayments(order: OrderRecord): OrderRecord {
  return {
    ...order,
    payments: order.payments.map((payment) =>
      payment.state === 'authorized' || payment.state === 'pending' ? { ...payment, state: 'voided' } : payment,
    ),
  }
}
