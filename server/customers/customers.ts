import { ok } from '../../workflows/model/problem.ts'
import type { CollectionSpec, Page, Store } from '../../workflows/runtime/ports.ts'
import { changeAggregate } from '../change-aggregate.ts'

/** Who buys. Statistics are computed from orders, never stored here. Collection `customers`. */
export interface CustomerRecord {
  id: string
  name: string
  phone: string
  phoneSuffix: string
  mail: string | null
  type: string
  tier: string
  flag: string
  address: string
}

export const customerCollections: CollectionSpec[] = [
  { name: 'customers', indexes: [{ fields: ['name'] }, { fields: ['phone'] }, { fields: ['tier'] }] },
]

export type Customers = ReturnType<typeof createCustomers>

export function createCustomers({ store }: { store: Store }) {
  return {
    /** Adds a customer or replaces what is known of one. */
    save: (customer: Omit<CustomerRecord, 'phoneSuffix'>) =>
      changeAggregate<CustomerRecord, null>(store, 'customers', customer.id, () =>
        ok({
          data: { ...customer, phoneSuffix: customer.phone.replaceAll(/\D/g, '').slice(-4) },
          followUps: [],
          answer: null,
        }),
      ),
    async load(id: string): Promise<CustomerRecord | null> {
      return (await store.load<CustomerRecord>('customers', id))?.data ?? null
    },
    search(query: { text?: string; limit: number; after?: string }): Promise<Page<CustomerRecord>> {
      return store.find<CustomerRecord>('customers', {
        filter:
          query.text === undefined
            ? {}
            : { $or: [{ name: { $contains: query.text } }, { phone: { $contains: query.text } }, { id: query.text }] },
        sort: [['name', 1]],
        limit: query.limit,
        ...(query.after === undefined ? {} : { after: query.after }),
      })
    },
  }
}
