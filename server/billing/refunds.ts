import { createHash } from 'node:crypto'
import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { Clock, Store } from '../../workflows/runtime/ports.ts'
import { domainJob } from '../domain-job.ts'
import { takeDayNumber } from '../numbers.ts'
import type { OperationRecord, OrderRecord, RefundedLine } from '../orders/order.rules.ts'
import type { Orders } from '../orders/orders.ts'
import { waysOf } from '../orders/preview.rules.ts'
import { checkMoney } from './money.rules.ts'
import type { PaymentProvider, QueryAnswer } from './provider.ts'
import type { OperationNews } from './refund.rules.ts'
import { claimRefund, restOfRefund } from './refund.rules.ts'

/** A refund as previewed and approved. */
export interface RefundWish {
  orderNo: string
  /** Same key, same refund, for ever. */
  key: string
  currency: string
  amount: number
  shipping: number
  lines: RefundedLine[]
  caseNo: string | null
  reason: string
  requestedBy: string
  approvedBy: string | null
}

/** After this long a provider may have forgotten a key: from then on it is only asked (reliability R4). */
const resendFor = 23 * 3_600_000
/** How long an operation may be under way before somebody looks after it who is not the process. */
const reconcileAfter = 10 * 60_000

export interface RefundDependencies {
  store: Store
  orders: Orders
  /** By name, as payments have it. */
  providers: Readonly<Record<string, PaymentProvider>>
  clock: Clock
  /** Waits before asking again within one attempt; given by the server, at once in tests. */
  pause: (milliseconds: number) => Promise<void>
}

export type Refunds = ReturnType<typeof createRefunds>

/**
 * Claim, submit, record: the operation stands on the order before anything leaves the house, its key never changes, and an answer
 * that is not known is asked for, not guessed (order-domain invariant 9, lessons 1 and 3, reliability R3, R4).
 */
export function createRefunds({ store, orders, providers, clock, pause }: RefundDependencies) {
  /** The operations of a wish, claimed now or before. Empty when nothing is left to pay. */
  async function claim(wish: RefundWish): Promise<Result<OperationRecord[]>> {
    const money = checkMoney(wish.amount, wish.currency)
    if (!money.ok) return money
    const found = await orders.load(wish.orderNo)
    const before = found?.order.refunds.filter((operation) => operation.effectKey === wish.key) ?? []
    if (before.length > 0) return ok(before)
    const refundNo = await takeDayNumber(store, 'RF', clock.now(), wish.key)
    return orders.change<OperationRecord[]>(wish.orderNo, (order) => {
      const rest = restOfRefund(order, wish.caseNo, wish.key, wish)
      if (rest.amount === 0) return ok({ order, answer: [] })
      const now = clock.now()
      const claimed = claimRefund(order, {
        effectKey: wish.key,
        refundNo,
        currency: rest.currency,
        amount: rest.amount,
        shipping: rest.shipping,
        lines: rest.lines,
        ways: waysOf(order, Math.min(rest.amount, sumOfPayments(order))).map((way) => ({
          paymentId: way.paymentId,
          amount: way.amount,
          idempotencyKey: keyOf(wish.key, way.paymentId),
        })),
        caseNo: rest.caseNo,
        reason: rest.reason,
        requestedBy: rest.requestedBy,
        approvedBy: rest.approvedBy,
        now,
      })
      if (!claimed.ok) return claimed
      const operations = claimed.value.refunds.filter((operation) => operation.effectKey === wish.key)
      return ok({
        order: claimed.value,
        followUps: operations.map((operation) =>
          domainJob(
            `reconcile:${operation.id}`,
            'refund.reconcile',
            { orderNo: wish.orderNo, operationId: operation.id },
            later(now, reconcileAfter),
          ),
        ),
        answer: operations,
      })
    })
  }

  async function operationOf(orderNo: string, operationId: string) {
    const order = (await orders.load(orderNo))?.order
    const operation = order?.refunds.find((candidate) => candidate.id === operationId)
    return order && operation ? { order, operation } : null
  }

  /** Records what is known now. A message that came first may have settled the operation: then that holds. */
  async function record(orderNo: string, operationId: string, news: OperationNews): Promise<OperationRecord> {
    const recorded = await orders.recordRefund(orderNo, operationId, news)
    if (!recorded.ok && recorded.refusal.code !== 'refund.stale') throw new Error(recorded.refusal.message.en)
    const now = await operationOf(orderNo, operationId)
    if (!now) throw new Error(`refund operation ${operationId} is gone`)
    return now.operation
  }

  async function send(order: OrderRecord, operation: OperationRecord, provider: PaymentProvider) {
    const payment = order.payments.find((candidate) => candidate.id === operation.paymentId)
    return provider.refund({
      key: operation.idempotencyKey,
      paymentRef: payment?.providerRef ?? '',
      paymentAmount: payment?.captured ?? 0,
      amount: operation.amount,
      currency: operation.currency,
      orderNo: order.orderNo,
    })
  }

  const recordAnswer = (orderNo: string, operation: OperationRecord, answer: QueryAnswer, asked: boolean) =>
    record(orderNo, operation.id, newsOf(answer, operation, clock.now(), asked))

  /** Brings one operation as far as the provider's word goes; may be called at any time and any number of times. */
  async function advance(orderNo: string, operationId: string): Promise<Result<OperationRecord>> {
    const found = await operationOf(orderNo, operationId)
    if (!found) return refuse('refund.not_found', { zh: '没有这笔退款。', en: 'Expected an existing refund.' })
    const { order } = found
    let { operation } = found
    const payment = order.payments.find((candidate) => candidate.id === operation.paymentId)
    const provider = providers[payment?.provider ?? '']
    if (!provider)
      return refuse('provider.unknown', {
        zh: `没有接入支付渠道「${payment?.provider ?? ''}」。`,
        en: `Expected the payment provider ${payment?.provider ?? ''} to be connected, but it is not.`,
      })
    if (isSettled(operation)) return ok(operation)
    if (operation.state === 'claimed') {
      operation = await record(orderNo, operationId, { to: 'submitted', now: clock.now() })
      operation = await recordAnswer(orderNo, operation, await send(order, operation, provider), false)
    }
    for (const wait of [0, 200, 1000]) {
      if (isSettled(operation)) break
      await pause(wait)
      const answer = await provider.query(operation.idempotencyKey)
      const mayResend = Date.parse(clock.now()) - Date.parse(operation.submittedAt ?? clock.now()) < resendFor
      operation =
        answer.kind === 'absent' && mayResend
          ? await recordAnswer(orderNo, operation, await send(order, operation, provider), true)
          : await recordAnswer(orderNo, operation, answer, true)
      if (answer.kind === 'accepted') break
    }
    return ok(operation)
  }

  return { claim, advance }
}

export const isSettled = (operation: OperationRecord): boolean =>
  operation.state === 'succeeded' || operation.state === 'failed'

function newsOf(answer: QueryAnswer, operation: OperationRecord, now: string, asked: boolean): OperationNews {
  const stays = { to: operation.state, now, asked }
  switch (answer.kind) {
    case 'succeeded':
      return { to: 'succeeded', now, asked, providerRef: answer.providerRef }
    case 'declined':
      return { to: 'failed', now, asked, providerRef: answer.providerRef, failure: answer.reason }
    case 'unknown':
      return { to: 'unknown', now, asked, failure: answer.reason }
    case 'accepted':
    case 'absent':
      return stays
  }
}

/** sha256 of what makes the operation this one; the same at every attempt, for ever (reliability R3). */
const keyOf = (effectKey: string, paymentId: string): string =>
  createHash('sha256').update(`refund|${effectKey}|${paymentId}`).digest('hex')

const later = (instant: string, milliseconds: number) => new Date(Date.parse(instant) + milliseconds).toISOString()

const sumOfPayments = (order: OrderRecord): number =>
  order.payments.reduce((total, payment) => total + payment.captured, 0)
