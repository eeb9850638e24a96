import type { OperationRecord, OperationState, OrderRecord, PaymentState, RefundedLine } from '../orders/order.rules.ts'
import {
  balanceOf,
  lifecycles,
  mayMove,
  paidShareOf,
  refundedOfLine,
  shippingRefundedOf,
  sum,
} from '../orders/order.rules.ts'
import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import { postCaptured, postRefunded } from './ledger.rules.ts'
import { checkMoney, inWords } from './money.rules.ts'

/** A refund to claim: amounts as previewed and approved, and the number it carries. */
export interface RefundClaim {
  /** Same key, claimed once. */
  effectKey: string
  refundNo: string
  currency: string
  amount: number
  shipping: number
  lines: RefundedLine[]
  ways: { paymentId: string; amount: number; idempotencyKey: string }[]
  caseNo: string | null
  reason: string
  requestedBy: string
  approvedBy: string | null
  now: string
}

/**
 * Claims a refund on the order before anything leaves the house: from here on its amount counts against every cap (lessons 2,
 * 3; reliability R7). One operation per payment, each with its own key for life. All or nothing.
 */
export function claimRefund(order: OrderRecord, claim: RefundClaim): Result<OrderRecord> {
  if (order.refunds.some((operation) => operation.effectKey === claim.effectKey)) return ok(order)
  for (const check of [checkAmounts, checkFourEyes, checkPayments, checkLines]) {
    const refusal = check(order, claim)
    if (refusal) return refusal
  }
  return ok({ ...order, refunds: [...order.refunds, ...operationsOf(claim)] })
}

type Check = (order: OrderRecord, claim: RefundClaim) => Result<never> | null

const checkAmounts: Check = (order, claim) => {
  const money = checkMoney(claim.amount, claim.currency)
  if (!money.ok) return money
  if (claim.currency !== order.currency)
    return refuse('money.currency', {
      zh: `币种不对：订单是 ${order.currency}。`,
      en: `Expected a refund in ${order.currency}, as it was paid.`,
    })
  const parts = [...claim.lines.map((line) => line.amount), ...claim.lines.map((line) => line.fee), claim.shipping]
  const whole = parts.every((part) => Number.isSafeInteger(part) && part >= 0)
  if (!whole || sum(claim.lines, (line) => line.amount) + claim.shipping < claim.amount)
    return refuse('refund.amounts', {
      zh: '退款明细与退款金额对不上。',
      en: 'Expected lines and shipping that make up the amount.',
    })
  return null
}

const checkFourEyes: Check = (_order, claim) =>
  claim.approvedBy !== null && claim.approvedBy === claim.requestedBy
    ? refuse('refund.four_eyes', {
        zh: '不能批准自己提出的退款。',
        en: 'Expected another person to approve than the one who asked.',
      })
    : null

const checkPayments: Check = (order, claim) => {
  const left = balanceOf(order).refundable
  const perWay = claim.ways.every((way) => way.amount > 0 && way.amount <= balanceOf(order, way.paymentId).refundable)
  if (claim.amount > left || !perWay || sum(claim.ways, (way) => way.amount) !== claim.amount)
    return exceeds(order, claim.amount, left)
  return null
}

const checkLines: Check = (order, claim) => {
  for (const part of claim.lines) {
    const line = order.lines.find((candidate) => candidate.id === part.orderLineId)
    const before = refundedOfLine(order, part.orderLineId)
    const quantity = before.quantity + part.quantity
    const left = line ? paidShareOf(line, line.canceled, 0) - before.amount - before.fee : 0
    if (!line || quantity > line.canceled || part.amount + part.fee > left)
      return refuse(
        'refund.exceeds',
        {
          zh: `「${line?.name ?? part.orderLineId}」已取消的部分最多还能退 ${inWords(Math.max(0, left), order.currency)}。`,
          en: `Expected to refund at most ${inWords(Math.max(0, left), order.currency)} for what is canceled of “${line?.name ?? part.orderLineId}”.`,
        },
        { params: { left: Math.max(0, left) }, where: part.orderLineId },
      )
  }
  if (claim.shipping > 0 && claim.shipping + shippingRefundedOf(order) > order.shippingFee)
    return refuse('refund.exceeds', {
      zh: '运费已经退过了。',
      en: 'Expected to refund the shipping fee once, but it is refunded already.',
    })
  return null
}

const exceeds = (order: OrderRecord, asked: number, left: number) =>
  refuse(
    'refund.exceeds',
    {
      zh: `最多可退 ${inWords(left, order.currency)}，这次要退 ${inWords(asked, order.currency)}。`,
      en: `Expected to refund at most ${inWords(left, order.currency)}, but ${inWords(asked, order.currency)} was asked.`,
    },
    { params: { left, asked } },
  )

/** Lays lines and shipping into the payments' shares, in order; each operation's parts sum to its amount. */
function operationsOf(claim: RefundClaim): OperationRecord[] {
  const lines = claim.lines.map((line) => ({ ...line }))
  let shipping = claim.shipping
  return claim.ways.map((way, index) => {
    let room = way.amount
    const mine: RefundedLine[] = []
    for (const line of lines) {
      const amount = Math.min(room, line.amount)
      if (amount === 0 && line.quantity === 0 && line.fee === 0) continue
      if (room === 0 && line.amount > 0) break
      mine.push({ orderLineId: line.orderLineId, quantity: line.quantity, amount, fee: line.fee })
      room -= amount
      Object.assign(line, { quantity: 0, fee: 0, amount: line.amount - amount })
    }
    const ship = Math.min(room, shipping)
    shipping -= ship
    return {
      id: `${claim.refundNo}/${index + 1}`,
      refundNo: claim.refundNo,
      paymentId: way.paymentId,
      amount: way.amount,
      currency: claim.currency,
      state: 'claimed',
      idempotencyKey: way.idempotencyKey,
      effectKey: claim.effectKey,
      caseNo: claim.caseNo,
      reason: claim.reason,
      lines: mine,
      shipping: ship,
      requestedBy: claim.requestedBy,
      approvedBy: claim.approvedBy,
      claimedAt: claim.now,
      submittedAt: null,
      settledAt: null,
      reconciledAt: null,
      queries: 0,
      providerRef: null,
      failure: null,
    }
  })
}

export interface OperationNews {
  to: OperationState
  now: string
  providerRef?: string | null
  failure?: string | null
  /** The provider was asked by key; counts, and clears an unknown outcome. */
  asked?: boolean
}

/**
 * Moves an operation along its lifecycle. Repeating the state it has is fine; a move that the table does not know (a late or
 * contradicting message) is refused with `refund.stale` and changes nothing. Success is booked in the same step.
 */
export function recordOperation(order: OrderRecord, operationId: string, news: OperationNews): Result<OrderRecord> {
  const operation = order.refunds.find((candidate) => candidate.id === operationId)
  if (!operation)
    return refuse('refund.not_found', { zh: '没有这笔退款。', en: 'Expected an existing refund, but there is none.' })
  const queries = operation.queries + (news.asked ? 1 : 0)
  if (operation.state === news.to)
    return ok(queries === operation.queries ? order : replace(order, { ...operation, queries }))
  if (!mayMove(lifecycles.operation, operation.state, news.to))
    return refuse(
      'refund.stale',
      {
        zh: `退款已经是「${operation.state}」，迟到的消息不再改变它。`,
        en: `The refund is ${operation.state}; a late message does not change it to ${news.to}.`,
      },
      { params: { state: operation.state, to: news.to } },
    )
  const settled = news.to === 'succeeded' || news.to === 'failed'
  const next: OperationRecord = {
    ...operation,
    state: news.to,
    queries,
    submittedAt: news.to === 'submitted' ? news.now : operation.submittedAt,
    settledAt: settled ? news.now : null,
    reconciledAt: settled && operation.state === 'unknown' ? news.now : operation.reconciledAt,
    providerRef: news.providerRef ?? operation.providerRef,
    failure: news.failure ?? (news.to === 'succeeded' ? null : operation.failure),
  }
  const moved = replace(order, next)
  const method = order.payments.find((payment) => payment.id === next.paymentId)?.method ?? next.paymentId
  return ok(news.to === 'succeeded' ? postRefunded(moved, next, method, news.now) : moved)
}

const replace = (order: OrderRecord, operation: OperationRecord): OrderRecord => ({
  ...order,
  refunds: order.refunds.map((other) => (other.id === operation.id ? operation : other)),
})

export interface CaptureNews {
  /** The provider's event or our own command; the same is booked once. */
  eventKey: string
  amount: number
  now: string
}

/** Books money that the provider took: never more than was authorized, never the same event twice. */
export function recordCapture(order: OrderRecord, paymentId: string, news: CaptureNews): Result<OrderRecord> {
  const document = `${paymentId}:${news.eventKey}`
  if (order.ledger.some((record) => record.id === `captured:${document}`)) return ok(order)
  const payment = order.payments.find((candidate) => candidate.id === paymentId)
  if (!payment) return refuse('payment.not_found', { zh: '没有这笔收款。', en: 'Expected an existing payment.' })
  const money = checkMoney(news.amount, order.currency)
  if (!money.ok) return money
  const captured = payment.captured + news.amount
  const to: PaymentState = captured === payment.authorized ? 'captured' : 'partiallyCaptured'
  if (captured > payment.authorized || (payment.state !== to && !mayMove(lifecycles.payment, payment.state, to)))
    return refuse('payment.stale', {
      zh: '这笔收款现在不能再入账。',
      en: `Expected a payment that can still be captured, but it is ${payment.state} with ${inWords(payment.authorized - payment.captured, order.currency)} left.`,
    })
  const moved: OrderRecord = {
    ...order,
    payments: order.payments.map((other) =>
      other.id === paymentId ? { ...other, captured, state: to, paidAt: other.paidAt ?? news.now } : other,
    ),
  }
  return ok(postCaptured(moved, document, payment.method, news.amount, news.now))
}

/**
 * What is left to pay of a case's refund, when an earlier attempt paid a part of it and the rest was declined. So a second attempt
 * never pays more than what was previewed and approved once.
 */
export function restOfRefund<Wanted extends { amount: number; shipping: number; lines: RefundedLine[] }>(
  order: OrderRecord,
  caseNo: string | null,
  effectKey: string,
  wanted: Wanted,
): Wanted {
  if (caseNo === null) return wanted
  const paid = order.refunds.filter(
    (operation) => operation.caseNo === caseNo && operation.effectKey !== effectKey && operation.state === 'succeeded',
  )
  if (paid.length === 0) return wanted
  const parts = paid.flatMap((operation) => operation.lines)
  const paidOf = (orderLineId: string, of: (line: RefundedLine) => number) =>
    sum(parts, (part) => (part.orderLineId === orderLineId ? of(part) : 0))
  return {
    ...wanted,
    amount: Math.max(0, wanted.amount - sum(paid, (operation) => operation.amount)),
    shipping: Math.max(0, wanted.shipping - sum(paid, (operation) => operation.shipping)),
    lines: wanted.lines
      .map((line) => ({
        orderLineId: line.orderLineId,
        quantity: Math.max(0, line.quantity - paidOf(line.orderLineId, (part) => part.quantity)),
        amount: Math.max(0, line.amount - paidOf(line.orderLineId, (part) => part.amount)),
        fee: Math.max(0, line.fee - paidOf(line.orderLineId, (part) => part.fee)),
      }))
      .filter((line) => line.quantity > 0 || line.amount > 0 || line.fee > 0),
  }
}

/** What a refund as a whole has come to: its operations in one word. */
export function refundStateOf(operations: readonly OperationRecord[]): OperationState {
  const found = new Set(operations.map((operation) => operation.state))
  for (const state of ['unknown', 'submitted', 'claimed', 'failed'] as const) if (found.has(state)) return state
  return 'succeeded'
}
