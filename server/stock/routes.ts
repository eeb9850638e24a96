import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/identity.ts'
import { StockLevel, StockMovement } from '../contract/orders.ts'
import { PageOf, PageQuery } from '../contract/shared.ts'
import type { Route } from '../http/route.ts'
import { defineRoute } from '../http/route.ts'
import type { Stock } from './stock.ts'
import type { MovementRecord } from './stock.rules.ts'
import { availableOf } from './stock.rules.ts'

/** Who sees stock (after-sales pack, roles). */
export const stockReaders = [
  'warehouse',
  'inspector',
  'buyer',
  'merchandiser',
  'order-desk',
  'logistics',
  'cs-cancel',
  'cs-dispute',
  'cs-after',
  'cs-lead',
  'cs-head',
  OWNER_ROLE,
  ADMIN_ROLE,
]

export function stockRoutes({ stock }: { stock: Stock }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/stock-levels',
      summary: 'What lies where, how much of it is reserved, and what is available',
      tag: 'stock',
      authorize: { allow: 'roles', anyOf: stockReaders },
      limit: 'search',
      query: Type.Object({
        q: Type.Optional(Type.String({ maxLength: 100 })),
        warehouse: Type.Optional(Type.String({ maxLength: 40 })),
        ...PageQuery,
      }),
      response: PageOf(StockLevel),
      async handle({ query }) {
        const { q, limit = 50, ...rest } = query
        const text = q?.trim() ?? ''
        const page = await stock.rows.levels({ ...rest, limit, ...(text === '' ? {} : { text }) })
        return ok({
          items: page.items.map(({ data }) => ({ ...data, available: availableOf(data) })),
          next: page.next,
        })
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/stock-movements',
      summary: 'The movements that make up the stock levels, newest first',
      tag: 'stock',
      authorize: { allow: 'roles', anyOf: stockReaders },
      query: Type.Object({
        sku: Type.Optional(Type.String({ maxLength: 60 })),
        warehouse: Type.Optional(Type.String({ maxLength: 40 })),
        document: Type.Optional(Type.String({ maxLength: 60 })),
        ...PageQuery,
      }),
      response: PageOf(StockMovement),
      async handle({ query }) {
        const { limit = 50, ...rest } = query
        const page = await stock.rows.movements({ ...rest, limit })
        return ok({
          items: page.items.map((item) => movementOnTheWire(item.data)),
          next: page.next,
        })
      },
    }),
  ]
}

function movementOnTheWire({ id, sku, warehouse, kind, quantity, document, at }: MovementRecord): StockMovement {
  return { id, sku, warehouse, kind, quantity, document, at }
}
