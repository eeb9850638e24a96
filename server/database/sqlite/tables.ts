import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { valueAt } from '../../../workflows/runtime/ports.ts'
import type { CollectionSpec, Path } from '../../../workflows/runtime/ports.ts'
import { listTableOf, pathsOf, quoted, removedTableOf } from './compile-query.ts'
import type { Paths } from './compile-query.ts'
import type { DocumentState, Item } from './journal.ts'

/** What is done with the tables of one collection. */
export interface Prepared {
  name: string
  /** A unique index answers at once, so its documents do not wait in the journal. */
  isUnique: boolean
  /** Some document was removed for good. */
  hasBuried: boolean
  /** The greatest id that any document has or had: a new one that is greater, as ids in order of time are, is new. */
  lastId: string
  load: StatementSync
  seek: StatementSync
  isBuried: StatementSync
  write: StatementSync
  remove: StatementSync
  /** Remembers that a document was removed, so that no late write revives it. */
  bury: StatementSync
  unbury: StatementSync
  lists: ListTable[]
  paths: Paths
}

/** The items of a declared list, beside the table of the documents. */
interface ListTable {
  path: Path
  clear: StatementSync
  add: StatementSync
}

export function prepareCollection(database: DatabaseSync, spec: CollectionSpec): Prepared {
  const table = quoted(spec.name)
  const removed = removedTableOf(spec.name)
  const bury = database.prepare(`INSERT INTO ${removed} (id, day) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`)
  return {
    name: spec.name,
    isUnique: spec.indexes.some(({ unique }) => unique),
    hasBuried: database.prepare(`SELECT 1 FROM ${removed} LIMIT 1`).get() !== undefined,
    lastId: greatest(
      [table, removed].map((name) => database.prepare(`SELECT max(id) AS id FROM ${name}`).get()?.['id']),
    ),
    load: database.prepare(`SELECT version, data FROM ${table} WHERE id = ?`),
    seek: database.prepare(`SELECT version, revision FROM ${table} WHERE id = ?`),
    isBuried: database.prepare(`SELECT 1 FROM ${removed} WHERE id = ?`),
    write: database.prepare(
      `INSERT INTO ${table} (id, version, revision, data) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE
       SET version = excluded.version, revision = excluded.revision, data = excluded.data`,
    ),
    remove: database.prepare(`DELETE FROM ${table} WHERE id = ?`),
    bury,
    unbury: database.prepare(
      `DELETE FROM ${removed} WHERE id IN (SELECT id FROM ${removed} WHERE day < ? ORDER BY day LIMIT 500)`,
    ),
    lists: (spec.lists ?? []).map((path): ListTable => {
      const items = listTableOf(spec.name, path)
      return {
        path,
        clear: database.prepare(`DELETE FROM ${items} WHERE doc = (SELECT n FROM ${table} WHERE id = ?)`),
        add: database.prepare(
          `INSERT INTO ${items} (doc, value) SELECT n, ?2 FROM ${table} WHERE id = ?1 ON CONFLICT DO NOTHING`,
        ),
      }
    }),
    paths: pathsOf(spec),
  }
}

/** Sorts behind every other id, so that none is taken for greater. */
const unordered = '\u{10ffff}'

/** Texts of other signs than ASCII are not in the same order here as in SQLite. */
export const isOrdered = (id: string): boolean => /^[\x20-\x7e]*$/.test(id)

function greatest(ids: readonly unknown[]): string {
  const texts = ids.map((id) => (id === null || id === undefined ? '' : String(id)))
  return texts.every(isOrdered) ? texts.reduce((a, b) => (a > b ? a : b)) : unordered
}

/** Keeps what is known of a collection true when a document comes or goes. */
export function note(collection: Prepared, { id, buried }: DocumentState): void {
  if (buried) collection.hasBuried = true
  if (id > collection.lastId) collection.lastId = isOrdered(id) ? id : unordered
}

/** Days since 1970. */
export const today = (): number => Math.floor(Date.now() / 86_400_000)

/** Writes a state into its table; again changes nothing. Of one that is `fresh` nothing stands there. */
export function settle(collection: Prepared, state: DocumentState, fresh = false): void {
  const { write, remove, bury, lists } = collection
  const { id, version, revision, json, buried } = state
  if (json === null) {
    if (!fresh) for (const { clear } of lists) clear.run(id)
    if (!fresh) remove.run(id)
    if (buried) bury.run(id, today())
    return
  }
  write.run(id, version, revision, json)
  if (lists.length === 0) return
  if (!fresh) for (const { clear } of lists) clear.run(id)
  const items = state.items ?? itemsOf(collection, id, JSON.parse(json))
  for (const [index, { add }] of lists.entries()) for (const item of items?.[index] ?? []) add.run(id, item)
}

/** What the list tables hold of a document: the plain items of each list, or the plain value that stands in its place. */
export function itemsOf({ lists }: Prepared, id: string, data: unknown): Item[][] | undefined {
  if (lists.length === 0) return undefined
  return lists.map(({ path }) => {
    const value = valueAt(id, data, path)
    return (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((item) => {
      if (typeof item === 'string' || Number.isFinite(item)) return [item as Item]
      return typeof item === 'boolean' ? [Number(item)] : []
    })
  })
}
