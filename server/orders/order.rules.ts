import type { LineStage } from '../contract/orders.ts'
import { shareOf } from '../billing/money.rules.ts'

/** One order line: what was agreed, frozen at placement, and counters. Never a flag where a number is meant. */
export interface LineRecord {
  id: string
  sku: string
  name: string
  spec: string
  category: string
  returnClass: string
  warehouse: string
  unitPrice: number
  discountShare: number
  /** Tax contained in `paid`. */
  taxShare: number
  /** What the customer owes for the whole line after discount, tax included; never recomputed. */
  paid: number
  ordered: number
  canceled: number
  /** Units that a stock level holds for this line. */
  reserved: number
  /** Units that have left the house. */
  fulfilled: number
  shipped: number
  delivered: number
  makingSince: string | null
}

export type FulfillmentState = 'pending' | 'packed' | 'shipped' | 'delivered' | 'canceled'
export interface Quantity {
  orderLineId: string
  quantity: number
}

/** What the warehouse picks and packs together. */
export interface FulfillmentRecord {
  id: string
  state: FulfillmentState
  lines: Quantity[]
}

export interface ShipmentRecord {
  shipmentNo: string
  fulfillmentId: string
  carrier: string
  trackingNo: string
  state: 'handedOver' | 'inTransit' | 'delivered'
  lines: Quantity[]
  handedAt: string | null
  signedAt: string | null
}

export type PaymentState = 'pending' | 'authorized' | 'partiallyCaptured' | 'captured' | 'voided' | 'failed'
export interface PaymentRecord {
  id: string
  paymentNo: string
  method: string
  provider: string
  state: PaymentState
  authorized: number
  captured: number
  /** The payment as its provider knows it. */
  providerRef: string
  paidAt: string | null
}

export type OperationState = 'claimed' | 'submitted' | 'succeeded' | 'failed' | 'unknown'
export interface RefundedLine {
  orderLineId: string
  quantity: number
  /** Paid out for the line. */
  amount: number
  /** Kept of the line's share. */
  fee: number
}

/** One money operation at the provider; a refund has one per payment. Its key never changes (reliability R3, R4). */
export interface OperationRecord {
  id: string
  refundNo: string
  paymentId: string
  amount: number
  currency: string
  state: OperationState
  idempotencyKey: string
  /** The command that claimed it. */
  effectKey: string
  caseNo: string | null
  reason: string
  lines: RefundedLine[]
  shipping: number
  requestedBy: string
  approvedBy: string | null
  claimedAt: string
  submittedAt: string | null
  settledAt: string | null
  /** When an unknown outcome was cleared by asking the provider. */
  reconciledAt: string | null
  /** How often the provider was asked for the outcome. */
  queries: number
  providerRef: string | null
  failure: string | null
}

export interface LedgerRecord {
  id: string
  at: string
  what: 'placed' | 'captured' | 'canceled' | 'refunded'
  document: string
  postings: { account: string; amount: number }[]
}

/** Who changed what, once per effect key (order-domain invariant 12). */
export interface ChangeRecord {
  key: string
  what: string
  by: string
  at: string
  caseNo: string | null
  /** Of a cancellation: the frozen share of each line's units, and what was released. */
  lines: { orderLineId: string; quantity: number; share: number; released: number }[]
}

export interface HoldRecord {
  key: string
  by: string
  why: string
  since: string
}

export interface ChannelTerms {
  code: string
  name: string
  reviewer: string
  refundExecutor: string
  platformHours: number | null
}

/** The order: one aggregate with its lines, payments, refund operations and ledger. Collection `orders`, id = orderNo. */
export interface OrderRecord {
  orderNo: string
  kind: 'goods'
  channel: ChannelTerms
  currency: string
  customer: { id: string; name: string; phone: string; tier: string; type: string; address: string }
  placedAt: string
  promisedShipAt: string | null
  completedAt: string | null
  policyId: string
  policyVersion: number
  policyAcceptedAt: string | null
  shippingFee: number
  discount: number
  invoiceNo: string | null
  lines: LineRecord[]
  fulfillments: FulfillmentRecord[]
  shipments: ShipmentRecord[]
  payments: PaymentRecord[]
  refunds: OperationRecord[]
  ledger: LedgerRecord[]
  holds: HoldRecord[]
  changes: ChangeRecord[]
}

export type OrderState = 'pending' | 'confirmed' | 'partiallyFulfilled' | 'fulfilled' | 'completed' | 'canceled'
export type OrderPaymentState =
  'notPaid' | 'authorized' | 'partiallyCaptured' | 'captured' | 'partiallyRefunded' | 'refunded'

type Lifecycle<S extends string> = Readonly<Record<S, readonly S[]>>

/** Which state may follow which; an illegal move is a missing row. States without followers are final. */
export const lifecycles = {
  order: {
    pending: ['confirmed', 'canceled'],
    confirmed: ['partiallyFulfilled', 'fulfilled', 'canceled'],
    partiallyFulfilled: ['fulfilled'],
    fulfilled: ['completed'],
    completed: [],
    canceled: [],
  } as Lifecycle<OrderState>,
  payment: {
    pending: ['authorized', 'partiallyCaptured', 'captured', 'voided', 'failed'],
    authorized: ['partiallyCaptured', 'captured', 'voided', 'failed'],
    partiallyCaptured: ['captured'],
    captured: [],
    voided: [],
    failed: [],
  } as Lifecycle<PaymentState>,
  operation: {
    claimed: ['submitted', 'failed'],
    submitted: ['succeeded', 'failed', 'unknown'],
    unknown: ['succeeded', 'failed'],
    succeeded: [],
    failed: [],
  } as Lifecycle<OperationState>,
  fulfillment: {
    pending: ['packed', 'canceled'],
    packed: ['shipped', 'canceled'],
    shipped: ['delivered'],
    delivered: [],
    canceled: [],
  } as Lifecycle<FulfillmentState>,
}

export function mayMove<S extends string>(lifecycle: Lifecycle<S>, from: S, to: S): boolean {
  return lifecycle[from].includes(to)
}

export const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

/** Still to be fulfilled, and so the most that can be canceled. */
export const openOf = (line: LineRecord): number => line.ordered - line.fulfilled - line.canceled

export const totalOf = (order: OrderRecord): number => sum(order.lines, (line) => line.paid) + order.shippingFee

/** Operations that hold or took money: everything but the failed ones. */
export const livingRefunds = (order: OrderRecord): OperationRecord[] =>
  order.refunds.filter((operation) => operation.state !== 'failed')

export interface Balance {
  paid: number
  refunded: number
  held: number
  refundable: number
}

/** Derived from payments and operations, of the order or of one payment; never cached (lessons 6, 15). */
export function balanceOf(order: OrderRecord, paymentId?: string): Balance {
  const ours = (id: string) => paymentId === undefined || id === paymentId
  const paid = sum(order.payments, (payment) => (ours(payment.id) ? payment.captured : 0))
  const refunds = livingRefunds(order).filter((operation) => ours(operation.paymentId))
  const refunded = sum(refunds, (operation) => (operation.state === 'succeeded' ? operation.amount : 0))
  const held = sum(refunds, (operation) => (operation.state === 'succeeded' ? 0 : operation.amount))
  return { paid, refunded, held, refundable: paid - refunded - held }
}

/** Money of a line that refunds took or hold: units, paid out, kept as fee. */
export function refundedOfLine(order: OrderRecord, orderLineId: string, states?: readonly OperationState[]) {
  const parts = livingRefunds(order)
    .filter((operation) => states === undefined || states.includes(operation.state))
    .flatMap((operation) => operation.lines)
    .filter((line) => line.orderLineId === orderLineId)
  return {
    quantity: sum(parts, (part) => part.quantity),
    amount: sum(parts, (part) => part.amount),
    fee: sum(parts, (part) => part.fee),
  }
}

export const shippingRefundedOf = (order: OrderRecord): number =>
  sum(livingRefunds(order), (operation) => operation.shipping)

/** What was paid for the next `quantity` units to be given back, frozen at placement (invariant 7). */
export const paidShareOf = (line: LineRecord, quantity: number, taken = line.canceled): number =>
  shareOf(line.paid, line.ordered, taken, quantity)

export const isPaid = (order: OrderRecord): boolean => order.payments.some((payment) => payment.captured > 0)

export function orderStateOf(order: OrderRecord): OrderState {
  if (order.lines.every((line) => line.canceled === line.ordered)) return 'canceled'
  if (order.completedAt !== null) return 'completed'
  if (order.lines.every((line) => openOf(line) === 0)) return 'fulfilled'
  if (order.lines.some((line) => line.fulfilled > 0)) return 'partiallyFulfilled'
  return isPaid(order) ? 'confirmed' : 'pending'
}

export function paymentStateOf(order: OrderRecord): OrderPaymentState {
  const { paid, refunded } = balanceOf(order)
  if (refunded > 0) return refunded >= paid ? 'refunded' : 'partiallyRefunded'
  if (paid > 0) return paid >= totalOf(order) ? 'captured' : 'partiallyCaptured'
  return order.payments.some((payment) => payment.state === 'authorized') ? 'authorized' : 'notPaid'
}

export const stages: readonly LineStage[] = [
  'unpaid',
  'paid',
  'allocated',
  'making',
  'picking',
  'packed',
  'handedOver',
  'inTransit',
  'delivered',
  'completed',
]
export const furthest = (found: readonly LineStage[]): LineStage =>
  found.reduce((far, stage) => (stages.indexOf(stage) > stages.indexOf(far) ? stage : far), 'unpaid' as LineStage)

/** The stage of each unit that is not canceled, as counts from the least to the most advanced. */
function unitsByStage(order: OrderRecord, line: LineRecord): [LineStage, number][] {
  const inFulfillments = (states: FulfillmentState[]) =>
    sum(
      order.fulfillments.filter((fulfillment) => states.includes(fulfillment.state)),
      (fulfillment) => quantityOf(fulfillment.lines, line.id),
    )
  const inShipments = (state: ShipmentRecord['state']) =>
    sum(
      order.shipments.filter((shipment) => shipment.state === state),
      (shipment) => quantityOf(shipment.lines, line.id),
    )
  const open = openOf(line)
  const picking = inFulfillments(['pending'])
  const packed = inFulfillments(['packed'])
  const waiting = open - picking - packed
  const reserved = Math.max(0, Math.min(waiting, line.reserved - picking - packed))
  const signed = inShipments('delivered')
  return [
    [isPaid(order) ? 'paid' : 'unpaid', waiting - reserved],
    [line.makingSince !== null ? 'making' : isPaid(order) ? 'allocated' : 'unpaid', reserved],
    ['picking', picking],
    ['packed', packed],
    ['handedOver', inShipments('handedOver')],
    ['inTransit', inShipments('inTransit')],
    [order.completedAt === null ? 'delivered' : 'completed', signed],
  ]
}

export const quantityOf = (lines: readonly Quantity[], orderLineId: string): number =>
  sum(lines, (line) => (line.orderLineId === orderLineId ? line.quantity : 0))

/** The stage of `quantity` units, taken from the least advanced on: that of the last of them. */
export function stageOf(order: OrderRecord, line: LineRecord, quantity?: number): LineStage {
  const units = unitsByStage(order, line).filter(([, count]) => count > 0)
  let left = quantity ?? (openOf(line) > 0 ? openOf(line) : Infinity)
  for (const [stage, count] of units) {
    left -= count
    if (left <= 0) return stage
  }
  return units.at(-1)?.[0] ?? (isPaid(order) ? 'paid' : 'unpaid')
}

/** The stage that a list shows for the whole order: of what is still open, else how far it has come. */
export function orderStageOf(order: OrderRecord): LineStage {
  return furthest(order.lines.filter((line) => line.canceled < line.ordered).map((line) => stageOf(order, line)))
}

/** The same line named twice is one line with the sum (lesson 25). */
export function mergeByLine(lines: readonly Quantity[]): Quantity[] {
  const merged = new Map<string, number>()
  for (const { orderLineId, quantity } of lines) merged.set(orderLineId, (merged.get(orderLineId) ?? 0) + quantity)
  return [...merged].map(([orderLineId, quantity]) => ({ orderLineId, quantity }))
}

export const hasEffect = (order: OrderRecord, key: string): ChangeRecord | undefined =>
  order.changes.find((change) => change.key === key)
