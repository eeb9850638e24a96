/**
 * The ports of the durable runtime: what it needs from a database, a clock and ids. `server/database` implements the
 * store; every implementation passes one contract suite (tests/server/database).
 */

import type { Filter, Path, Query, Scalar } from './query.ts'

export * from './collections.ts'
export * from './query.ts'

/** A document with the version that compare-and-set compares. Versions count from 1. */
export interface Stored<T = unknown> {
  id: string
  version: number
  data: T
}

export interface Page<T> {
  items: Stored<T>[]
  next: string | null
}

/** The one aggregate that a commit changes. */
export interface AggregateWrite {
  collection: string
  id: string
  /** The version that was loaded; 0 when it must not exist yet. */
  expectedVersion: number
  data: unknown
}

/**
 * What follows from an aggregate's change, applied in order with it: in the same transaction, or from its outbox.
 * Applying one twice, also late, changes nothing.
 */
export type FollowUp = FollowUpWrite & {
  /**
   * The id is made of the aggregate's and comes once: only one commit of this aggregate inserts the document, so its
   * compare-and-set keeps a second or late insert out. A store that writes both at once need not look for the document
   * when it is inserted, nor remember it when it is removed.
   */
  own?: boolean
}

type FollowUpWrite =
  /** Stores a document unless one with this id exists or existed (a removed one is not revived). */
  | { kind: 'insert'; collection: string; id: string; data: unknown }
  /** Replaces a projection unless it already shows this or a later revision of its source. */
  | { kind: 'put'; collection: string; id: string; data: unknown; revision: number }
  | { kind: 'remove'; collection: string; id: string }

export interface Commit {
  aggregate: AggregateWrite
  followUps: FollowUp[]
}

/** `conflict`: another write was first, read again. `duplicate`: a unique index has the value under another id. */
export type CommitResult = { ok: true; version: number } | { ok: false; reason: 'conflict' | 'duplicate' }

/** Aggregates and follow-ups; see architecture, Storing. */
export interface Store {
  /** The aggregate with all its earlier follow-ups done, or null. */
  load<T>(collection: string, id: string): Promise<Stored<T> | null>
  /** Durable when it resolves. A conflict is an answer, not an exception; nothing is written then. */
  commit(commit: Commit): Promise<CommitResult>
  find<T>(collection: string, query: Query): Promise<Page<T>>
  count(collection: string, filter?: Filter): Promise<number>
  /** Counts, and optionally sums an integer field, by the value of one field. */
  group(
    collection: string,
    query: { filter?: Filter; by: Path; sum?: Path },
  ): Promise<{ key: Scalar; count: number; sum: number }[]>
  /** Finishes follow-ups that a crash left; run at start and from time to time. Returns how many. */
  relay(): Promise<number>
  close(): Promise<void>
}

export interface Clock {
  /** ISO 8601 UTC with milliseconds. */
  now(): string
}

export interface Ids {
  /** A new time-ordered id. */
  next(): string
}

/** Runs something later; real timers in the server, by hand in tests. */
export interface Scheduler {
  after(milliseconds: number, run: () => void): { cancel(): void }
}

export interface Log {
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, fields?: Record<string, unknown>): void
}
