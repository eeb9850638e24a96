import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import { CustomerSummary } from '../contract/orders.ts'
import { PageOf, PageQuery } from '../contract/shared.ts'
import type { Route } from '../http/route.ts'
import { defineRoute } from '../http/route.ts'
import { orderReaders } from '../orders/routes.ts'
import { maskPhone } from '../orders/projection.ts'
import type { Customers } from './customers.ts'

export function customerRoutes({ customers }: { customers: Customers }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/customers',
      summary: 'Customers by name, number and phone; the phone is masked',
      tag: 'customers',
      authorize: { allow: 'roles', anyOf: orderReaders },
      limit: 'search',
      query: Type.Object({ q: Type.Optional(Type.String({ maxLength: 100 })), ...PageQuery }),
      response: PageOf(CustomerSummary),
      async handle({ query: { q, limit = 50, ...rest } }) {
        const text = q?.trim() ?? ''
        const page = await customers.search({ ...rest, limit, ...(text === '' ? {} : { text }) })
        return ok({
          items: page.items.map(({ data: { id, name, phone, type, tier, flag } }) => ({
            id,
            name,
            phoneMasked: maskPhone(phone),
            type,
            tier,
            flag,
          })),
          next: page.next,
        })
      },
    }),
  ]
}
