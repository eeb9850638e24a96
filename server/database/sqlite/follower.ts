import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { CollectionSpec } from '../../../workflows/runtime/ports.ts'
import type { Sql } from './compile-query.ts'
import type { JournalRecord } from './journal-files.ts'
import { endJournal, positionWriter } from './journal-position.ts'
import { readRecord } from './journal.ts'
import type { DocumentState } from './journal.ts'
import { openTables } from './tables.ts'

export type Row = Record<string, unknown>

export interface FollowerOptions {
  /** Number of the first record that the tables lack. */
  next: number
  /** How long a document waits for its table: long enough for many changes of it to become one. */
  settleMilliseconds: number
  /** The tables are durable: they lack nothing that stands before this record. */
  onCommit(needed: number): void
  /** What the tables were given since they were last durable is gone; it is tried again. */
  onTrouble(error: unknown): void
}

/**
 * Brings the records of the journal into the tables, many documents at once and each in its last state only. It is told
 * of durable records alone, so whoever reads the tables is shown nothing else. What the tables have stands in an open
 * transaction, which is committed from time to time together with the position in the journal.
 */
export interface Follower {
  /** The next records, in order. */
  take(records: readonly JournalRecord[]): void
  /** Rows of a query over a collection with everything that was taken. Throws what SQLite says. */
  query(collection: string, sql: Sql): Row[]
  /** Marks of documents that were removed before this day go, some of them at a time. */
  forgetMarks(before: number): void
  /**
   * Brings everything into the tables and gives pages back; the last thing that is done. False when the tables do not
   * take it: the records are needed by the next start.
   */
  end(): boolean
}

/** A document that waits for its table, or for the commit of what the table has. */
interface Lagging {
  /** The record that first brought it. */
  since: number
  /** The record that holds the state. */
  record: number
  /** The record whose state the open transaction has; 0 when it has none. */
  settled: number
  /** Its table has no row of it. */
  fresh: boolean
  state: DocumentState
}

/** Documents that follow in one go: enough to be worth their pages, few enough that a query waits little for them. */
const sliceSize = 256
const fewest = 96
/** Documents in one transaction: enough to be worth its fsync. */
const mostSettled = 2048
/** All follow at once when so many lag behind. */
const many = 8000
/** Pages given back at an end; a large clean-up must not keep the server from ending. */
const mostVacuumed = 2000
const mostStatements = 500

const byCollection = (a: Lagging, b: Lagging): number =>
  a.state.collection < b.state.collection ? -1 : Number(a.state.collection > b.state.collection)

export function createFollower(
  database: DatabaseSync,
  specs: readonly CollectionSpec[],
  { next, settleMilliseconds, onCommit, onTrouble }: FollowerOptions,
): Follower {
  const tables = openTables(database, specs)
  const writePosition = positionWriter(database)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const statements = new Map<string, StatementSync>()
  /** In the order in which they came. */
  const lagging = new Set<Lagging>()
  const byName = new Map<string, Map<string, Lagging>>()
  /** What the open transaction has, and the collections that it has complete. */
  let settled: Lagging[] = []
  const complete = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  /** What came up to this record is due. */
  let dueUpTo = 0
  /** Records have come since the timer last looked. */
  let hasNews = false
  /** None have: what is due goes alone. */
  let isCalm = false
  let isWorking = false

  const documentsOf = (collection: string): Map<string, Lagging> => {
    const known = byName.get(collection)
    if (known) return known
    const documents = new Map<string, Lagging>()
    byName.set(collection, documents)
    return documents
  }

  function takeState(state: DocumentState, record: number): void {
    const documents = documentsOf(state.collection)
    const known = documents.get(state.id)
    complete.delete(state.collection)
    if (known) {
      known.state = state
      known.record = record
      return
    }
    // A first version has no row: an earlier document of this id would lag behind here, or be gone from the table.
    const fresh = state.version === 1 && state.json !== null
    const document: Lagging = { since: record, record, settled: 0, fresh, state }
    documents.set(state.id, document)
    lagging.add(document)
  }

  function drop(document: Lagging): void {
    lagging.delete(document)
    documentsOf(document.state.collection).delete(document.state.id)
  }

  /** Those that stand in no table as they are, oldest first. */
  function oldest(limit: number, upTo: number, documents: Iterable<Lagging> = lagging): Lagging[] {
    const found: Lagging[] = []
    for (const document of documents) {
      if (found.length >= limit || document.since > upTo) break
      if (document.settled !== document.record) found.push(document)
    }
    return found
  }

  /** The first record that the tables lack when they are committed. */
  function needed(): number {
    let first = next
    for (const { since, record, settled } of lagging) {
      // Whoever came later is in a later record.
      if (since >= first) break
      if (record < first && record !== settled) first = record
    }
    return first
  }

  function settle(documents: Lagging[]): void {
    if (documents.length > 0 && !database.isTransaction) begin.run()
    // Table by table, so that each finds its pages where the one before left them.
    for (const document of documents.sort(byCollection)) {
      tables.settle(document.state, document.fresh)
      document.fresh = false
      document.settled = document.record
      settled.push(document)
    }
  }

  function commitSettled(): void {
    if (!database.isTransaction) return
    const first = needed()
    writePosition(first)
    commit.run()
    for (const document of settled) {
      if (document.record === document.settled) drop(document)
      document.settled = 0
    }
    settled = []
    complete.clear()
    onCommit(first)
  }

  /** When the tables do not take something, all of it waits for the next attempt. */
  function attempt<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      for (const document of settled) document.settled = 0
      settled = []
      complete.clear()
      onTrouble(error)
      startTimer()
      throw error
    }
  }

  /** Brings along what is due; more than comes in, so that the journal stays short. Whether there is more of it. */
  function advance(): boolean {
    const isMuch = lagging.size > many
    const documents = oldest(isMuch ? 2 * sliceSize : sliceSize, isMuch ? next : dueUpTo)
    const isLast = documents.length < sliceSize
    if (isCalm || documents.length >= fewest) settle(documents)
    if (settled.length >= mostSettled || (isCalm && isLast)) commitSettled()
    return !isLast
  }

  /** Slice by slice, so that whoever asks meanwhile waits for one only. */
  function work(): void {
    if (isWorking) return
    isWorking = true
    setImmediate(() => {
      isWorking = false
      try {
        if (database.isOpen && attempt(advance)) work()
      } catch {
        // Everything stands in the journal, and the timer tries again.
      }
    })
  }

  function startTimer(): void {
    if (timer || lagging.size === 0) return
    const upTo = next - 1
    timer = setTimeout(() => {
      timer = null
      dueUpTo = upTo
      isCalm = !hasNews
      hasNews = false
      work()
      startTimer()
    }, settleMilliseconds)
    timer.unref()
  }

  function rowsOf({ text, values }: Sql): Row[] {
    let statement = statements.get(text)
    if (!statement) {
      if (statements.size >= mostStatements) statements.clear()
      statement = database.prepare(text)
      statements.set(text, statement)
    }
    return statement.all(...(values as SQLInputValue[]))
  }

  return {
    take(records) {
      for (const { number, text } of records) {
        for (const state of readRecord(text)) takeState(state, number)
        next = number + 1
      }
      hasNews = true
      isCalm = false
      startTimer()
      work()
    },
    query(collection, sql) {
      if (!complete.has(collection)) attempt(() => settle(oldest(Infinity, Infinity, documentsOf(collection).values())))
      complete.add(collection)
      if (settled.length >= mostSettled) attempt(commitSettled)
      return rowsOf(sql)
    },
    forgetMarks: tables.forgetMarks,
    end() {
      if (timer) clearTimeout(timer)
      try {
        attempt(() => {
          settle(oldest(Infinity, Infinity))
          commitSettled()
          endJournal(database)
        })
      } catch {
        return false
      }
      database.exec(`PRAGMA incremental_vacuum(${mostVacuumed})`)
      return true
    },
  }
}
