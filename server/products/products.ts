import { ok } from '../../workflows/model/problem.ts'
import type { CollectionSpec, Page, Store } from '../../workflows/runtime/ports.ts'
import { changeAggregate } from '../change-aggregate.ts'

/** What is sold. Prices in minor units. Collection `products`, id = SKU. */
export interface ProductRecord {
  sku: string
  name: string
  spec: string
  category: string
  unit: string
  listPrice: number
  currency: string
  taxPercent: number
  returnClass: string
  substitutes: string[]
}

export const productCollections: CollectionSpec[] = [
  { name: 'products', indexes: [{ fields: ['sku'] }, { fields: ['category', 'sku'] }] },
]

export type Products = ReturnType<typeof createProducts>

export function createProducts({ store }: { store: Store }) {
  return {
    /** Adds a product or replaces what is known of it; orders keep what they froze. */
    save: (product: ProductRecord) =>
      changeAggregate<ProductRecord, null>(store, 'products', product.sku, () =>
        ok({ data: product, followUps: [], answer: null }),
      ),
    async load(sku: string): Promise<ProductRecord | null> {
      return (await store.load<ProductRecord>('products', sku))?.data ?? null
    },
    search(query: { text?: string; category?: string; limit: number; after?: string }): Promise<Page<ProductRecord>> {
      return store.find<ProductRecord>('products', {
        filter: {
          ...(query.category === undefined ? {} : { category: query.category }),
          ...(query.text === undefined
            ? {}
            : { $or: [{ sku: { $contains: query.text } }, { name: { $contains: query.text } }] }),
        },
        sort: [['sku', 1]],
        limit: query.limit,
        ...(query.after === undefined ? {} : { after: query.after }),
      })
    },
  }
}
