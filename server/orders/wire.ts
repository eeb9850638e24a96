import type { Static } from 'typebox'
import type { Order, OrderSummary } from '../contract/orders.ts'
import type { LineRecord, OrderRecord } from './order.rules.ts'
import {
  balanceOf,
  orderStateOf,
  paymentStateOf,
  refundedOfLine,
  shippingRefundedOf,
  stageOf,
  totalOf,
} from './order.rules.ts'
import type { OrderRow } from './orders-store.ts'
import { maskAddress, maskPhone } from './projection.ts'

/** An order as staff sees it: phone and house number masked, keys of operations left in, nothing that is not in the contract. */
export function orderOnTheWire(order: OrderRecord, version: number): Static<typeof Order> {
  return {
    orderNo: order.orderNo,
    kind: order.kind,
    channel: order.channel.code,
    currency: order.currency,
    state: orderStateOf(order),
    paymentState: paymentStateOf(order),
    customer: {
      id: order.customer.id,
      name: order.customer.name,
      phoneMasked: maskPhone(order.customer.phone),
      tier: order.customer.tier,
      address: maskAddress(order.customer.address),
    },
    placedAt: order.placedAt,
    promisedShipAt: order.promisedShipAt,
    policyId: order.policyId,
    policyVersion: order.policyVersion,
    policyAcceptedAt: order.policyAcceptedAt,
    shippingFee: order.shippingFee,
    shippingRefunded: shippingRefundedOf(order),
    discount: order.discount,
    total: totalOf(order),
    invoiceNo: order.invoiceNo,
    lines: order.lines.map((record) => {
      const refunded = refundedOfLine(order, record.id, ['succeeded'])
      return {
        ...lineOnTheWire(record),
        stage: stageOf(order, record),
        refundedQuantity: refunded.quantity,
        refundedAmount: refunded.amount,
      }
    }),
    payments: order.payments.map(({ id, paymentNo, method, state, authorized, captured, providerRef, paidAt }) => ({
      id,
      paymentNo,
      method,
      state,
      authorized,
      captured,
      providerRef,
      paidAt,
    })),
    refunds: order.refunds.map((operation) => ({
      id: operation.id,
      refundNo: operation.refundNo,
      paymentId: operation.paymentId,
      amount: operation.amount,
      state: operation.state,
      idempotencyKey: operation.idempotencyKey,
      caseNo: operation.caseNo,
      reason: operation.reason,
      lines: operation.lines.map(({ orderLineId, quantity, amount }) => ({ orderLineId, quantity, amount })),
      shipping: operation.shipping,
      requestedBy: operation.requestedBy,
      approvedBy: operation.approvedBy,
      claimedAt: operation.claimedAt,
      settledAt: operation.settledAt,
      providerRef: operation.providerRef,
      failure: operation.failure,
    })),
    ledger: order.ledger,
    shipments: order.shipments.map(({ shipmentNo, carrier, trackingNo, state, lines, handedAt, signedAt }) => ({
      shipmentNo,
      carrier,
      trackingNo,
      state,
      lines,
      handedAt,
      signedAt,
    })),
    holds: order.holds.map(({ by, why, since }) => ({ by, why, since })),
    balance: balanceOf(order),
    version,
  }
}

export function summaryOnTheWire(row: OrderRow, openCases: number): Static<typeof OrderSummary> {
  return {
    orderNo: row.orderNo,
    placedAt: row.placedAt,
    customerName: row.customerName,
    phoneMasked: row.phoneMasked,
    tier: row.tier,
    channel: row.channel,
    state: row.state,
    paymentState: row.paymentState,
    stage: row.stage,
    items: row.items,
    firstLine: row.firstLine,
    total: row.total,
    refunded: row.refunded,
    openCases,
    currency: row.currency,
  }
}

const lineOnTheWire = (line: LineRecord) => ({
  id: line.id,
  sku: line.sku,
  name: line.name,
  spec: line.spec,
  category: line.category,
  returnClass: line.returnClass,
  warehouse: line.warehouse,
  unitPrice: line.unitPrice,
  discountShare: line.discountShare,
  taxShare: line.taxShare,
  paid: line.paid,
  ordered: line.ordered,
  canceled: line.canceled,
  reserved: line.reserved,
  fulfilled: line.fulfilled,
  shipped: line.shipped,
  delivered: line.delivered,
})
