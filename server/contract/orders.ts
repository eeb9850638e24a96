import Type, { type Static } from 'typebox'
import { Instant, Nullable } from './shared.ts'

/** All amounts of an order are integer minor units of its currency. */

export const LineStage = Type.Enum([
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
])
export type LineStage =
  | 'unpaid'
  | 'paid'
  | 'allocated'
  | 'making'
  | 'picking'
  | 'packed'
  | 'handedOver'
  | 'inTransit'
  | 'delivered'
  | 'completed'

export const OrderLine = Type.Object({
  id: Type.String(),
  sku: Type.String(),
  name: Type.String(),
  spec: Type.String(),
  category: Type.String(),
  returnClass: Type.String(),
  warehouse: Type.String(),
  unitPrice: Type.Integer(),
  discountShare: Type.Integer(),
  taxShare: Type.Integer(),
  /** What the customer paid for the whole line, frozen at placement. */
  paid: Type.Integer(),
  stage: LineStage,
  ordered: Type.Integer(),
  canceled: Type.Integer(),
  reserved: Type.Integer(),
  fulfilled: Type.Integer(),
  shipped: Type.Integer(),
  delivered: Type.Integer(),
  refundedQuantity: Type.Integer(),
  refundedAmount: Type.Integer(),
})
export type OrderLine = Static<typeof OrderLine>

export const RefundState = Type.Enum(['claimed', 'submitted', 'succeeded', 'failed', 'unknown'])

export const RefundOperation = Type.Object({
  id: Type.String(),
  refundNo: Type.String(),
  paymentId: Type.String(),
  amount: Type.Integer(),
  state: Type.String(),
  idempotencyKey: Type.String(),
  caseNo: Nullable(Type.String()),
  reason: Type.String(),
  lines: Type.Array(Type.Object({ orderLineId: Type.String(), quantity: Type.Integer(), amount: Type.Integer() })),
  shipping: Type.Integer(),
  requestedBy: Type.String(),
  approvedBy: Nullable(Type.String()),
  claimedAt: Instant,
  settledAt: Nullable(Instant),
  providerRef: Nullable(Type.String()),
  failure: Nullable(Type.String()),
})
export type RefundOperation = Static<typeof RefundOperation>

export const Payment = Type.Object({
  id: Type.String(),
  paymentNo: Type.String(),
  method: Type.String(),
  state: Type.String(),
  authorized: Type.Integer(),
  captured: Type.Integer(),
  providerRef: Type.String(),
  paidAt: Nullable(Instant),
})
export type Payment = Static<typeof Payment>

/** Double entry: an entry's postings sum to 0. */
export const LedgerEntry = Type.Object({
  id: Type.String(),
  at: Instant,
  what: Type.String(),
  document: Type.String(),
  postings: Type.Array(Type.Object({ account: Type.String(), amount: Type.Integer() })),
})
export type LedgerEntry = Static<typeof LedgerEntry>

export const Shipment = Type.Object({
  shipmentNo: Type.String(),
  carrier: Type.String(),
  trackingNo: Type.String(),
  state: Type.String(),
  lines: Type.Array(Type.Object({ orderLineId: Type.String(), quantity: Type.Integer() })),
  handedAt: Nullable(Instant),
  signedAt: Nullable(Instant),
})
export type Shipment = Static<typeof Shipment>

export const CreditNote = Type.Object({
  creditNoteNo: Type.String(),
  orderNo: Type.String(),
  refundNo: Type.String(),
  invoiceNo: Type.String(),
  lines: Type.Array(
    Type.Object({ orderLineId: Type.String(), name: Type.String(), quantity: Type.Integer(), amount: Type.Integer() }),
  ),
  total: Type.Integer(),
  currency: Type.String(),
  issuedAt: Instant,
})
export type CreditNote = Static<typeof CreditNote>

export const OrderBalance = Type.Object({
  paid: Type.Integer(),
  refunded: Type.Integer(),
  /** Refunds that are claimed, submitted or unknown: they hold their amount. */
  held: Type.Integer(),
  refundable: Type.Integer(),
})
export type OrderBalance = Static<typeof OrderBalance>

export const Order = Type.Object({
  orderNo: Type.String(),
  kind: Type.String(),
  channel: Type.String(),
  currency: Type.String(),
  state: Type.String(),
  paymentState: Type.String(),
  customer: Type.Object({
    id: Type.String(),
    name: Type.String(),
    phoneMasked: Type.String(),
    tier: Type.String(),
    address: Type.String(),
  }),
  placedAt: Instant,
  promisedShipAt: Nullable(Instant),
  policyId: Type.String(),
  policyVersion: Type.Integer(),
  policyAcceptedAt: Nullable(Instant),
  shippingFee: Type.Integer(),
  shippingRefunded: Type.Integer(),
  discount: Type.Integer(),
  total: Type.Integer(),
  invoiceNo: Nullable(Type.String()),
  lines: Type.Array(OrderLine),
  payments: Type.Array(Payment),
  refunds: Type.Array(RefundOperation),
  ledger: Type.Array(LedgerEntry),
  shipments: Type.Array(Shipment),
  holds: Type.Array(Type.Object({ by: Type.String(), why: Type.String(), since: Instant })),
  balance: OrderBalance,
  version: Type.Integer(),
})
export type Order = Static<typeof Order>

/** What may be done with the order now, each with the reason when it may not. */
export const OrderPossibility = Type.Object({
  deed: Type.String(),
  possible: Type.Boolean(),
  why: Type.Object({ zh: Type.String(), en: Type.String() }),
})

export const OrderPage = Type.Object({
  order: Order,
  creditNotes: Type.Array(CreditNote),
  stock: Type.Array(
    Type.Object({
      sku: Type.String(),
      warehouse: Type.String(),
      onHand: Type.Integer(),
      reserved: Type.Integer(),
      available: Type.Integer(),
      incoming: Type.Integer(),
    }),
  ),
  possibilities: Type.Array(OrderPossibility),
  customer: Type.Object({
    orders12m: Type.Integer(),
    spend12m: Type.Integer(),
    cases12m: Type.Integer(),
    refunded12m: Type.Integer(),
  }),
})
export type OrderPage = Static<typeof OrderPage>

export const OrderSummary = Type.Object({
  orderNo: Type.String(),
  placedAt: Instant,
  customerName: Type.String(),
  phoneMasked: Type.String(),
  tier: Type.String(),
  channel: Type.String(),
  state: Type.String(),
  paymentState: Type.String(),
  stage: LineStage,
  items: Type.Integer(),
  firstLine: Type.String(),
  total: Type.Integer(),
  refunded: Type.Integer(),
  openCases: Type.Integer(),
  currency: Type.String(),
})
export type OrderSummary = Static<typeof OrderSummary>

export const StockLevel = Type.Object({
  sku: Type.String(),
  name: Type.String(),
  warehouse: Type.String(),
  onHand: Type.Integer(),
  reserved: Type.Integer(),
  available: Type.Integer(),
  incoming: Type.Integer(),
  safetyStock: Type.Integer(),
})
export type StockLevel = Static<typeof StockLevel>

export const StockMovement = Type.Object({
  id: Type.String(),
  sku: Type.String(),
  warehouse: Type.String(),
  kind: Type.String(),
  quantity: Type.Integer(),
  document: Type.String(),
  at: Instant,
})
export type StockMovement = Static<typeof StockMovement>

export const Product = Type.Object({
  sku: Type.String(),
  name: Type.String(),
  spec: Type.String(),
  category: Type.String(),
  unit: Type.String(),
  listPrice: Type.Integer(),
  currency: Type.String(),
  returnClass: Type.String(),
  substitutes: Type.Array(Type.String()),
})
export type Product = Static<typeof Product>

export const CustomerSummary = Type.Object({
  id: Type.String(),
  name: Type.String(),
  phoneMasked: Type.String(),
  type: Type.String(),
  tier: Type.String(),
  flag: Type.String(),
})
export type CustomerSummary = Static<typeof CustomerSummary>

export const RefundSummary = Type.Object({
  id: Type.String(),
  refundNo: Type.String(),
  orderNo: Type.String(),
  caseNo: Nullable(Type.String()),
  customerName: Type.String(),
  method: Type.String(),
  amount: Type.Integer(),
  currency: Type.String(),
  state: RefundState,
  requestedBy: Type.String(),
  approvedBy: Nullable(Type.String()),
  claimedAt: Instant,
  settledAt: Nullable(Instant),
  failure: Nullable(Type.String()),
})
export type RefundSummary = Static<typeof RefundSummary>
