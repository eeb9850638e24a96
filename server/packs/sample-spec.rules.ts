import type { CancellationRequest, CaseKind, OpenCaseRequest } from '../contract/cases.ts'
import type { NewOrder } from '../orders/place.rules.ts'
import type { JsonObject } from '../../workflows/model/json.ts'

/** The compact specification in the pack's `sample` folder. */
export interface SampleSpec {
  people: {
    password: string
    people: {
      username: string
      name: string
      roles: string[]
      departmentId: string
      managerId: string | null
      email: string
    }[]
    /** Department to user name. */
    heads: Record<string, string>
  }
  products: { currency: string; warehouses: { code: string; name: string }[]; products: ProductSpec[] }
  customers: {
    count: number
    tiers: Record<string, number>
    surnames: string
    given: string[]
    cities: [string, string][]
    companies: string[]
    fixed: { name: string; phone: string; tier: string; address: string }[]
  }
  orders: {
    days: number
    history: number
    current: Partial<Record<CurrentStage, number>>
    channels: { code: string; name: string; weight: number }[]
    payWays: [string, number][]
    carriers: [string, string][]
    shippingFee: number
    freeShipMin: number
    policy: { code: string; version: number }
  }
  cases: CaseSpec
}

export interface ProductSpec {
  sku: string
  name: string
  spec: string
  category: string
  price: number
  returnClass: string
  taxPercent: number
  stock: Record<string, number>
  safetyStock: number
  incoming: number
  warehouse: string
}

export type CurrentStage =
  'unpaid' | 'paid' | 'allocated' | 'making' | 'picking' | 'packed' | 'handedOver' | 'inTransit' | 'delivered'

export interface PlannedCustomer {
  id: string
  name: string
  phone: string
  mail: string | null
  type: string
  tier: string
  flag: string
  address: string
}

/** Something that happens to an order, in the order domain's own words. */
export type OrderEvent =
  | { at: string; orderNo: string; what: 'place'; draft: NewOrder }
  | { at: string; orderNo: string; what: 'capture'; amount: number }
  | { at: string; orderNo: string; what: 'startMaking'; orderLineId: string }
  | { at: string; orderNo: string; what: 'startPicking' | 'pack' | 'complete' }
  | { at: string; orderNo: string; what: 'handOver'; carrier: string; trackingNo: string; shipmentNo: string }
  | { at: string; orderNo: string; what: 'scan' | 'deliver'; shipmentNo: string }

export type CaseEvent =
  | { at: string; what: 'openCase'; case: PlannedCase }
  | { at: string; what: 'act'; case: PlannedCase; act: PlannedAct }
  /** Nothing but time passes: whatever is due happens. */
  | { at: string; what: 'wait' }

/** A scripted answer: somebody acts on the open task of an element, or the customer takes the request back. */
export type PlannedAct =
  | { kind: 'complete'; element: string; by: string; variables: JsonObject }
  | {
      kind: 'act'
      element: string
      by: string
      action: string
      value?: string
      comment?: string
      to?: string
      variables?: JsonObject
    }
  | { kind: 'withdraw' }

export interface SamplePlan {
  products: ProductSpec[]
  customers: PlannedCustomer[]
  /** Everything that happens, in the order of time. */
  timeline: (OrderEvent | CaseEvent)[]
  orders: number
  cases: number
}

export interface StorySpec {
  story: string
  count: number
  stage: 'allocated' | 'making' | 'picking'
  reasons: string[]
  /** How long ago, for those that are open. */
  hoursAgo?: number[]
  /** Above the manager's limit. */
  big?: boolean
  /** So much that manager and accountant decide together. */
  huge?: boolean
  /** How the sandbox provider treats the refund. */
  refund?: string
}

export interface CaseSpec {
  closed: StorySpec[]
  open: StorySpec[]
  texts: {
    explanations: string[]
    reject: string
    rejectManager: string
    ask: string
    answer: string
    approve: string
    approveLead: string
    notApproved: string
    changed: string
    refundNote: string
  }
}

export interface PlannedCase {
  /** The order's tag, later its number. */
  orderNo: string
  kind: CaseKind
  openedBy: string
  channelIn: string
  request: CancellationRequest
  merchant?: OpenCaseRequest['merchant']
  story: string
}

/** What a plan keeps while it is made. */
export interface Planning {
  spec: SampleSpec
  /** The instant of the installation; everything happened before it. */
  base: string
  version: string
  timeZone: string
  customers: PlannedCustomer[]
  numbers: Map<string, number>
}
