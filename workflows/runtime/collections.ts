import { checkPath, storeError, valueAt } from './query.ts'
import type { Path } from './query.ts'

/** Declares a collection: its indexes are what find may sort and filter on quickly. */
export interface CollectionSpec {
  name: string
  /** Fields hold plain values; what is null or missing is not unique. Writing a list into one is refused (`field.list`). */
  indexes: { fields: Path[]; unique?: boolean }[]
  /** Fields that hold lists of plain values; finding the documents that contain one is quick. */
  lists?: Path[]
}

/** Declared collections by name, checked once; every store is opened with them. */
export interface Collections {
  specs: readonly CollectionSpec[]
  /** Throws `collection.unknown`. */
  get(name: string): CollectionSpec
  /** Throws `field.list` when a document has a list where an index expects a plain value. */
  checkData(name: string, id: string, data: unknown): void
  /** Like `checkData`; throws `followUp.unique` for a write into a collection with a unique index. */
  checkFollowUp(followUp: { kind: string; collection: string; id: string; data?: unknown }): void
}

const nameForm = /^[a-z][A-Za-z0-9]{0,60}$/

export function readCollections(specs: readonly CollectionSpec[]): Collections {
  const byName = new Map<string, { spec: CollectionSpec; plain: Path[] }>()
  for (const spec of specs) {
    if (!nameForm.test(spec.name) || byName.has(spec.name))
      throw storeError('collection.unknown', `Expected a camelCase collection name, once, but got ${spec.name}`)
    const plain = [...new Set(spec.indexes.flatMap((index) => index.fields))].map(checkPath)
    for (const path of spec.lists ?? []) {
      if (plain.includes(checkPath(path)))
        throw storeError('field.list', `${spec.name}.${path} is a list and cannot be part of an index`)
    }
    byName.set(spec.name, { spec, plain })
  }
  const entry = (name: string) => {
    const found = byName.get(name)
    if (!found) throw storeError('collection.unknown', `Expected a declared collection, but got ${name}`)
    return found
  }
  const checkData = (name: string, id: string, data: unknown) => {
    for (const path of entry(name).plain) {
      if (Array.isArray(valueAt(id, data, path)))
        throw storeError('field.list', `${name}.${path} holds a list: declare it in lists, not in an index`)
    }
  }
  return {
    specs: [...byName.values()].map(({ spec }) => spec),
    get: (name) => entry(name).spec,
    checkData,
    checkFollowUp({ kind, collection, id, data }) {
      const { spec } = entry(collection)
      if (kind === 'remove') return
      if (spec.indexes.some((index) => index.unique))
        throw storeError(
          'followUp.unique',
          `${collection} has a unique index: nothing could answer for a follow-up that breaks it. Make the value the id, or commit it as an aggregate.`,
        )
      checkData(collection, id, data)
    },
  }
}
