import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { cursorAfter, readCollections, readOrder, sortValues, storeError } from '../../../workflows/runtime/ports.ts'
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
import { removedDays } from '../relay.ts'
import { countSql, groupSql, pageSql } from './compile-query.ts'
import type { Sql } from './compile-query.ts'
import { openJournalFiles } from './journal-files.ts'
import type { Disk } from './journal-files.ts'
import { createJournal, readRecord } from './journal.ts'
import type { DocumentState, Item, PendingDocument } from './journal.ts'
import { openPosition } from './journal-position.ts'
import { openSqliteFile } from './open-database.ts'
import type { SqliteFile } from './open-database.ts'
import { ensureCollection } from './schema.ts'
import { isOrdered, itemsOf, note, prepareCollection, settle, today } from './tables.ts'
import type { Prepared } from './tables.ts'

export interface SqliteOptions {
  dataDir: string
  /** Told before the process ends because the disk failed to keep what it promised. */
  onFatal?: (error: unknown) => void
  /** Ends the process; an fsync that failed is never tried again (reliability R16). */
  exit?: () => void
  /** When the tables follow the journal; default 50. */
  settleMilliseconds?: number
  /** What the journal is written to; a test's fails. */
  disk?: Disk
}

/** Commits of one record at most, so that one batch stays well below 10 ms. */
const batchSize = 256

/** How long a document stands in the journal alone: long enough for many changes of it to become one. */
const usualSettleMilliseconds = 50
/** Documents that follow in one go: enough to be worth their pages, few enough to stay well below 10 ms. */
const sliceSize = 256
const fewest = 96
/** Documents in one transaction of the tables: enough to be worth its fsync. */
const mostSettled = 2048
/** The tables follow at once when so many wait. */
const mostPending = 8000
/** Pages given back at an end; a large clean-up must not keep the server from ending. */
const mostVacuumed = 2000

const uniqueViolations = new Set([1555, 2067])
const full = 13
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const fsyncFailed = 1034

const codeOf = (error: unknown): number => Number((error as { errcode?: unknown }).errcode ?? 0)

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
 * The embedded store: one database with one writer connection, and before it a journal. Commits that arrive in the same
 * turn of the event loop, or while the record before is on its way to the disk, share one record and so one wait for the
 * disk; there is no timer. A commit is answered when its record is durable; the tables follow within moments, or when
 * somebody asks them, and are made durable from time to time. What the open transaction of the tables holds of a record
 * on its way is committed after that, so a crash finds all of a record or nothing.
 */
export function openSqliteStore(specs: readonly CollectionSpec[], options: SqliteOptions): Store {
  const collections = readCollections(specs)
  const file = openSqliteFile(options.dataDir)
  const { database } = file
  const prepared = new Map<string, Prepared>()
  const { position, files } = guardedBy(file, () => {
    database.exec('BEGIN IMMEDIATE')
    migrate(database)
    for (const spec of collections.specs) {
      ensureCollection(database, spec)
      prepared.set(spec.name, prepareCollection(database, spec))
    }
    const position = openPosition(database, options.dataDir)
    for (const { text } of position.records) for (const state of readRecord(text)) replay(state)
    const files = openJournalFiles(options.dataDir, options.disk)
    position.begin()
    database.exec('COMMIT')
    return { position, files }
  })

  function replay(state: DocumentState): void {
    // A release that has no such collection any more keeps its documents all the same.
    const spec = { name: state.collection, indexes: [] }
    if (!prepared.has(state.collection)) ensureCollection(database, spec)
    const collection = prepared.get(state.collection) ?? prepareCollection(database, spec)
    settle(collection, state)
    note(collection, state)
  }

  const journal = createJournal(position.next)
  const statements = new Map<string, StatementSync>()
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commitTables = database.prepare('COMMIT')
  const queue: Waiting[] = []
  /** Of a batch that failed: each is tried alone, so that one commit's failure is not the others'. */
  const alone: Waiting[] = []
  /** A record is on its way to the disk; resolves when it is there, or has failed. */
  let flight: Promise<void> | null = null
  let scheduled = false
  let open = true
  let settling: NodeJS.Timeout | null = null
  /** What came into the journal up to this record may go into the tables. */
  let dueUpTo = 0
  /** Commits have come since the timer last looked. */
  let flushed = false
  /** What the open transaction has written into tables, and the collections whose tables it has completed. */
  let settled: PendingDocument[] = []
  const complete = new Set<string>()

  const isWriting = () => flight !== null

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

  function dies(error: unknown): void {
    options.onFatal?.(error)
    ;(options.exit ?? (() => process.exit(1)))()
  }

  function translate(error: unknown): unknown {
    if (codeOf(error) === fsyncFailed) dies(error)
    const isFull = codeOf(error) === full || noRoom.has((error as NodeJS.ErrnoException).code ?? '')
    return isFull ? storeError('storage_full', 'The disk of the data folder is full', error) : error
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
    if (collection.isUnique) settleNow(collection, state)
    if (!pending || state.buried) note(collection, state)
    complete.delete(collection.name)
    const document = journal.note(state, pending, fresh)
    if (collection.isUnique) isSettled(document)
  }

  /** Only the whole table can answer for a unique index. */
  function settleNow(collection: Prepared, state: DocumentState): void {
    transact()
    settleAll(journal.oldest(Infinity, Infinity, collection.name))
    settle(collection, state)
  }

  function isSettled(document: PendingDocument): void {
    document.settled = document.record
    settled.push(document)
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

  /** Makes the tables durable, as far as they have followed. */
  function commitSettled(): void {
    if (!database.isTransaction || flight) return
    try {
      position.write(journal.needed())
      commitTables.run()
    } catch (error) {
      rollBack()
      throw translate(error)
    }
    journal.applied(settled)
    settled = []
    complete.clear()
    files.release(journal.needed())
  }

  /** What the tables were given since they were last made durable waits in the journal again. */
  function rollBack(): void {
    if (database.isTransaction) database.exec('ROLLBACK')
    for (const document of settled) document.settled = 0
    settled = []
    complete.clear()
  }

  /** Writes commits as one record, with one wait for the disk; meanwhile the tables follow. */
  function writeBatch(batch: Waiting[]): void {
    const results: CommitResult[] = []
    try {
      for (const waiting of batch) results.push(write(waiting))
    } catch (error) {
      fail(batch, error)
      return
    }
    const record = journal.record()
    if (!record) {
      answer(batch, results)
      return
    }
    let land = () => {}
    flight = new Promise((resolve) => (land = resolve))
    files.write(record, (error) => {
      flight = null
      if (error) fail(batch, error)
      else {
        journal.keep()
        answer(batch, results)
      }
      land()
      // Those who were answered hear it after this turn; the disk need not wait for them.
      if (open && queue.length > 0) flush()
      guarded(bringAlong)
    })
    if (isWriting()) guarded(bringAlong)
  }

  function answer(batch: readonly Waiting[], results: readonly CommitResult[]): void {
    for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] as CommitResult)
  }

  /** Nothing of a batch has happened; a disk that did not keep its promise is not asked again (reliability R16). */
  function fail(batch: Waiting[], error: unknown): void {
    const { syscall, code = '' } = error as NodeJS.ErrnoException
    if (syscall !== undefined && !noRoom.has(code)) dies(error)
    rollBack()
    journal.forget()
    if (batch.length === 1) batch[0]?.reject(translate(error))
    else alone.push(...batch)
    schedule()
  }

  function flush(): void {
    scheduled = false
    if (flight) return
    const single = alone.shift()
    const batch = single ? [single] : queue.splice(0, batchSize)
    if (batch.length === 0) return
    flushed = true
    writeBatch(batch)
    if (alone.length + queue.length > 0) schedule()
    settleLater()
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  /** Brings into the tables what is due; more than comes in, so that the journal stays short. */
  function bringAlong(): void {
    const isMuch = journal.size() > mostPending
    const documents = journal.oldest(isMuch ? 2 * sliceSize : sliceSize, isMuch ? journal.next() : dueUpTo)
    if (documents.length >= fewest) {
      transact()
      settleAll(documents)
    }
    if (settled.length >= mostSettled) commitSettled()
  }

  /** Writes documents of the journal into their tables, in the open transaction. */
  function settleAll(documents: readonly PendingDocument[]): void {
    // Table by table, so that each finds its pages where the one before left them.
    const sorted = [...documents].sort((a, b) =>
      a.collection < b.collection ? -1 : Number(a.collection > b.collection),
    )
    for (const document of sorted) {
      settle(of(document.collection), document.state, document.fresh && document.settled === 0)
      isSettled(document)
    }
  }

  /** Brings the oldest documents of the journal into their tables; returns how many. */
  function settleOldest(upTo: number): number {
    const documents = journal.oldest(sliceSize, upTo)
    if (documents.length > 0) transact()
    settleAll(documents)
    if (documents.length < sliceSize || settled.length >= mostSettled) commitSettled()
    return documents.length
  }

  /** Trouble is no command's trouble here: everything stands in the journal, and the next attempt may do. */
  function guarded(work: () => void): void {
    try {
      work()
    } catch {
      // A disk that is full refuses the next command with a sentence.
      rollBack()
    }
  }

  function settleLater(): void {
    if (settling || (journal.size() === 0 && !database.isTransaction)) return
    const upTo = journal.next() - 1
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
    else settleLater()
  }

  function settleSlices(): void {
    if (!open) return
    guarded(() => {
      if (settleOldest(dueUpTo) === sliceSize) setImmediate(settleSlices)
    })
    settleLater()
  }

  /**
   * Reads a table with everything that stands for it in the journal: it is durable there, so that on a disk that is full
   * it is read all the same. Nobody is told of what is still on its way to the disk.
   */
  async function reading<T>(collection: string, read: () => T): Promise<T> {
    for (;;) {
      if (journal.has(collection) && !complete.has(collection)) {
        transact()
        settleAll(journal.oldest(Infinity, Infinity, collection))
        complete.add(collection)
        settleLater()
      }
      const found = read()
      if (!flight || !journal.isNoted(collection)) return found
      if (await hasLanded()) return found
    }
  }

  /** The record on its way is durable; false when it failed. */
  async function hasLanded(): Promise<boolean> {
    const number = journal.next()
    await flight
    return journal.next() > number
  }

  function snapshot({ aggregate, followUps }: Commit): Omit<Waiting, 'resolve' | 'reject'> {
    collections.checkData(aggregate.collection, aggregate.id, aggregate.data)
    const collection = of(aggregate.collection)
    return {
      collection,
      id: aggregate.id,
      expectedVersion: aggregate.expectedVersion,
      json: JSON.stringify(aggregate.data),
      items: itemsOf(collection, aggregate.id, aggregate.data),
      followUps: followUps.map((followUp) => {
        collections.checkFollowUp(followUp)
        const { kind, id, own = false } = followUp
        const into = of(followUp.collection)
        if (followUp.kind === 'remove')
          return { kind, collection: into, id, json: '', items: undefined, revision: 0, own }
        const { data } = followUp
        const revision = followUp.kind === 'put' ? followUp.revision : 0
        return { kind, collection: into, id, json: JSON.stringify(data), items: itemsOf(into, id, data), revision, own }
      }),
    }
  }

  return {
    load: async <T>(collection: string, id: string) => {
      const table = of(collection)
      let pending = journal.get(collection, id)
      while (pending && isWriting() && journal.isNoted(collection, pending)) {
        await flight
        pending = journal.get(collection, id)
      }
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
      const sql = pageSql(collection, of(collection).paths, query)
      const { sort, limit } = readOrder(query)
      const rows = await reading(collection, () => all(sql))
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
      const sql = countSql(collection, of(collection).paths, filter)
      return Number((await reading(collection, () => all(sql)))[0]?.['count'])
    },

    async group(collection, query) {
      const sql = groupSql(collection, of(collection).paths, query)
      const rows = await reading(collection, () => all(sql))
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
      while (isWriting() || queue.length + alone.length > 0) {
        flush()
        await flight
      }
      if (settling) clearTimeout(settling)
      // What cannot be written now is in the journal for the next start.
      guarded(() => {
        while (settleOldest(Infinity) > 0);
        if (journal.size() === 0) position.end()
        database.exec(`PRAGMA incremental_vacuum(${mostVacuumed})`)
      })
      files.close(journal.size() > 0)
      file.close()
    },
  }
}

/** Does the work that opens a store; when it fails the file is let go. */
function guardedBy<T>(file: SqliteFile, work: () => T): T {
  try {
    return work()
  } catch (error) {
    file.close()
    throw error
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
