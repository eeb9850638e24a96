import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { valueAt } from '../../../workflows/runtime/ports.ts'
import type { CollectionSpec, Path } from '../../../workflows/runtime/ports.ts'
import { columnOf, pathsOf, quoted, removedTableOf } from './compile-query.ts'
import type { Paths } from './compile-query.ts'
import type { DocumentState, Journal, PendingDocument } from './journal.ts'

/** How the documents of one collection are found by whoever writes them. */
export interface Collection {
  name: string
  paths: Paths
  /** Some document was removed for good. */
  hasBuried: boolean
  /** The greatest id that any document has or had: a new one that is greater, as ids in order of time are, is new. */
  lastId: string
  load: StatementSync
  seek: StatementSync
  isBuried: StatementSync
  uniques: UniqueIndex[]
}

interface UniqueIndex {
  fields: readonly Path[]
  /** Ids of the documents whose table rows have the values. */
  find: StatementSync
}

/** What a document has in a unique index. */
export interface UniqueValue {
  key: string
  index: UniqueIndex
  values: SQLInputValue[]
}

/** How a document stands, as far as a write needs to know. */
export interface Standing {
  version: number
  revision: number
  exists: boolean
  buried: boolean
}

export const absent: Standing = { version: 0, revision: 0, exists: false, buried: false }

/** Sorts behind every other id, so that none is taken for greater. */
const unordered = '\u{10ffff}'

/** Texts of other signs than ASCII are not in the same order here as in SQLite. */
const isOrdered = (id: string): boolean => /^[\x20-\x7e]*$/.test(id)

function greatest(ids: readonly unknown[]): string {
  const texts = ids.map((id) => (id === null || id === undefined ? '' : String(id)))
  return texts.every(isOrdered) ? texts.reduce((a, b) => (a > b ? a : b)) : unordered
}

export function openCollection(database: DatabaseSync, spec: CollectionSpec): Collection {
  const table = quoted(spec.name)
  const removed = removedTableOf(spec.name)
  return {
    name: spec.name,
    paths: pathsOf(spec),
    hasBuried: database.prepare(`SELECT 1 FROM ${removed} LIMIT 1`).get() !== undefined,
    lastId: greatest(
      [table, removed].map((name) => database.prepare(`SELECT max(id) AS id FROM ${name}`).get()?.['id']),
    ),
    load: database.prepare(`SELECT version, data FROM ${table} WHERE id = ?`),
    seek: database.prepare(`SELECT version, revision FROM ${table} WHERE id = ?`),
    isBuried: database.prepare(`SELECT 1 FROM ${removed} WHERE id = ?`),
    uniques: spec.indexes.flatMap(({ fields, unique }) => {
      if (!unique) return []
      const equal = fields.map((path) => `${path === 'id' ? 'id' : columnOf(path)} = ?`)
      return [{ fields, find: database.prepare(`SELECT id FROM ${table} WHERE ${equal.join(' AND ')}`) }]
    }),
  }
}

/** What a document has in the unique indexes; nothing and missing are not unique. */
export const uniqueValuesOf = ({ uniques }: Collection, id: string, data: unknown): UniqueValue[] =>
  uniques.flatMap((index) => {
    const found = index.fields.map((path) => valueAt(id, data, path) ?? null)
    if (found.includes(null)) return []
    const values = found.map((value) => (typeof value === 'boolean' ? Number(value) : (value as SQLInputValue)))
    return [{ key: JSON.stringify([index.fields, values]), index, values }]
  })

/** Keeps what is known of a collection true when a document comes or goes. */
export function note(collection: Collection, { id, buried }: DocumentState): void {
  if (buried) collection.hasBuried = true
  if (id > collection.lastId) collection.lastId = isOrdered(id) ? id : unordered
}

/** How a document stands by the journal, or else by its table, which has all that the journal lacks. */
export function standingOf(collection: Collection, id: string, pending: PendingDocument | undefined): Standing {
  if (pending) {
    const { version, revision, json, buried } = pending.state
    return { version, revision, exists: json !== null, buried }
  }
  if (id > collection.lastId && isOrdered(id)) return absent
  const row = collection.seek.get(id) as { version: number; revision: number } | undefined
  if (row) return { ...absent, version: row.version, revision: row.revision, exists: true }
  return collection.hasBuried && collection.isBuried.get(id) ? { ...absent, buried: true } : absent
}

/** Whether another document has one of the values: by the journal, or by a row of one that the journal lacks. */
export const isTaken = (journal: Journal, { name }: Collection, id: string, wanted: readonly UniqueValue[]): boolean =>
  wanted.some(
    ({ key, index, values }) =>
      journal.holdersOf(name, key).some((holder) => holder !== id) ||
      index.find.all(...values).some((row) => row['id'] !== id && !journal.get(name, String(row['id']))),
  )
