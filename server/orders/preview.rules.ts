import { allocate, inWords, percentOf } from '../billing/money.rules.ts'
import type { Sentence } from '../../workflows/model/problem.ts'
import type { OrderRecord, Quantity } from './order.rules.ts'
import { balanceOf, mergeByLine, openOf, paidShareOf, shippingRefundedOf, sum } from './order.rules.ts'

export interface RefundRequest {
  lines: readonly Quantity[]
  initiator: string
  /** Who the reason is laid to; counts when the decision says `byFault`. */
  fault?: string | null
  /** The cost that really arose, typed by the clerk; the decision's rate is the most that may be kept. */
  agreedFee?: number | null
}

/** What DT-01 said about a requested line. */
export interface LineDecision {
  orderLineId: string
  outcome?: string | null
  feeRate?: number | null
  feeBasis?: string | null
  freightRefund?: string | null
  actualCost?: number | null
}

export interface PreviewedLine {
  orderLineId: string
  name: string
  quantity: number
  /** What was paid for the quantity. */
  paidShare: number
  fee: number
  feeBasis: string | null
  /** paidShare - fee. */
  amount: number
}

export interface RefundPreview {
  orderNo: string
  currency: string
  amount: number
  goods: number
  fee: number
  shipping: number
  /** What the payments still hold, before this refund. */
  refundable: number
  /** Nothing of the order is left after this cancellation. */
  whole: boolean
  lines: PreviewedLine[]
  ways: { paymentId: string; method: string; amount: number }[]
  breakdown: { label: Sentence; amount: number; note: Sentence | null }[]
}

/** Outcomes of DT-01 with which a line is not canceled in this step. */
const notCanceled = ['refuse', 'toReturn', 'intercept']
export const isCanceledBy = (decision: { outcome?: string | null } | undefined): boolean =>
  !notCanceled.includes(decision?.outcome ?? '')

/**
 * Works out a refund from what was frozen at placement, before any quantity changes (order-domain invariant 7; lessons 10, 16, 17,
 * 18). Used by the job `refund.preview` and for what the customer sees before sending, so both always agree.
 */
export function previewRefund(
  order: OrderRecord,
  request: RefundRequest,
  decisions: readonly LineDecision[],
): RefundPreview {
  const decisionOf = (id: string) => decisions.find((decision) => decision.orderLineId === id)
  const wanted = mergeByLine(request.lines).flatMap(({ orderLineId, quantity }) => {
    const line = order.lines.find((candidate) => candidate.id === orderLineId)
    const units = line ? Math.min(quantity, openOf(line)) : 0
    return line && units > 0 && isCanceledBy(decisionOf(orderLineId)) ? [{ line, quantity: units }] : []
  })
  const balance = balanceOf(order)
  const shares = wanted.map(({ line, quantity }) => paidShareOf(line, quantity))
  const fees = feesOf(
    order,
    request,
    wanted.map(({ line }, index) => ({ paidShare: shares[index] ?? 0, decision: decisionOf(line.id) })),
  )
  const whole = order.lines.every(
    (line) => line.canceled + (wanted.find((want) => want.line.id === line.id)?.quantity ?? 0) === line.ordered,
  )
  const paid = balance.paid > 0
  const shipping =
    paid &&
    wanted.length > 0 &&
    shippingGoesBack(
      order,
      request,
      wanted.map(({ line }) => decisionOf(line.id)),
      whole,
    )
      ? order.shippingFee
      : 0
  const lines = wanted.map(({ line, quantity }, index): PreviewedLine => {
    const paidShare = paid ? (shares[index] ?? 0) : 0
    const fee = paid ? (fees[index] ?? 0) : 0
    return {
      orderLineId: line.id,
      name: line.name,
      quantity,
      paidShare,
      fee,
      feeBasis: fee > 0 ? (decisionOf(line.id)?.feeBasis ?? null) : null,
      amount: paidShare - fee,
    }
  })
  const goods = sum(lines, (line) => line.paidShare)
  const fee = sum(lines, (line) => line.fee)
  const asked = goods - fee + shipping
  // Only what was really received is paid back (lesson 20); the difference is shown, never clamped in silence (lesson 21).
  const amount = Math.max(0, Math.min(asked, balance.refundable))
  const breakdown = [
    ...lines.map((line) => ({ label: both(`${line.name} × ${line.quantity}`), amount: line.paidShare, note: null })),
    ...lines
      .filter((line) => line.fee > 0)
      .map((line) => ({
        label: { zh: `扣除费用：${line.name}`, en: `Fee kept: ${line.name}` },
        amount: -line.fee,
        note: line.feeBasis === null ? null : both(line.feeBasis),
      })),
    ...(shipping > 0 ? [{ label: { zh: '运费', en: 'Shipping' }, amount: shipping, note: null }] : []),
    ...(asked > amount
      ? [
          {
            label: { zh: '没有收到或已经退过的款', en: 'Not received, or refunded already' },
            amount: amount - asked,
            note: {
              zh: `现在最多可退 ${inWords(balance.refundable, order.currency)}`,
              en: `At most ${inWords(balance.refundable, order.currency)} can be refunded now`,
            },
          },
        ]
      : []),
  ]
  return {
    orderNo: order.orderNo,
    currency: order.currency,
    amount,
    goods,
    fee,
    shipping,
    refundable: balance.refundable,
    whole,
    lines,
    ways: waysOf(order, amount),
    breakdown,
  }
}

/** Fees are kept only when they were told at order time, at most the decision's rate, and no more than really arose. */
function feesOf(
  order: OrderRecord,
  request: RefundRequest,
  lines: readonly { paidShare: number; decision: LineDecision | undefined }[],
): number[] {
  if (order.policyAcceptedAt === null) return lines.map(() => 0)
  const most = lines.map(({ paidShare, decision }) => {
    const rate = Math.min(1, Math.max(0, decision?.feeRate ?? 0))
    const cost = decision?.actualCost
    return Math.min(percentOf(paidShare, rate), typeof cost === 'number' ? Math.max(0, cost) : paidShare)
  })
  const agreed = request.agreedFee
  if (typeof agreed !== 'number') return most
  return allocate(
    Math.min(
      Math.max(0, agreed),
      sum(most, (fee) => fee),
    ),
    most,
  )
}

/** DT-05 rule 1: the whole order canceled before hand-over, or the merchant cancels; at most once (invariant 8). */
function shippingGoesBack(
  order: OrderRecord,
  request: RefundRequest,
  decisions: readonly (LineDecision | undefined)[],
  whole: boolean,
): boolean {
  if (shippingRefundedOf(order) > 0) return false
  if (request.initiator !== 'customer') return true
  const mine = request.fault === undefined || request.fault === null || request.fault === 'customer'
  return (
    whole &&
    decisions.every(
      (decision) => decision?.freightRefund === 'full' || (decision?.freightRefund === 'byFault' && !mine),
    )
  )
}

/** The original ways, each by what it still holds of what was paid there. */
export function waysOf(order: OrderRecord, amount: number): RefundPreview['ways'] {
  const left = order.payments.map((payment) => balanceOf(order, payment.id).refundable)
  const parts = allocate(amount, left)
  return order.payments.flatMap((payment, index) => {
    const part = parts[index] ?? 0
    return part > 0 ? [{ paymentId: payment.id, method: payment.method, amount: part }] : []
  })
}

const both = (text: string): Sentence => ({ zh: text, en: text })
