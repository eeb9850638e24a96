import Type from 'typebox'
import { ok } from '../../workflows/model/problem.ts'
import { Product } from '../contract/orders.ts'
import { PageOf, PageQuery } from '../contract/shared.ts'
import type { Route } from '../http/route.ts'
import { defineRoute } from '../http/route.ts'
import type { ProductRecord, Products } from './products.ts'

export function productRoutes({ products }: { products: Products }): Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/products',
      summary: 'Products by SKU, name and category',
      tag: 'products',
      authorize: { allow: 'signed-in' },
      limit: 'search',
      query: Type.Object({
        q: Type.Optional(Type.String({ maxLength: 100 })),
        category: Type.Optional(Type.String({ maxLength: 40 })),
        ...PageQuery,
      }),
      response: PageOf(Product),
      async handle({ query }) {
        const { q, limit = 50, ...rest } = query
        const text = q?.trim() ?? ''
        const page = await products.search({ ...rest, limit, ...(text === '' ? {} : { text }) })
        return ok({ items: page.items.map((item) => onTheWire(item.data)), next: page.next })
      },
    }),
  ]
}

function onTheWire(product: ProductRecord): Product {
  const { sku, name, spec, category, unit, listPrice, currency, returnClass, substitutes } = product
  return { sku, name, spec, category, unit, listPrice, currency, returnClass, substitutes }
}
