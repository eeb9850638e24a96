import { compareOrder, cursorAfter, passes, readCollections, readCursor, readFilter, readOrder } from './ports.ts'
import { sortValues, valueAt } from './ports.ts'
import type { CollectionSpec, FollowUp, Scalar, Store } from './ports.ts'

/** A document, or what is left of a removed one (then without data). */
interface Row {
  version: number
  revision: number
  data: unknown
  removed: boolean
}

type Rows = Map<string, Row>

const copy = <T>(data: unknown): T => JSON.parse(JSON.stringify(data)) as T

const followUpWriters: { [K in FollowUp['kind']]: (rows: Rows, followUp: Extract<FollowUp, { kind: K }>) => void } = {
  insert(rows, { id, data }) {
    if (!rows.has(id)) rows.set(id, { version: 1, revision: 0, data, removed: false })
  },
  put(rows, { id, data, revision }) {
    const row = rows.get(id)
    if (row && (row.removed || row.revision >= revision)) return
    rows.set(id, { version: (row?.version ?? 0) + 1, revision, data, removed: false })
  },
  remove(rows, { id }) {
    const row = rows.get(id)
    rows.set(id, { version: (row?.version ?? 0) + 1, revision: row?.revision ?? 0, data: null, removed: true })
  },
}

/**
 * A store that forgets: for scenarios and tests, where a crash is the end of the world anyway. Same answers as the
 * durable ones; documents are copied in and out, so nobody shares state by accident.
 */
export function createMemoryStore(specs: readonly CollectionSpec[]): Store {
  const collections = readCollections(specs)
  const tables = new Map<string, Rows>(collections.specs.map((spec) => [spec.name, new Map()]))
  const uniques = new Map<string, Map<string, string>>()

  const table = (name: string): Rows => tables.get(collections.get(name).name) ?? new Map()

  const keysOf = (collection: string, id: string, data: unknown): [string, string][] =>
    collections.get(collection).indexes.flatMap(({ fields, unique }): [string, string][] => {
      if (!unique) return []
      const values = fields.map((path) => valueAt(id, data, path) ?? null)
      return values.includes(null) ? [] : [[`${collection}/${fields.join()}`, JSON.stringify(values)]]
    })

  function reserve(collection: string, id: string, before: unknown, after: unknown): boolean {
    const wanted = keysOf(collection, id, after)
    if (wanted.some(([index, key]) => (uniques.get(index)?.get(key) ?? id) !== id)) return false
    for (const [index, key] of keysOf(collection, id, before)) uniques.get(index)?.delete(key)
    for (const [index, key] of wanted)
      uniques.set(index, (uniques.get(index) ?? new Map<string, string>()).set(key, id))
    return true
  }

  const live = (name: string, filter: Parameters<typeof readFilter>[0]) => {
    const test = readFilter(filter)
    const found: { id: string; row: Row }[] = []
    for (const [id, row] of table(name)) if (!row.removed && passes(test, id, row.data)) found.push({ id, row })
    return found
  }

  return {
    load: async <T>(collection: string, id: string) => {
      const row = table(collection).get(id)
      return row && !row.removed ? { id, version: row.version, data: copy<T>(row.data) } : null
    },

    async commit({ aggregate, followUps }) {
      const { collection, id, expectedVersion } = aggregate
      const writes = followUps.map((followUp) =>
        followUp.kind === 'remove' ? followUp : { ...followUp, data: copy<unknown>(followUp.data) },
      )
      const data = copy<unknown>(aggregate.data)
      collections.checkData(collection, id, data)
      for (const write of writes) collections.checkFollowUp(write)
      const row = table(collection).get(id)
      if ((row?.version ?? 0) !== expectedVersion || row?.removed) return { ok: false, reason: 'conflict' }
      if (!reserve(collection, id, row?.data, data)) return { ok: false, reason: 'duplicate' }
      table(collection).set(id, { version: expectedVersion + 1, revision: row?.revision ?? 0, data, removed: false })
      for (const write of writes) followUpWriters[write.kind](table(write.collection), write as never)
      return { ok: true, version: expectedVersion + 1 }
    },

    find: async <T>(collection: string, query: Parameters<Store['find']>[1]) => {
      const { sort, limit } = readOrder(query)
      const after = readCursor(collection, query, sort)
      const sorted = live(collection, query.filter)
        .map(({ id, row }) => ({ id, row, order: sortValues(id, row.data, sort) }))
        .filter(({ order }) => after === null || compareOrder(order, after, sort) > 0)
        .sort((a, b) => compareOrder(a.order, b.order, sort))
      const last = sorted[limit - 1]
      return {
        items: sorted.slice(0, limit).map(({ id, row }) => ({ id, version: row.version, data: copy<T>(row.data) })),
        next: last && sorted.length > limit ? cursorAfter(collection, query, last.order) : null,
      }
    },

    count: async (collection, filter) => live(collection, filter).length,

    async group(collection, { filter, by, sum }) {
      const groups = new Map<Scalar, { key: Scalar; count: number; sum: number }>()
      for (const { id, row } of live(collection, filter)) {
        const key = sortValues(id, row.data, [[by, 1]])[0] ?? null
        const group = groups.get(key) ?? { key, count: 0, sum: 0 }
        const amount = sum === undefined ? 0 : valueAt(id, row.data, sum)
        group.count += 1
        group.sum += typeof amount === 'number' ? amount : 0
        groups.set(key, group)
      }
      return [...groups.values()].sort((a, b) => compareOrder([a.key], [b.key], [[by, 1]]))
    },

    relay: async () => 0,
    close: async () => {},
  }
}
