import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/identity.ts'
import { CreditNote, RefundSummary } from '../contract/orders.ts'
import { Data, PageOf, PageQuery } from '../contract/shared.ts'
import type { Route } from '../http/route.ts'
import { defineRoute } from '../http/route.ts'
import type { Orders } from '../orders/orders.ts'
import type { CreditNotes } from './credit-notes.ts'
import type { PaymentEvents } from './payment-events.ts'

/** Who sees everybody's money (after-sales pack, roles). */
export const moneyReaders = ['cashier', 'finance', 'cs-lead', 'cs-head', OWNER_ROLE, ADMIN_ROLE]

export interface BillingRouteDependencies {
  orders: Orders
  creditNotes: CreditNotes
  events: PaymentEvents
  /** Names of the connected providers; each has a webhook of its own. */
  providers: readonly string[]
}

export function billingRoutes({ orders, creditNotes, events, providers }: BillingRouteDependencies): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/refunds',
      summary: 'Refund operations by state and order, newest first',
      tag: 'billing',
      authorize: { allow: 'roles', anyOf: moneyReaders },
      query: Type.Object({
        state: Type.Optional(Type.String({ maxLength: 20 })),
        orderNo: Type.Optional(Type.String({ maxLength: 40 })),
        ...PageQuery,
      }),
      response: PageOf(RefundSummary),
      async handle({ query: { limit = 50, ...rest } }) {
        const page = await orders.rows.refunds({ ...rest, limit })
        return ok({ items: page.items.map((item) => item.data), next: page.next })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/credit-notes',
      summary: 'Credit notes, newest first',
      tag: 'billing',
      authorize: { allow: 'roles', anyOf: moneyReaders },
      query: Type.Object(PageQuery),
      response: PageOf(CreditNote),
      async handle({ query: { limit = 50, ...rest } }) {
        const page = await creditNotes.list({ ...rest, limit })
        return ok({ items: page.items.map((item) => item.data), next: page.next })
      },
    }),
    ...providers.map((provider) =>
      defineRoute({
        method: 'POST',
        path: `/api/webhooks/payments/${provider}`,
        summary: `Messages of the payment provider ${provider}`,
        tag: 'billing',
        authorize: { allow: 'signature', provider },
        body: Data,
        response: Type.Object({ received: Type.Boolean() }),
        async handle({ body }) {
          const received = await events.receive(provider, body)
          return received.ok ? ok({ received: true }) : received
        },
      }),
    ),
  ]
}
