import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { CollectionSpec } from '../../../workflows/runtime/ports.ts'
import type { Sql } from './compile-query.ts'
import { createFollower } from './follower.ts'
import type { FollowerOptions, Row } from './follower.ts'
import type { JournalRecord } from './journal-files.ts'

/** What the store says to who follows its journal; everything is done in the order in which it is said. */
export interface FollowerLine {
  /** The next record; it is durable. */
  take(record: JournalRecord): void
  query(collection: string, sql: Sql): Promise<Row[]>
  forgetMarks(before: number): Promise<void>
  /** The last thing that is said. False when the records are needed by the next start. */
  end(): Promise<boolean>
}

/** Follows in this thread: for a program that reads and writes little, or a test, which opens many stores. */
export function followHere(
  database: DatabaseSync,
  specs: readonly CollectionSpec[],
  options: FollowerOptions,
): FollowerLine {
  const follower = createFollower(database, specs, options)
  return {
    take: (record) => follower.take([record]),
    query: async (collection, sql) => follower.query(collection, sql),
    forgetMarks: async (before) => follower.forgetMarks(before),
    end: async () => follower.end(),
  }
}

/** What SQLite says of a failure, as one thread tells it to another. */
export interface Trouble {
  message: string
  code: string | undefined
  errcode: number | undefined
}

export const troubleOf = (error: unknown): Trouble => {
  const { message, code, errcode } = error as Error & Partial<Trouble>
  return { message, code, errcode }
}

const errorOf = ({ message, ...rest }: Trouble): Error => Object.assign(new Error(message), rest)

/** What the thread opens. */
export interface Opening {
  path: string
  specs: readonly CollectionSpec[]
  next: number
  settleMilliseconds: number
}

export type Said =
  | { kind: 'take'; records: JournalRecord[] }
  | { kind: 'query'; collection: string; sql: Sql }
  | { kind: 'forgetMarks'; before: number }
  | { kind: 'end' }

export type Heard =
  | { kind: 'committed'; needed: number }
  | { kind: 'troubled'; trouble: Trouble }
  | { kind: 'rows'; rows: Row[] }
  | { kind: 'failed'; trouble: Trouble }
  | { kind: 'ended'; isEmpty: boolean }

/** Records are told when they make so many characters, or after a while, or before the next question. */
const muchText = 2 ** 16
const tellAfterMilliseconds = 20

/**
 * Follows in a thread of its own with a connection of its own, so that tables, checkpoints and long queries keep nobody
 * else waiting. `onGone` is told when the thread ends by itself; nothing is answered any more then.
 */
export function followInThread(
  path: string,
  specs: readonly CollectionSpec[],
  { next, settleMilliseconds, onCommit, onTrouble }: FollowerOptions,
  onGone: (error: unknown) => void,
): FollowerLine {
  const opening: Opening = { path, specs, next, settleMilliseconds }
  const thread = new Worker(new URL('./follower-thread.ts', import.meta.url), { workerData: opening })
  const waiting: { resolve: (heard: Heard) => void; reject: (error: Error) => void }[] = []
  let records: JournalRecord[] = []
  let length = 0
  let timer: NodeJS.Timeout | null = null
  let isEnding = false
  thread.on('error', onGone)
  thread.once('exit', (code) => {
    if (!isEnding) onGone(new Error(`The thread of the tables ended with ${code}`))
  })
  // Who waits for an answer keeps the process, the thread alone does not.
  thread.unref()

  thread.on('message', (heard: Heard) => {
    if (heard.kind === 'committed') return onCommit(heard.needed)
    if (heard.kind === 'troubled') return onTrouble(errorOf(heard.trouble))
    const asker = waiting.shift()
    if (waiting.length === 0) thread.unref()
    if (heard.kind === 'failed') asker?.reject(errorOf(heard.trouble))
    else asker?.resolve(heard)
  })

  const say = (said: Said) => thread.postMessage(said)

  function tell(): void {
    if (timer) clearTimeout(timer)
    timer = null
    if (records.length > 0) say({ kind: 'take', records })
    records = []
    length = 0
  }

  function ask(said: Said): Promise<Heard> {
    tell()
    thread.ref()
    say(said)
    return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
  }

  return {
    take(record) {
      records.push(record)
      length += record.text.length
      if (length >= muchText) tell()
      else timer ??= setTimeout(tell, tellAfterMilliseconds).unref()
    },
    async query(collection, sql) {
      const heard = await ask({ kind: 'query', collection, sql })
      return heard.kind === 'rows' ? heard.rows : []
    },
    forgetMarks: async (before) => void (await ask({ kind: 'forgetMarks', before })),
    async end() {
      isEnding = true
      const heard = await ask({ kind: 'end' })
      return heard.kind === 'ended' && heard.isEmpty
    },
  }
}
