import type { JournalRecord } from './journal-files.ts'

/** How a document stands after a write: whole, so that writing it again changes nothing. */
export interface DocumentState {
  collection: string
  id: string
  version: number
  revision: number
  /** Null when it was removed. */
  json: string | null
  /** What it has in unique indexes, where its collection has any. */
  keys?: readonly string[]
  /** It was removed for good: no late write may revive it. */
  buried: boolean
}

/** A document that stands in the journal and perhaps not yet in its table. */
export interface PendingDocument {
  collection: string
  id: string
  /** The record that first brought it here. */
  since: number
  /** The record that holds the state. */
  record: number
  state: DocumentState
}

/** A line that says which document, and a line that is the document; JSON text has no line breaks of its own. */
export function writeState({ collection, id, version, revision, json, buried }: DocumentState): string {
  const how = json === null ? (buried ? 'buried' : 'removed') : 'stands'
  return `${collection} ${version} ${revision} ${how} ${JSON.stringify(id)}\n${json ?? ''}\n`
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
      buried: how === 'buried',
    })
  }
  return states
}

/**
 * What was committed and stands perhaps only in the journal: one record for each transaction, durable when it is
 * answered. The tables follow a moment later, many documents at once and each in its last state only; until then this
 * memory answers for them, and after a crash the records do.
 */
export interface Journal {
  get(collection: string, id: string): PendingDocument | undefined
  /** Ids of the documents that hold a key of a unique index. */
  holdersOf(collection: string, key: string): string[]
  size(): number
  /** Number of the record that comes next, or that is being written. */
  next(): number
  /** Notes a state for the record that comes next, of a document that is pending already or not. */
  note(state: DocumentState, known: PendingDocument | undefined): void
  /** The noted states as a record; null when there are none. */
  record(): JournalRecord | null
  /** Whether the state of a document was noted and is not durable yet. */
  isNoted(document: PendingDocument): boolean
  /** The noted states are durable. */
  keep(): void
  /** The noted states came to nothing. */
  forget(): void
  /** The tables lack nothing that stands before this record. */
  followed(needed: number): void
}

/** How a pending document was before the current transaction. */
interface Before {
  document: PendingDocument
  state: DocumentState
  record: number
  isNew: boolean
}

/** A journal whose first record has this number. */
export function createJournal(first: number): Journal {
  /** In the order in which they came. */
  const pending = new Set<PendingDocument>()
  const byCollection = new Map<string, Map<string, PendingDocument>>()
  let next = first
  let text = ''
  let before: Before[] = []

  const of = (collection: string): Map<string, PendingDocument> => {
    const known = byCollection.get(collection)
    if (known) return known
    const documents = new Map<string, PendingDocument>()
    byCollection.set(collection, documents)
    return documents
  }

  function drop(document: PendingDocument): void {
    pending.delete(document)
    of(document.collection).delete(document.id)
  }

  return {
    get: (collection, id) => byCollection.get(collection)?.get(id),
    holdersOf: (collection, key) =>
      [...of(collection).values()].flatMap(({ id, state }) => (state.keys?.includes(key) ? [id] : [])),
    size: () => pending.size,
    next: () => next,
    note(state, known) {
      text += writeState(state)
      if (known) {
        before.push({ document: known, state: known.state, record: known.record, isNew: false })
        known.state = state
        known.record = next
        return
      }
      const { collection, id } = state
      const document: PendingDocument = { collection, id, since: next, record: next, state }
      before.push({ document, state, record: next, isNew: true })
      of(collection).set(id, document)
      pending.add(document)
    },
    record: () => (text === '' ? null : { number: next, text }),
    isNoted: (document) => text !== '' && document.record === next,
    keep() {
      if (text !== '') next += 1
      text = ''
      before = []
    },
    forget() {
      for (const { document, state, record, isNew } of before.reverse()) {
        document.state = state
        document.record = record
        if (isNew) drop(document)
      }
      text = ''
      before = []
    },
    followed(needed) {
      for (const document of pending) {
        // Whoever came later is in a later record.
        if (document.since >= needed) break
        if (document.record < needed) drop(document)
      }
    },
  }
}
