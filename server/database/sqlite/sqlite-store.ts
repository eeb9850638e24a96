import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  cursorAfter,
  readCollections,
  readCursor,
  readOrder,
  sortValues,
  storeError,
} from '../../../workflows/runtime/ports.ts'
import type {
  CollectionSpec,
  Commit,
  CommitResult,
  FollowUp,
  Query,
  Scalar,
  Store,
} from '../../../workflows/runtime/ports.ts'
import { pendingMigrations } from '../migrations/migrations.ts'
import { behind, pathsOf, quoted, removedTableOf } from './compile-query.ts'
import type { Paths, Sql } from './compile-query.ts'
import { openSqliteFile } from './open-database.ts'
import { ensureCollection } from './schema.ts'

export interface SqliteOptions {
  dataDir: string
  /** Told before the process ends because the disk failed to keep what it promised. */
  onFatal?: (error: unknown) => void
  /** Ends the process; an fsync that failed is never tried again (reliability R16). */
  exit?: () => void
}

/** Commits of one transaction at most, so that one batch stays well below 10 ms. */
const batchSize = 256

const uniqueViolations = new Set([1555, 2067])
const full = 13
const fsyncFailed = 1034

const codeOf = (error: unknown): number => Number((error as { errcode?: unknown }).errcode ?? 0)

interface Prepared {
  load: StatementSync
  insert: StatementSync
  update: StatementSync
  put: StatementSync
  remove: StatementSync
  /** Remembers that a document was removed, so that no late write revives it. */
  bury: StatementSync
  paths: Paths
}

function prepareCollection(database: DatabaseSync, spec: CollectionSpec): Prepared {
  const table = quoted(spec.name)
  const removed = removedTableOf(spec.name)
  const unlessRemoved = `WHERE NOT EXISTS (SELECT 1 FROM ${removed} WHERE id = ?1)`
  return {
    load: database.prepare(`SELECT version, data FROM ${table} WHERE id = ?`),
    insert: database.prepare(
      `INSERT INTO ${table} (id, version, revision, data) SELECT ?1, 1, 0, ?2 ${unlessRemoved} ON CONFLICT (id) DO NOTHING`,
    ),
    update: database.prepare(`UPDATE ${table} SET version = version + 1, data = ?2 WHERE id = ?1 AND version = ?3`),
    put: database.prepare(
      `INSERT INTO ${table} (id, version, revision, data) SELECT ?1, 1, ?3, ?2 ${unlessRemoved} ON CONFLICT (id) DO UPDATE
       SET version = version + 1, revision = excluded.revision, data = excluded.data WHERE revision < excluded.revision`,
    ),
    remove: database.prepare(`DELETE FROM ${table} WHERE id = ?`),
    bury: database.prepare(`INSERT INTO ${removed} (id) VALUES (?) ON CONFLICT (id) DO NOTHING`),
    paths: pathsOf(spec),
  }
}

/** A commit with its documents already written as JSON: what the caller changes later does not get in. */
interface Waiting {
  collection: string
  id: string
  expectedVersion: number
  json: string
  followUps: { kind: FollowUp['kind']; collection: string; id: string; json: string; revision: number }[]
  resolve: (result: CommitResult) => void
  reject: (error: unknown) => void
}

/**
 * The embedded store: one file, one writer connection, aggregates and follow-ups in one transaction. Commits that
 * arrive in the same turn of the event loop share one transaction, and so one fsync; there is no timer.
 */
export function openSqliteStore(specs: readonly CollectionSpec[], options: SqliteOptions): Store {
  const collections = readCollections(specs)
  const file = openSqliteFile(options.dataDir)
  const { database } = file
  try {
    database.exec('BEGIN IMMEDIATE')
    migrate(database)
    for (const spec of collections.specs) ensureCollection(database, spec)
    database.exec('COMMIT')
  } catch (error) {
    file.close()
    throw error
  }
  const prepared = new Map(collections.specs.map((spec) => [spec.name, prepareCollection(database, spec)]))
  const statements = new Map<string, StatementSync>()
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commitBatch = database.prepare('COMMIT')
  let queue: Waiting[] = []
  let scheduled = false
  let open = true

  const of = (name: string): Prepared => {
    const found = prepared.get(collections.get(name).name)
    if (!found) throw storeError('collection.unknown', `Expected a declared collection, but got ${name}`)
    return found
  }

  function all(sql: Sql): Record<string, unknown>[] {
    let statement = statements.get(sql.text)
    if (!statement) {
      if (statements.size >= 500) statements.clear()
      statement = database.prepare(sql.text)
      statements.set(sql.text, statement)
    }
    return statement.all(...(sql.values as SQLInputValue[]))
  }

  function translate(error: unknown): unknown {
    if (codeOf(error) === fsyncFailed) {
      options.onFatal?.(error)
      ;(options.exit ?? (() => process.exit(1)))()
    }
    return codeOf(error) === full ? storeError('storage_full', 'The disk of the data folder is full', error) : error
  }

  function write(waiting: Waiting): CommitResult {
    const { insert, update } = of(waiting.collection)
    try {
      const { changes } =
        waiting.expectedVersion === 0
          ? insert.run(waiting.id, waiting.json)
          : update.run(waiting.id, waiting.json, waiting.expectedVersion)
      if (changes === 0) return { ok: false, reason: 'conflict' }
    } catch (error) {
      if (uniqueViolations.has(codeOf(error))) return { ok: false, reason: 'duplicate' }
      throw error
    }
    for (const { kind, collection, id, json, revision } of waiting.followUps) {
      const statement = of(collection)
      if (kind === 'insert') statement.insert.run(id, json)
      else if (kind === 'put') statement.put.run(id, json, revision)
      else {
        statement.remove.run(id)
        statement.bury.run(id)
      }
    }
    return { ok: true, version: waiting.expectedVersion + 1 }
  }

  function rollBack(): void {
    if (database.isTransaction) database.exec('ROLLBACK')
  }

  function writeBatch(batch: Waiting[]): void {
    const results: CommitResult[] = []
    try {
      begin.run()
      for (const waiting of batch) results.push(write(waiting))
      commitBatch.run()
    } catch (error) {
      rollBack()
      // One commit's failure must not be the others': alone, each gets its own answer.
      if (batch.length > 1) for (const waiting of batch) writeBatch([waiting])
      else batch[0]?.reject(translate(error))
      return
    }
    for (const [index, waiting] of batch.entries()) {
      const result = results[index]
      if (result) waiting.resolve(result)
    }
  }

  function flush(): void {
    scheduled = false
    const batch = queue.slice(0, batchSize)
    queue = queue.slice(batchSize)
    if (queue.length > 0) schedule()
    writeBatch(batch)
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  function snapshot({ aggregate, followUps }: Commit): Omit<Waiting, 'resolve' | 'reject'> {
    collections.checkData(aggregate.collection, aggregate.id, aggregate.data)
    return {
      collection: aggregate.collection,
      id: aggregate.id,
      expectedVersion: aggregate.expectedVersion,
      json: JSON.stringify(aggregate.data),
      followUps: followUps.map((followUp) => {
        collections.checkFollowUp(followUp)
        if (followUp.kind === 'remove') {
          return { kind: followUp.kind, collection: followUp.collection, id: followUp.id, json: '', revision: 0 }
        }
        const revision = followUp.kind === 'put' ? followUp.revision : 0
        const json = JSON.stringify(followUp.data)
        return { kind: followUp.kind, collection: followUp.collection, id: followUp.id, json, revision }
      }),
    }
  }

  return {
    load: async <T>(collection: string, id: string) => {
      const row = of(collection).load.get(id)
      return row ? { id, version: Number(row['version']), data: JSON.parse(String(row['data'])) as T } : null
    },

    async commit(commit) {
      if (!open) throw new Error('The store is closed')
      const waiting = snapshot(commit)
      return new Promise((resolve, reject) => {
        queue.push({ ...waiting, resolve, reject })
        schedule()
      })
    },

    find: async <T>(collection: string, query: Query) => {
      const { paths } = of(collection)
      const { sort, limit } = readOrder(query)
      const cursor = readCursor(collection, query, sort)
      const parts = [paths.filter(query.filter), ...(cursor ? [behind(paths, sort, cursor)] : [])]
      const order = sort.map(([path, direction]) => ({
        ...paths.value(path),
        direction: direction === 1 ? 'ASC' : 'DESC',
      }))
      const rows = all({
        text: `SELECT id, version, data FROM ${quoted(collection)} WHERE ${parts.map((part) => part.text).join(' AND ')} ORDER BY ${order.map((part) => `${part.text} ${part.direction}`).join(', ')} LIMIT ?`,
        values: [...parts.flatMap((part) => part.values), ...order.flatMap((part) => part.values), limit + 1],
      })
      const items = rows.slice(0, limit).map((row) => ({
        id: String(row['id']),
        version: Number(row['version']),
        data: JSON.parse(String(row['data'])) as T,
      }))
      const last = items.at(-1)
      const more = rows.length > limit && last
      return { items, next: more ? cursorAfter(collection, query, sortValues(last.id, last.data, sort)) : null }
    },

    async count(collection, filter) {
      const { text, values } = of(collection).paths.filter(filter)
      return Number(
        all({ text: `SELECT count(*) AS count FROM ${quoted(collection)} WHERE ${text}`, values })[0]?.['count'],
      )
    },

    async group(collection, { filter, by, sum }) {
      const { paths } = of(collection)
      const key = paths.value(by)
      const amount = sum === undefined ? { text: '0', values: [] } : paths.value(sum)
      const condition = paths.filter(filter)
      const rows = all({
        text: `SELECT ${key.text} AS key, count(*) AS count, ifnull(sum(${amount.text}), 0) AS sum FROM ${quoted(collection)} WHERE ${condition.text} GROUP BY 1 ORDER BY 1`,
        values: [...key.values, ...amount.values, ...condition.values],
      })
      return rows.map((row) => ({ key: row['key'] as Scalar, count: Number(row['count']), sum: Number(row['sum']) }))
    },

    relay: async () => 0,

    async close() {
      if (!open) return
      open = false
      while (queue.length > 0) flush()
      file.close()
    },
  }
}

function migrate(database: DatabaseSync): void {
  database.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL) STRICT',
  )
  const applied = database
    .prepare('SELECT number FROM migrations')
    .all()
    .map((row) => Number(row['number']))
  const record = database.prepare('INSERT INTO migrations (number, name, at) VALUES (?, ?, ?)')
  for (const { number, name } of pendingMigrations(applied)) record.run(number, name, new Date().toISOString())
}
