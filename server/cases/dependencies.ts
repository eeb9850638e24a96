import type { JsonObject } from '../../workflows/model/json.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import type { Clock, Store } from '../../workflows/runtime/ports.ts'
import type { Directory } from '../../workflows/engine/host.ts'
import type { CancellationRequest } from '../contract/cases.ts'
import type { Files } from '../files/files.ts'
import type { Notifications } from '../notifications/notifications.ts'
import type { Capabilities } from '../identity/capability.ts'
import type { Catalog } from '../packs/catalog.ts'
import type { Localized } from '../contract/shared.ts'
import type { Order } from '../contract/orders.ts'

/** An order as the processes see it (docs/process-variables.md). */
export interface OrderSnapshot {
  order: JsonObject
  lines: JsonObject[]
  customer: JsonObject
  channel: JsonObject
}

/** What the refund would be, with its derivation. Minor units. */
export interface RefundEstimate {
  amount: number
  fee: number
  currency: string
  breakdown: { label: Localized; amount: number; note: Localized | null }[]
}

/** What cases need of the order domain; its public file implements it. */
export interface OrderDesk {
  /** The order in the wire's shape, null when there is none. */
  order(orderNo: string): Promise<Order | null>
  /** The order whose customer has this phone number; null for any mismatch. */
  orderOfPhone(orderNo: string, phone: string): Promise<Order | null>
  /** The customer's phone number, for messages to her; null when there is no such order. */
  phoneOf(orderNo: string): Promise<string | null>
  snapshot(orderNo: string, request: CancellationRequest | null, initiator: string): Promise<OrderSnapshot | null>
  /** From the frozen prices, for lines that carry their decision's outputs. */
  estimateRefund(orderNo: string, lines: JsonObject[], initiator: string): Promise<RefundEstimate>
}

export interface CaseDependencies {
  store: Store
  runtime: Runtime
  clock: Clock
  orders: OrderDesk
  catalog: Catalog
  capabilities: Capabilities
  notifications: Notifications
  /** Files that a customer or a colleague brought become the case's. */
  files: Pick<Files, 'attach'>
  people: Directory
  timeZone: string
}
