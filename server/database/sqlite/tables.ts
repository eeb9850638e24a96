import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { valueAt } from '../../../workflows/runtime/ports.ts'
import type { CollectionSpec, Path } from '../../../workflows/runtime/ports.ts'
import { listTableOf, quoted, removedTableOf } from './compile-query.ts'
import type { DocumentState } from './journal.ts'
import { ensureCollection } from './schema.ts'

/** The tables of a database as they are written. */
export interface Tables {
  /** Writes a state into its table; again changes nothing. Of one that is `fresh` nothing stands there. */
  settle(state: DocumentState, fresh: boolean): void
  /** Marks of documents that were removed before this day go, some of them at a time. */
  forgetMarks(before: number): void
}

/** What is done with the tables of one collection. */
interface Table {
  write: StatementSync
  remove: StatementSync
  /** Remembers that a document was removed, so that no late write revives it. */
  bury: StatementSync
  unbury: StatementSync
  lists: ListTable[]
}

/** The items of a declared list, beside the table of the documents. */
interface ListTable {
  path: Path
  clear: StatementSync
  add: StatementSync
}

function prepareTable(database: DatabaseSync, spec: CollectionSpec): Table {
  const table = quoted(spec.name)
  const removed = removedTableOf(spec.name)
  return {
    write: database.prepare(
      `INSERT INTO ${table} (id, version, revision, data) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (id) DO UPDATE
       SET version = excluded.version, revision = excluded.revision, data = excluded.data`,
    ),
    remove: database.prepare(`DELETE FROM ${table} WHERE id = ?`),
    bury: database.prepare(`INSERT INTO ${removed} (id, day) VALUES (?, ?) ON CONFLICT (id) DO NOTHING`),
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
  }
}

/** Days since 1970. */
export const today = (): number => Math.floor(Date.now() / 86_400_000)

/** The plain items of a list as SQLite holds them, or the plain value that stands in a list's place. */
function itemsAt(path: Path, id: string, data: unknown): (string | number)[] {
  const value = valueAt(id, data, path)
  return (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((item) => {
    if (typeof item === 'string' || Number.isFinite(item)) return [item as string | number]
    return typeof item === 'boolean' ? [Number(item)] : []
  })
}

export function openTables(database: DatabaseSync, specs: readonly CollectionSpec[]): Tables {
  const tables = new Map(specs.map((spec) => [spec.name, prepareTable(database, spec)]))

  function tableOf(name: string): Table {
    const known = tables.get(name)
    if (known) return known
    // A release that has no such collection any more keeps its documents all the same.
    const spec = { name, indexes: [] }
    ensureCollection(database, spec)
    const table = prepareTable(database, spec)
    tables.set(name, table)
    return table
  }

  return {
    settle({ collection, id, version, revision, json, buried }, fresh) {
      const { write, remove, bury, lists } = tableOf(collection)
      if (!fresh) for (const { clear } of lists) clear.run(id)
      if (json === null) {
        if (!fresh) remove.run(id)
        if (buried) bury.run(id, today())
        return
      }
      write.run(id, version, revision, json)
      if (lists.length === 0) return
      const data: unknown = JSON.parse(json)
      for (const { path, add } of lists) for (const item of itemsAt(path, id, data)) add.run(id, item)
    },
    forgetMarks(before) {
      for (const { unbury } of tables.values()) unbury.run(before)
    },
  }
}
