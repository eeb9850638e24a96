import type { DatabaseSync } from 'node:sqlite'
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
import { followHere, followInThread } from './follower-line.ts'
import type { Row } from './follower.ts'
import { openJournalFiles } from './journal-files.ts'
import type { Disk } from './journal-files.ts'
import { createJournal, readRecord } from './journal.ts'
import type { DocumentState, PendingDocument } from './journal.ts'
import { openPosition } from './journal-position.ts'
import { openSqliteFile } from './open-database.ts'
import type { SqliteFile } from './open-database.ts'
import { ensureCollection } from './schema.ts'
import { absent, isTaken, note, openCollection, standingOf, uniqueValuesOf } from './standing.ts'
import type { Collection, UniqueValue } from './standing.ts'
import { openTables, today } from './tables.ts'

export interface SqliteOptions {
  dataDir: string
  /** The tables are written and read by a thread of their own; else by this one. */
  inThread?: boolean
  /** Told before the process ends because the disk failed to keep what it promised. */
  onFatal?: (error: unknown) => void
  /** Ends the process; an fsync that failed is never tried again (reliability R16). */
  exit?: () => void
  /** When the tables follow the journal; default 50. */
  settleMilliseconds?: number
  /** What the journal is written to; a test's fails. */
  disk?: Disk
}

/** Commits of one record at most: while it is on its way to the disk, those who wait for the next one are worked for. */
const batchSize = 32

/** How long the tables wait for a document: long enough for many changes of it to become one. */
const usualSettleMilliseconds = 50

/** Commits wait for the tables when so many documents do. */
const mostPending = 40_000

const full = 13
const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const fsyncFailed = 1034

/** A commit with its documents already written as JSON: what the caller changes later does not get in. */
interface Waiting {
  collection: Collection
  id: string
  expectedVersion: number
  json: string
  uniques: UniqueValue[]
  followUps: WaitingFollowUp[]
  resolve: (result: CommitResult) => void
  reject: (error: unknown) => void
}

interface WaitingFollowUp {
  kind: FollowUp['kind']
  collection: Collection
  id: string
  json: string
  revision: number
  own: boolean
}

/**
 * The embedded store: a database whose tables one follower writes, and before it a journal. Commits that arrive in the same
 * turn of the event loop, or while the record before is on its way to the disk, share one record and so one wait for the
 * disk; there is no timer. A commit is answered when its record is durable; the tables follow within moments, or when
 * somebody asks them, and are made durable from time to time.
 */
export function openSqliteStore(specs: readonly CollectionSpec[], options: SqliteOptions): Store {
  const collections = readCollections(specs)
  const file = openSqliteFile(options.dataDir)
  const { database } = file
  const { position, files, prepared } = guardedBy(file, () => {
    database.exec('BEGIN IMMEDIATE')
    migrate(database)
    for (const spec of collections.specs) ensureCollection(database, spec)
    const position = openPosition(database, options.dataDir)
    const tables = openTables(database, collections.specs)
    for (const { text } of position.records) for (const state of readRecord(text)) tables.settle(state, false)
    const files = openJournalFiles(options.dataDir, options.disk)
    position.begin()
    database.exec('COMMIT')
    const prepared = new Map(collections.specs.map((spec) => [spec.name, openCollection(database, spec)]))
    return { position, files, prepared }
  })
  const queue: Waiting[] = []
  /** Of a batch that failed: each is tried alone, so that one commit's failure is not the others'. */
  const alone: Waiting[] = []
  /** A record is on its way to the disk; resolves when it is there, or has failed. */
  let flight: Promise<void> | null = null
  let scheduled = false
  let open = true
  const journal = createJournal(position.next)
  /** The tables cannot follow for now; whoever commits does not wait for them. */
  let isTroubled = false
  const following = {
    next: position.next,
    settleMilliseconds: options.settleMilliseconds ?? usualSettleMilliseconds,
    onCommit(needed: number) {
      isTroubled = false
      journal.followed(needed)
      files.release(needed)
      schedule()
    },
    onTrouble(error: unknown) {
      isTroubled = true
      translate(error)
    },
  }
  const follower = options.inThread
    ? followInThread(file.path, collections.specs, following, dies)
    : followHere(database, collections.specs, following)

  const isWriting = () => flight !== null

  const of = (name: string): Collection => {
    const found = prepared.get(name)
    if (!found) throw storeError('collection.unknown', `Expected a declared collection, but got ${name}`)
    return found
  }

  function dies(error: unknown): void {
    options.onFatal?.(error)
    ;(options.exit ?? (() => process.exit(1)))()
  }

  function translate(error: unknown): unknown {
    const { errcode, code = '' } = error as { errcode?: number; code?: string }
    if (errcode === fsyncFailed) dies(error)
    const isFull = errcode === full || noRoom.has(code)
    return isFull ? storeError('storage_full', 'The disk of the data folder is full', error) : error
  }

  function record(collection: Collection, state: DocumentState, pending: PendingDocument | undefined): void {
    if (!pending || state.buried) note(collection, state)
    journal.note(state, pending)
  }

  function write({ collection, id, expectedVersion, json, uniques, followUps }: Waiting): CommitResult {
    const { name } = collection
    const pending = journal.get(name, id)
    const before = standingOf(collection, id, pending)
    if (before.buried || (before.exists ? before.version : 0) !== expectedVersion)
      return { ok: false, reason: 'conflict' }
    if (uniques.length > 0 && isTaken(journal, collection, id, uniques)) return { ok: false, reason: 'duplicate' }
    const keys = uniques.map(({ key }) => key)
    const version = expectedVersion + 1
    const { revision } = before
    record(collection, { collection: name, id, version, revision, json, keys, buried: false }, pending)
    for (const followUp of followUps) follow(followUp)
    return { ok: true, version }
  }

  function follow({ kind, collection, id, json, revision, own }: WaitingFollowUp): void {
    const { name } = collection
    const pending = journal.get(name, id)
    if (kind === 'remove') {
      const version = pending?.state.version ?? 0
      record(collection, { collection: name, id, version, revision: 0, json: null, buried: !own }, pending)
      return
    }
    // Only this commit can make it, so there is nothing to look for.
    const isNew = own && kind === 'insert' && !pending
    const before = isNew ? absent : standingOf(collection, id, pending)
    if (before.buried || (before.exists && (kind === 'insert' || before.revision >= revision))) return
    const version = (before.exists ? before.version : 0) + 1
    record(collection, { collection: name, id, version, revision, json, buried: false }, pending)
  }

  /** Writes commits as one record, with one wait for the disk. */
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
        follower.take(record)
        answer(batch, results)
      }
      land()
      // Those who were answered hear it after this turn; the disk need not wait for them.
      if (open && queue.length > 0) flush()
    })
  }

  function answer(batch: readonly Waiting[], results: readonly CommitResult[]): void {
    for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] as CommitResult)
  }

  /** Nothing of a batch has happened; a disk that did not keep its promise is not asked again (reliability R16). */
  function fail(batch: Waiting[], error: unknown): void {
    const { syscall, code = '' } = error as NodeJS.ErrnoException
    if (syscall !== undefined && !noRoom.has(code)) dies(error)
    journal.forget()
    if (batch.length === 1) batch[0]?.reject(translate(error))
    else alone.push(...batch)
    schedule()
  }

  function flush(): void {
    scheduled = false
    const isAhead = open && !isTroubled && journal.size() > mostPending
    if (flight || isAhead) return
    const single = alone.shift()
    const batch = single ? [single] : queue.splice(0, batchSize)
    if (batch.length === 0) return
    writeBatch(batch)
    if (alone.length + queue.length > 0) schedule()
  }

  function schedule(): void {
    if (scheduled || queue.length + alone.length === 0) return
    scheduled = true
    setImmediate(flush)
  }

  const rowsOf = (collection: string, sql: Sql): Promise<Row[]> =>
    follower.query(collection, sql).catch((error: unknown) => {
      throw translate(error)
    })

  function snapshot({ aggregate, followUps }: Commit): Omit<Waiting, 'resolve' | 'reject'> {
    const { id, expectedVersion, data } = aggregate
    collections.checkData(aggregate.collection, id, data)
    const collection = of(aggregate.collection)
    return {
      collection,
      id,
      expectedVersion,
      json: JSON.stringify(data),
      uniques: uniqueValuesOf(collection, id, data),
      followUps: followUps.map((followUp) => {
        collections.checkFollowUp(followUp)
        const { kind, id, own = false } = followUp
        const into = of(followUp.collection)
        if (followUp.kind === 'remove') return { kind, collection: into, id, json: '', revision: 0, own }
        const { data } = followUp
        const revision = followUp.kind === 'put' ? followUp.revision : 0
        return { kind, collection: into, id, json: JSON.stringify(data), revision, own }
      }),
    }
  }

  return {
    load: async <T>(name: string, id: string) => {
      const collection = of(name)
      let pending = journal.get(name, id)
      while (pending && isWriting() && journal.isNoted(pending)) {
        await flight
        pending = journal.get(name, id)
      }
      if (pending) {
        const { version, json } = pending.state
        return json === null ? null : { id, version, data: JSON.parse(json) as T }
      }
      const row = collection.load.get(id)
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
      const rows = await rowsOf(collection, sql)
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
      const rows = await rowsOf(collection, countSql(collection, of(collection).paths, filter))
      return Number(rows[0]?.['count'])
    },

    async group(collection, query) {
      const rows = await rowsOf(collection, groupSql(collection, of(collection).paths, query))
      return rows.map((row) => ({ key: row['key'] as Scalar, count: Number(row['count']), sum: Number(row['sum']) }))
    },

    /** Nothing is ever left to finish; marks of what was removed go when no late write can come any more. */
    async relay() {
      await follower.forgetMarks(today() - removedDays)
      return 0
    },

    async close() {
      if (!open) return
      open = false
      while (isWriting() || queue.length + alone.length > 0) {
        flush()
        await flight
      }
      const isEmpty = await follower.end()
      files.close(!isEmpty)
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
