import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  cursorAfter,
  readCollections,
  readCursor,
  readOrder,
  sortValues,
  storeError,
  valueAt,
} from '../../../workflows/runtime/ports.ts'
import type {
  CollectionSpec,
  Commit,
  CommitResult,
  FollowUp,
  Path,
  Query,
  Scalar,
  Store,
} from '../../../workflows/runtime/ports.ts'
import { pendingMigrations } from '../migrations/migrations.ts'
import { removedDays } from '../relay.ts'
import { behind, listTableOf, pathsOf, quoted, removedTableOf } from './compile-query.ts'
import type { Paths, Sql } from './compile-query.ts'
import { createJournal, replayJournal } from './journal.ts'
import type { DocumentState, Item, PendingDocument } from './journal.ts'
import { openSqliteFile } from './open-database.ts'
import { ensureCollection } from './schema.ts'

export interface SqliteOptions {
  dataDir: string
  /** Told before the process ends because the disk failed to keep what it promised. */
  onFatal?: (error: unknown) => void
  /** Ends the process; an fsync that failed is never tried again (reliability R16). */
  exit?: () => void
  /** When the tables follow the journal; default 50. */
  settleMilliseconds?: number
}

/** Commits of one transaction at most, so that one batch stays well below 10 ms. */
const batchSize = 256

/** How long a document stands in the journal alone: long enough for many changes of it to become one. */
const usualSettleMilliseconds = 50
/** Documents that follow in one transaction: enough to be worth their pages, few enough to stay well below 10 ms. */
const sliceSize = 256
const fewest = 96
/** The tables follow at once when so many wait. */
const mostPending = 8000
/** Pages given back at an end; a large clean-up must not keep the server from ending. */
const mostVacuumed = 2000

const uniqueViolations = new Set([1555, 2067])
const full = 13
const fsyncFailed = 1034

const codeOf = (error: unknown): number => Number((error as { errcode?: unknown }).errcode ?? 0)

interface Prepared {
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

function prepareCollection(database: DatabaseSync, spec: CollectionSpec): Prepared {
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
const isOrdered = (id: string): boolean => /^[\x20-\x7e]*$/.test(id)

function greatest(ids: readonly unknown[]): string {
  const texts = ids.map((id) => (id === null || id === undefined ? '' : String(id)))
  return texts.every(isOrdered) ? texts.reduce((a, b) => (a > b ? a : b)) : unordered
}

/** Keeps what is known of a collection true when a document comes or goes. */
function note(collection: Prepared, { id, buried }: DocumentState): void {
  if (buried) collection.hasBuried = true
  if (id > collection.lastId) collection.lastId = isOrdered(id) ? id : unordered
}

const today = (): number => Math.floor(Date.now() / 86_400_000)

/** Writes a state into its table; again changes nothing. Of one that is `fresh` nothing stands there. */
function settle(collection: Prepared, state: DocumentState, fresh = false): void {
  const { write, remove, bury, lists } = collection
  const { id, version, revision, json, buried } = state
  if (!fresh) for (const { clear } of lists) clear.run(id)
  if (json === null) {
    if (!fresh) remove.run(id)
    if (buried) bury.run(id, today())
    return
  }
  write.run(id, version, revision, json)
  if (lists.length === 0) return
  const items = state.items ?? itemsOf(collection, id, JSON.parse(json))
  for (const [index, { add }] of lists.entries()) for (const item of items[index] ?? []) add.run(id, item)
}

/** What the list tables hold of a document: the plain items of each list, or the plain value that stands in its place. */
function itemsOf({ lists }: Prepared, id: string, data: unknown): Item[][] {
  return lists.map(({ path }) => {
    const value = valueAt(id, data, path)
    return (Array.isArray(value) ? (value as unknown[]) : [value]).flatMap((item) => {
      if (typeof item === 'string' || Number.isFinite(item)) return [item as Item]
      return typeof item === 'boolean' ? [Number(item)] : []
    })
  })
}

/** A commit with its documents already written as JSON: what the caller changes later does not get in. */
interface Waiting {
  collection: Prepared
  id: string
  expectedVersion: number
  json: string
  items: Item[][] | undefined
  followUps: WaitingFollowUp[]
  resolve: (result: CommitResult) => void
  reject: (error: unknown) => void
}

interface WaitingFollowUp {
  kind: FollowUp['kind']
  collection: Prepared
  id: string
  json: string
  items: Item[][] | undefined
  revision: number
  own: boolean
}

/** How a document stands, as far as a write needs to know. */
interface Standing {
  version: number
  revision: number
  exists: boolean
  buried: boolean
  pending: PendingDocument | undefined
  /** No table has it, nor ever had. */
  fresh: boolean
}

const absent: Standing = { version: 0, revision: 0, exists: false, buried: false, pending: undefined, fresh: true }

/**
 * The embedded store: one file, one writer connection, aggregates and follow-ups in one transaction. Commits that
 * arrive in the same turn of the event loop share one transaction, and so one fsync; there is no timer. What they
 * write is durable as one record of the journal; the tables follow within moments, or when somebody asks them.
 */
export function openSqliteStore(specs: readonly CollectionSpec[], options: SqliteOptions): Store {
  const collections = readCollections(specs)
  const file = openSqliteFile(options.dataDir)
  const { database } = file
  const prepared = new Map<string, Prepared>()
  try {
    database.exec('BEGIN IMMEDIATE')
    migrate(database)
    for (const spec of collections.specs) {
      ensureCollection(database, spec)
      prepared.set(spec.name, prepareCollection(database, spec))
    }
    replayJournal(database, (state) => {
      // A release that has no such collection any more keeps its documents all the same.
      const spec = { name: state.collection, indexes: [] }
      if (!prepared.has(state.collection)) ensureCollection(database, spec)
      const collection = prepared.get(state.collection) ?? prepareCollection(database, spec)
      settle(collection, state)
      note(collection, state)
    })
    database.exec('COMMIT')
  } catch (error) {
    file.close()
    throw error
  }
  const journal = createJournal(database)
  const statements = new Map<string, StatementSync>()
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commitBatch = database.prepare('COMMIT')
  let queue: Waiting[] = []
  let scheduled = false
  let open = true
  let settling: NodeJS.Timeout | null = null
  /** What came into the journal up to this record may go into the tables. */
  let dueUpTo = 0
  /** Commits have come since the timer last looked. */
  let flushed = false
  /** What the current transaction has written into tables, and the collections whose tables it has completed. */
  let settled: PendingDocument[] = []
  const complete = new Set<string>()

  const of = (name: string): Prepared => {
    const found = prepared.get(name)
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

  function standing(collection: Prepared, id: string, pending: PendingDocument | undefined): Standing {
    if (pending) {
      const { version, revision, json, buried } = pending.state
      return { version, revision, exists: json !== null, buried, pending, fresh: pending.fresh }
    }
    if (id > collection.lastId && isOrdered(id)) return absent
    const row = collection.seek.get(id) as { version: number; revision: number } | undefined
    if (row) return { ...absent, version: row.version, revision: row.revision, exists: true, fresh: false }
    return collection.hasBuried && collection.isBuried.get(id) ? { ...absent, buried: true } : absent
  }

  function record(collection: Prepared, state: DocumentState, { pending, fresh }: Standing): void {
    if (!pending || state.buried) note(collection, state)
    if (collection.isUnique) settle(collection, state)
    else journal.note(state, pending, fresh)
  }

  function write({ collection, id, expectedVersion, json, items, followUps }: Waiting): CommitResult {
    const before = standing(collection, id, journal.get(collection.name, id))
    if (before.buried || (before.exists ? before.version : 0) !== expectedVersion)
      return { ok: false, reason: 'conflict' }
    const version = expectedVersion + 1
    const { revision } = before
    try {
      record(collection, { collection: collection.name, id, version, revision, json, items, buried: false }, before)
    } catch (error) {
      if (uniqueViolations.has(codeOf(error))) return { ok: false, reason: 'duplicate' }
      throw error
    }
    for (const followUp of followUps) follow(followUp)
    return { ok: true, version }
  }

  function follow({ kind, collection, id, json, items, revision, own }: WaitingFollowUp): void {
    const pending = journal.get(collection.name, id)
    const { name } = collection
    if (kind === 'remove') {
      const before = { ...absent, pending, fresh: pending?.fresh ?? false }
      const version = pending?.state.version ?? 0
      record(collection, { collection: name, id, version, revision: 0, json: null, items, buried: !own }, before)
      return
    }
    // Only this commit can make it, so there is nothing to look for.
    const isNew = own && kind === 'insert' && !pending
    const before = isNew ? absent : standing(collection, id, pending)
    if (before.buried || (before.exists && (kind === 'insert' || before.revision >= revision))) return
    const version = (before.exists ? before.version : 0) + 1
    record(collection, { collection: name, id, version, revision, json, items, buried: false }, before)
  }

  function transact(): void {
    if (!database.isTransaction) begin.run()
  }

  function commit(): void {
    commitBatch.run()
    journal.keep()
    journal.applied(settled)
    settled = []
    complete.clear()
  }

  /** Everything is as before the transaction: what it settled still waits in the journal. */
  function rollBack(): void {
    if (database.isTransaction) database.exec('ROLLBACK')
    journal.forget()
    for (const document of settled) document.settled = 0
    settled = []
    complete.clear()
  }

  /** Writes commits, and with them some documents that only the journal had: one transaction, one fsync for both. */
  function writeBatch(batch: Waiting[], following: readonly PendingDocument[] = []): void {
    const results: CommitResult[] = []
    try {
      transact()
      for (const waiting of batch) results.push(write(waiting))
      journal.write()
      settleAll(following)
      commit()
    } catch (error) {
      const wasAlone = batch.length === 1 && following.length + settled.length === 0
      rollBack()
      // One commit's failure must not be the others': alone, each gets its own answer.
      if (wasAlone) batch[0]?.reject(translate(error))
      else for (const waiting of batch) writeBatch([waiting])
      if (batch.length === 0) translate(error)
      return
    }
    for (const [index, waiting] of batch.entries()) {
      const result = results[index]
      if (result) waiting.resolve(result)
    }
  }

  function flush(): void {
    scheduled = false
    if (queue.length === 0 && (!open || !database.isTransaction)) return
    flushed ||= queue.length > 0
    const batch = queue.length > batchSize ? queue.splice(0, batchSize) : queue
    if (batch === queue) queue = []
    else schedule()
    writeBatch(batch, dueDocuments(batch))
    if (journal.size() > 0) settleLater()
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  /** What a batch takes along into the tables: more than it brings, so that the journal stays short; few not at all. */
  function dueDocuments(batch: readonly Waiting[]): PendingDocument[] {
    const isMuch = journal.size() > mostPending
    const brought = batch.reduce((sum, { followUps }) => sum + 1 + followUps.length, 0)
    const limit = isMuch ? 2 * sliceSize : Math.min(sliceSize, Math.max(fewest, 2 * brought))
    const documents = journal.oldest(limit, isMuch ? journal.next() : dueUpTo)
    return documents.length < fewest ? [] : documents
  }

  /** Writes documents of the journal into their tables, in the current transaction. */
  function settleAll(documents: readonly PendingDocument[]): void {
    if (documents.length === 0) return
    // Table by table, so that each finds its pages where the one before left them.
    const sorted = [...documents].sort((a, b) =>
      a.collection < b.collection ? -1 : Number(a.collection > b.collection),
    )
    for (const document of sorted) {
      settle(of(document.collection), document.state, document.fresh && document.settled === 0)
      document.settled = document.record
      settled.push(document)
    }
    journal.trim()
  }

  /** Brings the oldest documents of the journal into their tables; returns how many. */
  function settleOldest(upTo: number, limit: number): number {
    const documents = journal.oldest(limit, upTo)
    if (documents.length === 0 && settled.length === 0) return 0
    try {
      transact()
      settleAll(documents)
      commit()
    } catch (error) {
      rollBack()
      throw translate(error)
    }
    return documents.length
  }

  /** Trouble is no command's trouble here: everything stands in the journal, and the next attempt may do. */
  function guarded(work: () => void): void {
    try {
      work()
    } catch {
      // A disk that is full refuses the next command with a sentence.
    }
  }

  function settleLater(): void {
    if (settling) return
    const upTo = journal.next()
    settling = setTimeout(() => settleDue(upTo), options.settleMilliseconds ?? usualSettleMilliseconds)
    settling.unref()
  }

  /** What stood in the journal a while ago is due: the next batches take it along, or it goes alone where none come. */
  function settleDue(upTo: number): void {
    settling = null
    dueUpTo = upTo
    const isBusy = flushed
    flushed = false
    if (!isBusy) settleSlices()
    else if (journal.size() > 0) settleLater()
  }

  function settleSlices(): void {
    if (!open) return
    guarded(() => {
      if (settleOldest(dueUpTo, sliceSize) === sliceSize) setImmediate(settleSlices)
    })
    if (journal.size() > 0) settleLater()
  }

  /**
   * Reads a table with everything that stands for it in the journal. That is durable already, so what is written here
   * into the table is committed with the next commits; on a disk that is full it is read all the same.
   */
  function reading<T>(collection: string, read: () => T): T {
    if (journal.has(collection) && !complete.has(collection)) {
      transact()
      settleAll(journal.oldest(Infinity, Infinity, collection))
      complete.add(collection)
      schedule()
    }
    return read()
  }

  const listed = (collection: Prepared, id: string, data: unknown) =>
    collection.lists.length === 0 ? undefined : itemsOf(collection, id, data)

  function snapshot({ aggregate, followUps }: Commit): Omit<Waiting, 'resolve' | 'reject'> {
    collections.checkData(aggregate.collection, aggregate.id, aggregate.data)
    const collection = of(aggregate.collection)
    return {
      collection,
      id: aggregate.id,
      expectedVersion: aggregate.expectedVersion,
      json: JSON.stringify(aggregate.data),
      items: listed(collection, aggregate.id, aggregate.data),
      followUps: followUps.map((followUp) => {
        collections.checkFollowUp(followUp)
        const { kind, id, own = false } = followUp
        const into = of(followUp.collection)
        if (followUp.kind === 'remove')
          return { kind, collection: into, id, json: '', items: undefined, revision: 0, own }
        const { data } = followUp
        const revision = followUp.kind === 'put' ? followUp.revision : 0
        return { kind, collection: into, id, json: JSON.stringify(data), items: listed(into, id, data), revision, own }
      }),
    }
  }

  return {
    load: async <T>(collection: string, id: string) => {
      const table = of(collection)
      const pending = journal.get(collection, id)
      if (pending) {
        const { version, json } = pending.state
        return json === null ? null : { id, version, data: JSON.parse(json) as T }
      }
      const row = table.load.get(id)
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
      const sql = {
        text: `SELECT id, version, data FROM ${quoted(collection)} WHERE ${parts.map((part) => part.text).join(' AND ')} ORDER BY ${order.map((part) => `${part.text} ${part.direction}`).join(', ')} LIMIT ?`,
        values: [...parts.flatMap((part) => part.values), ...order.flatMap((part) => part.values), limit + 1],
      }
      const rows = reading(collection, () => all(sql))
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
      const sql = { text: `SELECT count(*) AS count FROM ${quoted(collection)} WHERE ${text}`, values }
      return Number(reading(collection, () => all(sql))[0]?.['count'])
    },

    async group(collection, { filter, by, sum }) {
      const { paths } = of(collection)
      const key = paths.value(by)
      const amount = sum === undefined ? { text: '0', values: [] } : paths.value(sum)
      const condition = paths.filter(filter)
      const sql = {
        text: `SELECT ${key.text} AS key, count(*) AS count, ifnull(sum(${amount.text}), 0) AS sum FROM ${quoted(collection)} WHERE ${condition.text} GROUP BY 1 ORDER BY 1`,
        values: [...key.values, ...amount.values, ...condition.values],
      }
      const rows = reading(collection, () => all(sql))
      return rows.map((row) => ({ key: row['key'] as Scalar, count: Number(row['count']), sum: Number(row['sum']) }))
    },

    /** Nothing is ever left to finish; marks of what was removed go when no late write can come any more. */
    async relay() {
      const before = today() - removedDays
      for (const { unbury } of prepared.values()) unbury.run(before)
      return 0
    },

    async close() {
      if (!open) return
      open = false
      while (queue.length > 0) flush()
      if (settling) clearTimeout(settling)
      // What cannot be written now is in the journal for the next start.
      guarded(() => {
        while (settleOldest(Infinity, sliceSize) > 0);
        database.exec(`PRAGMA incremental_vacuum(${mostVacuumed})`)
      })
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
  database.exec('CREATE TABLE IF NOT EXISTS journal (number INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT')
  const record = database.prepare('INSERT INTO migrations (number, name, at) VALUES (?, ?, ?)')
  for (const { number, name } of pendingMigrations(applied)) record.run(number, name, new Date().toISOString())
}
