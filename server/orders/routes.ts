import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/identity.ts'
import { OrderPage, OrderSummary } from '../contract/orders.ts'
import { PageOf, PageQuery } from '../contract/shared.ts'
import type { CreditNotes } from '../billing/credit-notes.ts'
import type { Route } from '../http/route.ts'
import { defineRoute } from '../http/route.ts'
import type { Stock } from '../stock/stock.ts'
import { availableOf } from '../stock/stock.rules.ts'
import { orderNotFound } from './orders.ts'
import type { Orders } from './orders.ts'
import { possibilitiesOf } from './possibilities.rules.ts'
import { orderOnTheWire, summaryOnTheWire } from './wire.ts'
import { statisticsOf } from './desk.ts'

/** Who sees orders (after-sales pack, roles). A platform reviewer sees only orders that the platform reviews. */
export const orderReaders = [
  'cs-cancel',
  'cs-dispute',
  'cs-after',
  'cs-lead',
  'cs-head',
  'order-desk',
  'logistics',
  'cashier',
  'finance',
  'compliance',
  OWNER_ROLE,
  ADMIN_ROLE,
]

export interface OrderRouteDependencies {
  orders: Orders
  stock: Stock
  creditNotes: CreditNotes
  /** Open cases by order number; the case domain answers. */
  openCases: (orderNos: string[]) => Promise<ReadonlyMap<string, number>>
}

export function orderRoutes({ orders, stock, creditNotes, openCases }: OrderRouteDependencies): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/orders',
      summary: 'Orders by number, name, phone, state and stage, newest first',
      tag: 'orders',
      authorize: { allow: 'roles', anyOf: orderReaders },
      limit: 'search',
      query: Type.Object({
        q: Type.Optional(Type.String({ maxLength: 100 })),
        state: Type.Optional(Type.String({ maxLength: 40 })),
        stage: Type.Optional(Type.String({ maxLength: 40 })),
        customerId: Type.Optional(Type.String({ maxLength: 60 })),
        ...PageQuery,
      }),
      response: PageOf(OrderSummary),
      async handle({ query }) {
        const { q, limit = 50, ...rest } = query
        const text = q?.trim() ?? ''
        const page = await orders.rows.search({ ...rest, limit, ...(text === '' ? {} : { text }) })
        const cases = await openCases(page.items.map((item) => item.id))
        return ok({
          items: page.items.map((item) => summaryOnTheWire(item.data, cases.get(item.id) ?? 0)),
          next: page.next,
        })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/orders/:orderNo',
      summary: 'An order with its documents, stock and what may be done with it',
      tag: 'orders',
      authorize: { allow: 'roles', anyOf: [...orderReaders, 'platform'] },
      params: Type.Object({ orderNo: Type.String({ maxLength: 40 }) }),
      response: OrderPage,
      async handle({ params, actor, now }) {
        const found = await orders.load(params.orderNo)
        const readsAll = actor.kind === 'user' && actor.roles.some((role) => orderReaders.includes(role))
        if (!found || (!readsAll && found.order.channel.reviewer !== 'platform')) return orderNotFound(params.orderNo)
        const { order, version } = found
        const places = new Set(order.lines.map((line) => `${line.sku}@${line.warehouse}`))
        const [levels, notes, statistics] = await Promise.all([
          stock.rows.levelsOf([...new Set(order.lines.map((line) => line.sku))]),
          creditNotes.ofOrder(order.orderNo),
          statisticsOf(orders, order.customer.id, now),
        ])
        const { orders12m, spend12m, cases12m, refunded12m } = statistics
        return ok({
          order: orderOnTheWire(order, version),
          creditNotes: notes,
          stock: levels.items
            .filter((item) => places.has(item.id))
            .map(({ data }) => ({
              sku: data.sku,
              warehouse: data.warehouse,
              onHand: data.onHand,
              reserved: data.reserved,
              available: availableOf(data),
              incoming: data.incoming,
            })),
          possibilities: possibilitiesOf(order),
          customer: { orders12m, spend12m, cases12m, refunded12m },
        })
      },
    }),
  ]
}
