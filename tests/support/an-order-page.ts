import type { Static } from 'typebox'
import type { CaseSummary } from '../../server/contract/cases.ts'
import type {
  CreditNote,
  OrderLine,
  OrderPage,
  Payment,
  RefundOperation,
  Shipment,
} from '../../server/contract/orders.ts'

type Page = Static<typeof OrderPage>

/** An order as its page gets it: two pillows, paid by WeChat at once, with an invoice. Amounts in minor units. */
export function anOrderPage(change: Partial<Page['order']> & { creditNotes?: CreditNote[] } = {}): Page {
  const { creditNotes = [], ...order } = change
  const payments = order.payments ?? [aPayment()]
  const refunds = order.refunds ?? []
  const sum = (items: readonly RefundOperation[]) => items.reduce((total, { amount }) => total + amount, 0)
  const paid = payments.reduce((total, { captured }) => total + captured, 0)
  const refunded = sum(refunds.filter(({ state }) => state === 'succeeded'))
  const held = sum(refunds.filter(({ state }) => !['succeeded', 'failed'].includes(state)))
  return {
    order: {
      orderNo: 'SO261112-0427',
      kind: 'goods',
      channel: 'shop',
      currency: 'CNY',
      state: 'confirmed',
      paymentState: 'captured',
      customer: { id: 'C1', name: '郑书瑶', phoneMasked: '138****6027', tier: 'silver', address: '杭州市西湖区' },
      placedAt: '2026-11-12T12:14:00Z',
      promisedShipAt: null,
      policyId: 'standard',
      policyVersion: 3,
      policyAcceptedAt: null,
      shippingFee: 0,
      shippingRefunded: 0,
      discount: 0,
      total: 59800,
      invoiceNo: 'FP261113-0382',
      lines: [aLine()],
      ledger: [],
      shipments: [],
      holds: [],
      version: 1,
      ...order,
      payments,
      refunds,
      balance: { paid, refunded, held, refundable: paid - refunded - held },
    },
    creditNotes,
    stock: [],
    possibilities: [],
    customer: { orders12m: 1, spend12m: 59800, cases12m: 0, refunded12m: 0 },
  }
}

export const aLine = (change: Partial<OrderLine> = {}): OrderLine => ({
  id: 'L1',
  sku: 'PL-LTX-M',
  name: '云感乳胶枕',
  spec: '中枕',
  category: 'home',
  returnClass: 'standard',
  warehouse: 'WH1',
  unitPrice: 29900,
  discountShare: 0,
  taxShare: 0,
  paid: 59800,
  stage: 'allocated',
  ordered: 2,
  canceled: 0,
  reserved: 2,
  fulfilled: 0,
  shipped: 0,
  delivered: 0,
  refundedQuantity: 0,
  refundedAmount: 0,
  ...change,
})

export const aPayment = (change: Partial<Payment> = {}): Payment => ({
  id: 'P1',
  paymentNo: 'PAY261112-1183',
  method: 'wechat',
  state: 'captured',
  authorized: 59800,
  captured: 59800,
  providerRef: '4200002188202611',
  paidAt: '2026-11-12T12:16:00Z',
  ...change,
})

export const aRefund = (change: Partial<RefundOperation> = {}): RefundOperation => ({
  id: 'RF261119-0874/1',
  refundNo: 'RF261119-0874',
  paymentId: 'P1',
  amount: 29900,
  state: 'succeeded',
  idempotencyKey: 'k',
  caseNo: 'AS2611190001',
  reason: 'C31',
  lines: [{ orderLineId: 'L1', quantity: 1, amount: 29900 }],
  shipping: 0,
  requestedBy: 'customer',
  approvedBy: null,
  claimedAt: '2026-11-19T14:00:00Z',
  settledAt: '2026-11-19T14:00:05Z',
  providerRef: null,
  failure: null,
  ...change,
})

export const aShipment = (change: Partial<Shipment> = {}): Shipment => ({
  shipmentNo: 'OUT-26111307',
  carrier: '顺丰速运',
  trackingNo: 'SF144039267751',
  state: 'inTransit',
  lines: [{ orderLineId: 'L1', quantity: 2 }],
  handedAt: '2026-11-13T08:00:00Z',
  signedAt: null,
  ...change,
})

export const aCreditNote = (change: Partial<CreditNote> = {}): CreditNote => ({
  creditNoteNo: 'CR2026-000036',
  orderNo: 'SO261112-0427',
  refundNo: 'RF261119-0874',
  invoiceNo: 'FP261113-0382',
  lines: [],
  total: -29900,
  currency: 'CNY',
  issuedAt: '2026-11-19T14:00:06Z',
  ...change,
})

export const aCaseSummary = (change: Partial<CaseSummary> = {}): CaseSummary => ({
  caseNo: 'AS2611190001',
  kind: 'cancellation',
  title: '取消',
  state: 'open',
  orderNo: 'SO261112-0427',
  customerName: '郑书瑶',
  tier: 'silver',
  amount: 29900,
  currency: 'CNY',
  steps: [{ elementId: 'review', name: '客服审核', waitingFor: ['林知夏'], since: '2026-11-19T13:02:00Z' }],
  clockHolder: 'ours',
  openedAt: '2026-11-19T13:02:00Z',
  dueAt: null,
  closedAt: null,
  processInstanceId: 'AS2611190001',
  ...change,
})
