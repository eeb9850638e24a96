import type { CollectionSpec, Filter, Page, Store, Stored } from '../../workflows/runtime/ports.ts'
import type { LineStage } from '../contract/orders.ts'
import type { OperationState, OrderPaymentState, OrderRecord, OrderState } from './order.rules.ts'

/** What lists and search read of an order; follows from every change of it. Collection `orderRows`. */
export interface OrderRow {
  orderNo: string
  placedAt: string
  customerId: string
  customerName: string
  /** Digits only; never sent out. */
  phone: string
  phoneSuffix: string
  phoneMasked: string
  tier: string
  channel: string
  state: OrderState
  paymentState: OrderPaymentState
  stage: LineStage
  items: number
  firstLine: string
  total: number
  paid: number
  refunded: number
  currency: string
  /** Canceled at the customer's wish, wholly or in part. */
  canceledByCustomer: boolean
  cases: number
}

/** A refund operation for lists and totals. Collection `refundRows`, id = operation id. */
export interface RefundRow {
  id: string
  refundNo: string
  orderNo: string
  caseNo: string | null
  customerName: string
  method: string
  amount: number
  currency: string
  state: OperationState
  requestedBy: string
  approvedBy: string | null
  claimedAt: string
  settledAt: string | null
  failure: string | null
}

export const orderCollections: CollectionSpec[] = [
  { name: 'orders', indexes: [] },
  {
    name: 'orderRows',
    indexes: [
      { fields: ['placedAt'] },
      { fields: ['stage', 'placedAt'] },
      { fields: ['state', 'placedAt'] },
      { fields: ['customerId', 'placedAt'] },
      { fields: ['phone'] },
      { fields: ['phoneSuffix', 'placedAt'] },
    ],
  },
  {
    name: 'refundRows',
    indexes: [{ fields: ['claimedAt'] }, { fields: ['state', 'claimedAt'] }, { fields: ['orderNo'] }],
  },
]

export interface OrderSearch {
  /** Number, name, or digits of the phone. */
  text?: string
  stage?: string
  state?: string
  customerId?: string
  limit: number
  after?: string
}

/** The collections of orders through the store port. */
export function createOrdersStore(store: Store) {
  const paged = (after: string | undefined) => (after === undefined ? {} : { after })
  return {
    async order(orderNo: string): Promise<Stored<OrderRecord> | null> {
      return store.load<OrderRecord>('orders', orderNo)
    },

    search(search: OrderSearch): Promise<Page<OrderRow>> {
      const filter: Filter = {
        ...(search.stage === undefined ? {} : { stage: search.stage }),
        ...(search.state === undefined ? {} : { state: search.state }),
        ...(search.customerId === undefined ? {} : { customerId: search.customerId }),
        ...(search.text === undefined ? {} : matching(search.text)),
      }
      return store.find<OrderRow>('orderRows', {
        filter,
        sort: [['placedAt', -1]],
        limit: search.limit,
        ...paged(search.after),
      })
    },

    async rowsOfCustomer(customerId: string, since: string): Promise<OrderRow[]> {
      const page = await store.find<OrderRow>('orderRows', {
        filter: { customerId, placedAt: { $gte: since } },
        sort: [['placedAt', -1]],
        limit: 1000,
      })
      return page.items.map((item) => item.data)
    },

    refunds(query: { state?: string; orderNo?: string; limit: number; after?: string }): Promise<Page<RefundRow>> {
      return store.find<RefundRow>('refundRows', {
        filter: {
          ...(query.state === undefined ? {} : { state: query.state }),
          ...(query.orderNo === undefined ? {} : { orderNo: query.orderNo }),
        },
        sort: [['claimedAt', -1]],
        limit: query.limit,
        ...paged(query.after),
      })
    },

    /** Operations that wait for the provider's word since before an instant. */
    async unsettled(before: string): Promise<RefundRow[]> {
      const page = await store.find<RefundRow>('refundRows', {
        filter: { state: { $in: ['claimed', 'submitted', 'unknown'] }, claimedAt: { $lt: before } },
        sort: [['claimedAt', 1]],
        limit: 200,
      })
      return page.items.map((item) => item.data)
    },
  }
}

/** Four digits are the end of a phone, seven and more a whole one; everything may be part of a number or a name. */
function matching(text: string): Filter {
  const digits = text.replaceAll(/[\s-]/g, '')
  const any: Filter[] = [{ orderNo: { $contains: text } }, { customerName: { $contains: text } }]
  if (/^\d{4}$/.test(digits)) any.push({ phoneSuffix: digits })
  if (/^\+?\d{7,15}$/.test(digits)) any.push({ phone: digits.replace('+', '') })
  return { $or: any }
}
