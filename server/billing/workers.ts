import type { JsonObject, JsonValue } from '../../workflows/model/json.ts'
import type { Refusal } from '../../workflows/model/problem.ts'
import type { Job, JobOutcome, Worker } from '../../workflows/runtime/face.ts'
import { listIn, numberIn, objectIn, textIn } from '../orders/ask.ts'
import type { OperationRecord, RefundedLine } from '../orders/order.rules.ts'
import type { CreditNotes } from './credit-notes.ts'
import type { PaymentEvents } from './payment-events.ts'
import { refundStateOf } from './refund.rules.ts'
import type { Refunds, RefundWish } from './refunds.ts'
import { isSettled } from './refunds.ts'

export interface BillingWorkerDependencies {
  refunds: Refunds
  creditNotes: CreditNotes
  events: PaymentEvents
}

/** After so many questions without an answer a person is told (reliability R4). */
const mostQueries = 30

/** The jobs that move money and issue its documents. */
export function billingWorkers({ refunds, creditNotes, events }: BillingWorkerDependencies): Record<string, Worker> {
  async function advanceAll(orderNo: string, claimed: OperationRecord[]): Promise<OperationRecord[] | Refusal> {
    const operations: OperationRecord[] = []
    for (const { id } of claimed) {
      const advanced = await refunds.advance(orderNo, id)
      if (!advanced.ok) return advanced.refusal
      operations.push(advanced.value)
    }
    return operations
  }

  return {
    'refund.issue': async (job) => {
      const wish = wishOf(job)
      if (wish.amount === 0) return done(job, [], 'none')
      const claimed = await refunds.claim(wish)
      if (!claimed.ok) return notClaimed(claimed.refusal)
      if (claimed.value.length === 0) return done(job, [], 'succeeded')
      const operations = await advanceAll(wish.orderNo, claimed.value)
      if (!Array.isArray(operations)) return { kind: 'fail', message: operations.message }
      const state = refundStateOf(operations)
      if (!operations.every(isSettled)) return stillOpen(operations)
      if (state === 'succeeded') return done(job, operations, state)
      const failure = operations.find((operation) => operation.state === 'failed')?.failure ?? ''
      return { kind: 'error', code: 'refund.failed', message: `支付渠道没有退成：${failure}` }
    },

    'credit-note.issue': async (job) => {
      const refundNo = textIn(objectIn(job.variables['refund'])['refundNo'])
      if (refundNo === null) return { kind: 'complete', variables: { creditNote: null } }
      const issued = await creditNotes.issue(orderNoOf(job), refundNo)
      if (!issued.ok) return { kind: 'fail', message: issued.refusal.message }
      if (issued.value === null) return { kind: 'complete', variables: { creditNote: null } }
      const { creditNoteNo, invoiceNo, total, currency, issuedAt } = issued.value
      return {
        kind: 'complete',
        variables: { creditNote: { creditNoteNo, refundNo, invoiceNo, total, currency, issuedAt } },
      }
    },

    'payment.apply-event': async (job) => {
      const applied = await events.apply(textIn(job.variables['id']) ?? '')
      if (!applied.ok) return { kind: 'fail', message: applied.refusal.message }
      // What belongs to nothing yet may be early: it is kept, and matched when its order is there.
      return applied.value === 'unmatched' && job.attempt < 8
        ? { kind: 'fail', message: unmatched }
        : { kind: 'complete' }
    },

    'refund.reconcile': async (job) => {
      const { orderNo, operationId } = job.variables
      const advanced = await refunds.advance(textIn(orderNo) ?? '', textIn(operationId) ?? '')
      if (!advanced.ok) return { kind: 'fail', message: advanced.refusal.message }
      return isSettled(advanced.value) ? { kind: 'complete' } : stillOpen([advanced.value])
    },
  }
}

const orderNoOf = (job: Job): string => textIn(objectIn(job.variables['order'])['orderNo']) ?? ''

function wishOf(job: Job): RefundWish {
  const refund = objectIn(job.variables['refund'])
  const caseNo = textIn(objectIn(job.variables['case'])['caseNo']) ?? job.businessKey
  return {
    orderNo: orderNoOf(job),
    key: job.idempotencyKey,
    currency: textIn(refund['currency']) ?? '',
    amount: numberIn(refund['amount']) ?? Number.NaN,
    shipping: numberIn(refund['shipping']) ?? 0,
    lines: listIn(refund['lines']).map((line): RefundedLine => ({
      orderLineId: textIn(line['orderLineId']) ?? '',
      quantity: numberIn(line['quantity']) ?? 0,
      amount: numberIn(line['amount']) ?? 0,
      fee: numberIn(line['fee']) ?? 0,
    })),
    caseNo,
    reason: textIn(objectIn(job.variables['req'])['reason']) ?? 'cancellation',
    requestedBy: textIn(refund['requestedBy']) ?? 'customer',
    approvedBy: textIn(refund['approvedBy']),
  }
}

function done(job: Job, operations: OperationRecord[], state: string): JobOutcome {
  const settled = operations.map((operation) => operation.settledAt ?? '').sort()
  const refund: JsonObject = {
    ...objectIn(job.variables['refund']),
    state,
    ...(operations.length === 0
      ? {}
      : { refundNo: operations[0]?.refundNo ?? null, settledAt: settled.at(-1) ?? null }),
    operations: operations.map(({ id, paymentId, amount, state: of, providerRef }): JsonValue => ({
      id,
      paymentId,
      amount,
      state: of,
      providerRef,
    })),
  }
  return { kind: 'complete', variables: { refund } }
}

const unmatched = {
  zh: '支付渠道的这条消息对不上任何已知的付款或退款。',
  en: 'Expected a payment or refund that this message of the provider belongs to, but none is known yet.',
}
const notKnownYet = {
  zh: '退款结果还不知道，正在向支付渠道查询。',
  en: 'The outcome of the refund is not known yet; the provider is asked again.',
}

/** One attempt asks three times at most: seconds first, since most outages are short, then up to an hour. */
const pauses = ['PT2S', 'PT5S', 'PT15S', 'PT1M', 'PT5M', 'PT15M']

/** The provider has not said yet: ask again later, each time a little later, and at last call a person. */
function stillOpen(operations: OperationRecord[]): JobOutcome {
  const queries = Math.max(...operations.map((operation) => operation.queries))
  if (queries >= mostQueries) return { kind: 'fail', message: notKnownYet, final: true }
  return { kind: 'fail', message: notKnownYet, retryAfter: pauses[Math.floor(queries / 3)] ?? 'PT1H' }
}

const catchable = ['refund.exceeds']

function notClaimed(refusal: Refusal): JobOutcome {
  if (refusal.code === 'conflict' || refusal.code === 'order.not_found')
    return { kind: 'fail', message: refusal.message }
  return {
    kind: 'error',
    code: catchable.includes(refusal.code) ? refusal.code : 'refund.failed',
    message: refusal.message.zh,
    ...(refusal.params?.['left'] === undefined
      ? {}
      : { variables: { refundLeft: refusal.params['left'] as JsonValue } }),
  }
}
