import type { JsonValue } from '../../workflows/model/json.ts'
import type { Refusal } from '../../workflows/model/problem.ts'
import type { Job, JobOutcome, Worker } from '../../workflows/runtime/face.ts'
import type { Clock } from '../../workflows/runtime/ports.ts'
import { lineDecisions, listIn, objectIn, refundRequest, requestedLines, textIn } from './ask.ts'
import type { Deed } from './cancel.rules.ts'
import type { OrderRecord } from './order.rules.ts'
import { openOf, orderStateOf, sum } from './order.rules.ts'
import type { OrderDesk } from './desk.ts'
import type { Orders } from './orders.ts'
import { isCanceledBy, previewRefund } from './preview.rules.ts'

export interface OrderWorkerDependencies {
  orders: Orders
  desk: OrderDesk
  clock: Clock
}

/** The jobs of a process that read and change an order. */
export function orderWorkers({ orders, desk, clock }: OrderWorkerDependencies): Record<string, Worker> {
  const orderNoOf = (job: Job) => textIn(objectIn(job.variables['order'])['orderNo']) ?? ''
  const caseOf = (job: Job) => objectIn(job.variables['case'])
  const deedOf = (job: Job): Deed => ({
    key: job.idempotencyKey,
    by: actorOf(job),
    now: clock.now(),
    caseNo: textIn(caseOf(job)['caseNo']) ?? job.businessKey,
  })

  /** The customer, or the colleague who opened the case. */
  const actorOf = (job: Job): string => {
    const initiator = textIn(job.variables['initiator'])
    return initiator === 'customer' ? initiator : (textIn(caseOf(job)['openedBy']) ?? initiator ?? 'process')
  }

  async function withOrder(job: Job, run: (order: OrderRecord) => Promise<JobOutcome>): Promise<JobOutcome> {
    const found = await orders.load(orderNoOf(job))
    return found ? run(found.order) : thrown({ code: 'order.not_found', message: noOrder(orderNoOf(job)) })
  }

  return {
    'order.read': (job) =>
      withOrder(job, async (order) => {
        const initiator = textIn(job.variables['initiator']) ?? 'customer'
        return {
          kind: 'complete',
          variables: await desk.snapshotOf(order, requestedLines(job.variables['req']), initiator),
        }
      }),

    'order.hold': async (job) => {
      const held = await orders.hold(orderNoOf(job), deedOf(job), '售后申请处理中')
      return held.ok ? { kind: 'complete' } : refused(held.refusal, ['order.not_found'])
    },

    'order.unhold': async (job) => {
      const released = await orders.unhold(orderNoOf(job), deedOf(job))
      // An order that does not exist is not on hold: an undo has nothing to report.
      return released.ok || released.refusal.code === 'order.not_found'
        ? { kind: 'complete' }
        : refused(released.refusal, [])
    },

    'order.cancel-lines': async (job) => {
      const decisions = lineDecisions(job.variables['lines'])
      const lines = (requestedLines(job.variables['req']) ?? []).filter((line) =>
        isCanceledBy(decisions.find((decision) => decision.orderLineId === line.orderLineId)),
      )
      const canceled = await orders.cancelLines(orderNoOf(job), lines, deedOf(job))
      if (!canceled.ok) return cannotCancel(canceled.refusal)
      const order = (await orders.load(orderNoOf(job)))?.order
      return {
        kind: 'complete',
        variables: {
          canceled: {
            lines: canceled.value.lines.map((line) => ({
              orderLineId: line.orderLineId,
              sku: order?.lines.find((candidate) => candidate.id === line.orderLineId)?.sku ?? '',
              quantity: line.quantity,
              released: line.released,
            })),
            quantity: sum(canceled.value.lines, (line) => line.quantity),
            whole: order !== undefined && orderStateOf(order) === 'canceled',
            canceledAt: canceled.value.at,
          },
        },
      }
    },

    'refund.preview': (job) =>
      withOrder(job, async (order) => {
        const lines =
          requestedLines(job.variables['req']) ??
          order.lines.map((line) => ({ orderLineId: line.id, quantity: openOf(line) }))
        const decisions = lineDecisions(job.variables['lines'])
        const preview = previewRefund(order, refundRequest(job.variables, lines), decisions)
        return {
          kind: 'complete',
          variables: {
            refund: {
              ...(JSON.parse(JSON.stringify(preview)) as Record<string, JsonValue>),
              state: 'previewed',
              refundNo: null,
              settledAt: null,
              requestedBy: textIn(caseOf(job)['openedBy']) ?? textIn(job.variables['initiator']) ?? 'customer',
              approvedBy: null,
            },
          },
        }
      }),

    'order.apply-allocation': async (job) => {
      const { orderNo, effect, lines } = job.variables
      const applied = await orders.applyAllocation(
        textIn(orderNo) ?? '',
        textIn(effect) ?? job.id,
        listIn(lines).map((line) => ({
          orderLineId: textIn(line['orderLineId']) ?? '',
          quantity: Number(line['quantity'] ?? 0),
        })),
      )
      return applied.ok ? { kind: 'complete' } : { kind: 'fail', message: applied.refusal.message }
    },
  }
}

const noOrder = (orderNo: string) => ({
  zh: `没有找到订单 ${orderNo}。`,
  en: `Expected an existing order, but there is no ${orderNo}.`,
})

/** A refusal that the diagram may catch, or one that only a person can clear. */
function refused(refusal: Refusal, catchable: string[]): JobOutcome {
  if (refusal.code === 'conflict') return { kind: 'fail', message: refusal.message }
  return catchable.includes(refusal.code) ? thrown(refusal) : { kind: 'fail', message: refusal.message, final: true }
}

const thrown = (refusal: Refusal): JobOutcome => ({
  kind: 'error',
  code: refusal.code,
  message: refusal.message.zh,
  variables: {},
})

/** Whatever stands in the way of a cancellation is one BPMN error; its variables say which lines. */
function cannotCancel(refusal: Refusal): JobOutcome {
  if (refusal.code === 'conflict' || refusal.code === 'order.not_found') return refused(refusal, [])
  return {
    kind: 'error',
    code: 'order.cannot_cancel',
    message: refusal.message.zh,
    variables: {
      canceled: {
        lines: [],
        quantity: 0,
        whole: false,
        canceledAt: null,
        blocked: (refusal.params?.['blocked'] ?? []) as JsonValue,
        why: { zh: refusal.message.zh, en: refusal.message.en },
      },
    },
  }
}
