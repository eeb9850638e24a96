import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** A plain item of a declared list, as SQLite holds it. */
export type Item = string | number

/** How a document stands after a write: whole, so that writing it again changes nothing. */
export interface DocumentState {
  collection: string
  id: string
  version: number
  revision: number
  /** Null when it was removed. */
  json: string | null
  /** The items of its declared lists, in their order, where they are at hand; else the text has them. */
  items: Item[][] | undefined
  /** It was removed for good: no late write may revive it. */
  buried: boolean
}

/** A document that stands in the journal and not yet in its table. */
export interface PendingDocument extends DocumentState {
  /** The record that first brought it here. */
  since: number
  /** The record that holds this state. */
  record: number
  /** Its table has no row of it. */
  fresh: boolean
}

/** A line that says which document, and a line that is the document; JSON text has no line breaks of its own. */
export function writeRecord(states: readonly DocumentState[]): string {
  let text = ''
  for (const { collection, id, version, revision, json, buried } of states)
    text += `${collection} ${version} ${revision} ${json === null ? (buried ? 'buried' : 'removed') : 'stands'} ${JSON.stringify(id)}\n${json ?? ''}\n`
  return text
}

export function readRecord(text: string): DocumentState[] {
  const lines = text.split('\n')
  const states: DocumentState[] = []
  for (let line = 0; line + 1 < lines.length; line += 2) {
    const [collection = '', version, revision, how, ...id] = (lines[line] ?? '').split(' ')
    states.push({
      collection,
      id: JSON.parse(id.join(' ')) as string,
      version: Number(version),
      revision: Number(revision),
      json: how === 'stands' ? (lines[line + 1] ?? '') : null,
      items: undefined,
      buried: how === 'buried',
    })
  }
  return states
}

/**
 * What was committed and stands only in the journal: one record for each transaction, durable when it is answered.
 * The tables follow a moment later, many documents at once and each in its last state only; until then this memory
 * answers for them, and after a crash the records do.
 */
export interface Journal {
  get(collection: string, id: string): PendingDocument | undefined
  has(collection: string): boolean
  size(): number
  /** Number of the record that the current transaction will write. */
  next(): number
  /** Notes a state that the current transaction writes. */
  note(document: PendingDocument): void
  /** Writes the noted states as one record, in the current transaction. */
  write(): void
  /** The current transaction is durable. */
  keep(): void
  /** The current transaction came to nothing. */
  forget(): void
  /** The documents that came up to a record, oldest first, perhaps of one collection only. */
  oldest(limit: number, upTo: number, collection?: string): PendingDocument[]
  /** Drops the records that nothing needs once these documents stand in their tables, in the current transaction. */
  trim(applied: readonly PendingDocument[]): void
  /** They stand in their tables. */
  applied(documents: readonly PendingDocument[]): void
}

export function createJournal(database: DatabaseSync): Journal {
  const insert = database.prepare('INSERT INTO journal (number, data) VALUES (?, ?)')
  const trim = database.prepare('DELETE FROM journal WHERE number < ?')
  /** In the order in which they came. */
  const pending = new Map<string, PendingDocument>()
  const counts = new Map<string, number>()
  let next = 1
  let noted: PendingDocument[] = []
  let before: { key: string; document: PendingDocument | undefined }[] = []

  const keyOf = (collection: string, id: string) => `${collection}/${id}`
  const count = (collection: string, change: number) => counts.set(collection, (counts.get(collection) ?? 0) + change)

  return {
    get: (collection, id) => pending.get(keyOf(collection, id)),
    has: (collection) => (counts.get(collection) ?? 0) > 0,
    size: () => pending.size,
    next: () => next,
    note(document) {
      const key = keyOf(document.collection, document.id)
      const known = pending.get(key)
      before.push({ key, document: known })
      if (!known) count(document.collection, 1)
      pending.set(key, document)
      noted.push(document)
    },
    write() {
      if (noted.length > 0) insert.run(next, writeRecord(noted))
    },
    keep() {
      if (noted.length > 0) next += 1
      noted = []
      before = []
    },
    forget() {
      for (const { key, document } of before.reverse()) {
        if (document) pending.set(key, document)
        else {
          const gone = pending.get(key)
          if (gone && pending.delete(key)) count(gone.collection, -1)
        }
      }
      noted = []
      before = []
    },
    oldest(limit, upTo, collection) {
      const found: PendingDocument[] = []
      for (const document of pending.values()) {
        if (found.length >= limit || document.since > upTo) break
        if (collection === undefined || document.collection === collection) found.push(document)
      }
      return found
    },
    trim(applied) {
      const done = new Set(applied)
      let needed = next
      for (const document of pending.values())
        if (document.record < needed && !done.has(document)) needed = document.record
      trim.run(needed)
    },
    applied(documents) {
      for (const { collection, id } of documents) if (pending.delete(keyOf(collection, id))) count(collection, -1)
    },
  }
}

/** Brings the tables to what the records of the last run say, in order, and empties the journal. */
export function replayJournal(database: DatabaseSync, apply: (state: DocumentState) => void): void {
  for (const { data } of records(database)) for (const state of readRecord(data)) apply(state)
  database.exec('DELETE FROM journal')
}

/** The last state of every document of which the journal knows, by collection and id. */
export function readJournal(database: DatabaseSync): Map<string, Map<string, DocumentState>> {
  const found = new Map<string, Map<string, DocumentState>>()
  for (const { data } of records(database))
    for (const state of readRecord(data)) {
      const known = found.get(state.collection) ?? new Map<string, DocumentState>()
      found.set(state.collection, known.set(state.id, state))
    }
  return found
}

function* records(database: DatabaseSync): Generator<{ data: string }> {
  const there = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'journal'`).get()
  if (!there) return
  const all: StatementSync = database.prepare('SELECT data FROM journal ORDER BY number')
  for (const row of all.all()) yield { data: String(row['data']) }
}
