import type { CollectionSpec, Page, Store } from '../../workflows/runtime/ports.ts'
import type { LevelRecord, MovementRecord } from './stock.rules.ts'

export const stockCollections: CollectionSpec[] = [
  { name: 'stockLevels', indexes: [{ fields: ['sku'] }, { fields: ['warehouse', 'sku'] }] },
  {
    name: 'stockMovements',
    indexes: [{ fields: ['sku', 'warehouse', 'at'] }, { fields: ['document'] }, { fields: ['at'] }],
  },
]

type PageOptions = { limit: number; after?: string }

/** The collections of stock through the store port. */
export function createStockStore(store: Store) {
  return {
    async level(id: string): Promise<LevelRecord | null> {
      return (await store.load<LevelRecord>('stockLevels', id))?.data ?? null
    },
    async isMoved(movementId: string): Promise<boolean> {
      return (await store.load('stockMovements', movementId)) !== null
    },
    levelsOf(skus: string[]): Promise<Page<LevelRecord>> {
      return store.find<LevelRecord>('stockLevels', { filter: { sku: { $in: skus } }, limit: 1000 })
    },
    levels(query: { text?: string; warehouse?: string } & PageOptions): Promise<Page<LevelRecord>> {
      return store.find<LevelRecord>('stockLevels', {
        filter: {
          ...(query.warehouse === undefined ? {} : { warehouse: query.warehouse }),
          ...(query.text === undefined
            ? {}
            : { $or: [{ sku: { $contains: query.text } }, { name: { $contains: query.text } }] }),
        },
        sort: [['sku', 1]],
        limit: query.limit,
        ...(query.after === undefined ? {} : { after: query.after }),
      })
    },
    movements(
      query: { sku?: string; warehouse?: string; document?: string } & PageOptions,
    ): Promise<Page<MovementRecord>> {
      return store.find<MovementRecord>('stockMovements', {
        filter: {
          ...(query.sku === undefined ? {} : { sku: query.sku }),
          ...(query.warehouse === undefined ? {} : { warehouse: query.warehouse }),
          ...(query.document === undefined ? {} : { document: query.document }),
        },
        sort: [['at', -1]],
        limit: query.limit,
        ...(query.after === undefined ? {} : { after: query.after }),
      })
    },
  }
}
