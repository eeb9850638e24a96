import { createHash } from 'node:crypto'
import type { Result } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'
import type { Clock, CollectionSpec, Store } from '../../workflows/runtime/ports.ts'
import { changeAggregate } from '../change-aggregate.ts'
import { domainJob } from '../domain-job.ts'
import type { Orders } from '../orders/orders.ts'
import type { PaymentProvider, ProviderEvent } from './provider.ts'

export type EventState = 'received' | 'applied' | 'ignored' | 'unmatched' | 'unreadable'

/** A provider's message, kept as it came, and what became of it. Collection `paymentEvents`, id = provider:event id. */
export interface EventRecord {
  provider: string
  raw: string
  event: ProviderEvent | null
  receivedAt: string
  state: EventState
  /** Why it changed nothing. */
  why: string | null
  handledAt: string | null
}

export const paymentEventCollections: CollectionSpec[] = [
  { name: 'paymentEvents', indexes: [{ fields: ['receivedAt'] }, { fields: ['state', 'receivedAt'] }] },
]

export interface PaymentEventDependencies {
  store: Store
  orders: Orders
  providers: Readonly<Record<string, PaymentProvider>>
  clock: Clock
}

export type PaymentEvents = ReturnType<typeof createPaymentEvents>

/** The inbox of providers' messages: stored raw first, answered, processed by a job (reliability R10). */
export function createPaymentEvents({ store, orders, providers, clock }: PaymentEventDependencies) {
  return {
    /** Takes a message in. The same event id again is the same message, and is answered alike. */
    async receive(provider: string, body: unknown): Promise<Result<null>> {
      const raw = JSON.stringify(body)
      const event = providers[provider]?.readEvent(body) ?? null
      const id = `${provider}:${event?.eventId ?? createHash('sha256').update(raw).digest('hex')}`
      const now = clock.now()
      return changeAggregate<EventRecord, null>(store, 'paymentEvents', id, (current) => {
        if (current) return ok({ unchanged: true, answer: null })
        const record: EventRecord = {
          provider,
          raw,
          event,
          receivedAt: now,
          state: event ? 'received' : 'unreadable',
          why: event ? null : 'not a message that is known',
          handledAt: null,
        }
        return ok({
          data: record,
          followUps: event ? [domainJob(`event:${id}`, 'payment.apply-event', { id }, now)] : [],
          answer: null,
        })
      })
    },

    /**
     * Applies a stored message: by our own state machine, not in the order of arrival. Stale and contradicting ones are recorded
     * and change nothing. `unmatched` may be tried again later.
     */
    async apply(id: string): Promise<Result<EventState>> {
      const stored = await store.load<EventRecord>('paymentEvents', id)
      if (!stored) return refuse('event.not_found', { zh: '没有这条消息。', en: 'Expected a stored message.' })
      const { event, state } = stored.data
      if (!event || state === 'applied' || state === 'ignored') return ok(state)
      const applied = await applyToOrder(event)
      const [next, why]: [EventState, string | null] = applied.ok
        ? ['applied', null]
        : applied.refusal.code === 'order.not_found' || applied.refusal.code.endsWith('.not_found')
          ? ['unmatched', applied.refusal.message.en]
          : ['ignored', `${applied.refusal.code}: ${applied.refusal.message.en}`]
      if (!applied.ok && applied.refusal.code === 'conflict') return applied
      return changeAggregate<EventRecord, EventState>(store, 'paymentEvents', id, (current) =>
        current
          ? ok({
              data: { ...current.data, state: next, why, handledAt: clock.now() },
              followUps: [],
              answer: next,
            })
          : refuse('event.not_found', { zh: '没有这条消息。', en: 'Expected a stored message.' }),
      )
    },
  }

  async function applyToOrder(event: ProviderEvent): Promise<Result<unknown>> {
    const order = (await orders.load(event.orderNo))?.order
    if (!order) return refuse('order.not_found', { zh: '没有这个订单。', en: 'Expected an existing order.' })
    if (event.currency !== order.currency)
      return refuse('money.currency', { zh: '币种不对。', en: `Expected ${order.currency}.` })
    if (event.kind === 'payment.captured') {
      const payment = order.payments.find((candidate) => candidate.providerRef === event.subject)
      return orders.recordCapture(event.orderNo, payment?.id ?? '', {
        eventKey: event.eventId,
        amount: event.amount,
        now: clock.now(),
      })
    }
    const operation = order.refunds.find((candidate) => candidate.idempotencyKey === event.subject)
    if (!operation) return refuse('refund.not_found', { zh: '没有这笔退款。', en: 'Expected an existing refund.' })
    if (operation.amount !== event.amount)
      return refuse('money.amount', { zh: '金额不对。', en: `Expected the amount ${operation.amount}.` })
    return orders.recordRefund(event.orderNo, operation.id, {
      to: event.kind === 'refund.succeeded' ? 'succeeded' : 'failed',
      now: clock.now(),
      providerRef: event.providerRef,
      failure: event.reason,
    })
  }
}
