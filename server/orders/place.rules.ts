import { allocate, checkMoney, scale } from '../billing/money.rules.ts'
import { postPlaced } from '../billing/ledger.rules.ts'
import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { ChannelTerms, OrderRecord } from './order.rules.ts'
import { sum, totalOf } from './order.rules.ts'

/** A new order as a shop hands it over. Prices contain tax; `discount` is spread over the lines by their value. */
export interface NewOrder {
  orderNo: string
  channel: ChannelTerms
  currency: string
  customer: OrderRecord['customer']
  placedAt: string
  promisedShipAt: string | null
  policyId: string
  policyVersion: number
  policyAcceptedAt: string | null
  shippingFee: number
  discount: number
  invoiceNo: string | null
  lines: {
    sku: string
    name: string
    spec: string
    category: string
    returnClass: string
    warehouse: string
    unitPrice: number
    quantity: number
    taxPercent: number
  }[]
  /** `providerRef`: the payment as its provider knows it; default the payment number. */
  payments: { method: string; provider: string; amount: number; paymentNo: string; providerRef?: string }[]
}

export const manual: ChannelTerms = {
  code: 'shop',
  name: '自营商城',
  reviewer: 'merchant',
  refundExecutor: 'merchant',
  platformHours: null,
}

/** Places an order: freezes price, discount and tax per line, so that nothing is recomputed later (lessons 10, 12, 16, 17). */
export function place(draft: NewOrder): Result<OrderRecord> {
  if (draft.lines.length === 0) return refuse('order.empty', sentences.empty)
  for (const line of draft.lines) {
    const price = checkMoney(line.unitPrice, draft.currency, { zero: true })
    if (!price.ok) return price
    if (!Number.isSafeInteger(line.quantity) || line.quantity < 1 || line.quantity > 100_000)
      return refuse('order.quantity', sentences.quantity, { where: line.sku })
  }
  for (const amount of [draft.shippingFee, draft.discount]) {
    const checked = checkMoney(amount, draft.currency, { zero: true })
    if (!checked.ok) return checked
  }
  const values = draft.lines.map((line) => line.unitPrice * line.quantity)
  const value = values.reduce((total, next) => total + next, 0)
  if (draft.discount > value) return refuse('order.discount', sentences.discount)
  const discounts = allocate(draft.discount, values)
  const order: OrderRecord = {
    orderNo: draft.orderNo,
    kind: 'goods',
    channel: draft.channel,
    currency: draft.currency,
    customer: draft.customer,
    placedAt: draft.placedAt,
    promisedShipAt: draft.promisedShipAt,
    completedAt: null,
    policyId: draft.policyId,
    policyVersion: draft.policyVersion,
    policyAcceptedAt: draft.policyAcceptedAt,
    shippingFee: draft.shippingFee,
    discount: draft.discount,
    invoiceNo: draft.invoiceNo,
    lines: draft.lines.map((line, index) => {
      const paid = (values[index] ?? 0) - (discounts[index] ?? 0)
      return {
        id: `L${index + 1}`,
        sku: line.sku,
        name: line.name,
        spec: line.spec,
        category: line.category,
        returnClass: line.returnClass,
        warehouse: line.warehouse,
        unitPrice: line.unitPrice,
        discountShare: discounts[index] ?? 0,
        taxShare: scale(paid, line.taxPercent, 100 + line.taxPercent),
        paid,
        ordered: line.quantity,
        canceled: 0,
        reserved: 0,
        fulfilled: 0,
        shipped: 0,
        delivered: 0,
        makingSince: null,
      }
    }),
    fulfillments: [],
    shipments: [],
    payments: draft.payments.map((payment, index) => ({
      id: `P${index + 1}`,
      paymentNo: payment.paymentNo || `${draft.orderNo}-P${index + 1}`,
      method: payment.method,
      provider: payment.provider,
      state: 'authorized',
      authorized: payment.amount,
      captured: 0,
      providerRef: payment.providerRef || payment.paymentNo || `${draft.orderNo}-P${index + 1}`,
      paidAt: null,
    })),
    refunds: [],
    ledger: [],
    holds: [],
    changes: [],
  }
  for (const payment of draft.payments) {
    const checked = checkMoney(payment.amount, draft.currency)
    if (!checked.ok) return checked
  }
  if (sum(order.payments, (payment) => payment.authorized) > totalOf(order))
    return refuse('order.overpaid', sentences.overpaid)
  return ok(postPlaced(order))
}

const sentences = {
  empty: { zh: '订单里没有商品。', en: 'Expected at least one line.' },
  quantity: { zh: '数量需要是 1 到 100000 的整数。', en: 'Expected a whole quantity from 1 to 100000.' },
  discount: { zh: '优惠不能超过商品总额。', en: 'Expected a discount that does not exceed the goods.' },
  overpaid: { zh: '付款之和不能超过订单总额。', en: 'Expected payments that do not exceed the total of the order.' },
}
