import type { Host } from '../engine/host.ts'
import type { Request } from '../engine/requests.ts'
import type { JsonValue } from '../model/json.ts'
import type { KeyedQueue } from './keyed-queue.ts'
import type { Clock, FollowUp, Ids, Store } from './ports.ts'

/** The shared value of a data store. Collection `dataStores`, by its name. */
export interface DataStoreDocument {
  value: JsonValue
  /** A write whose instance is being committed: it counts once there is a document with its id in `dataStoreWrites`. */
  pending: { id: string; value: JsonValue; processInstanceId: string; until: string } | null
}

/** A value as a step saw it. */
interface Seen {
  version: number
  value: JsonValue
  /** Somebody else's write that is not decided yet. */
  undecided: boolean
}

export type SeenStores = ReadonlyMap<string, Seen>

/** What a step wrote, on its way through the commit of its instance. */
export interface StoreWrites {
  /** The proof that the instance was committed. */
  followUps: FollowUp[]
  committed(): Promise<void>
  abandoned(): Promise<void>
}

/** How long a writer that was interrupted keeps others waiting. */
const patience = 'PT30S'

interface Written {
  name: string
  version: number
  before: JsonValue
  after: JsonValue
}

/**
 * Values that instances share (coverage (c)6). A step reads them before and hands back what it wrote. The write is
 * announced by compare-and-set on what was read, then the instance is committed with a proof of it, then it counts: so
 * none is lost and none is made without its instance, whichever server stops in between.
 */
export function createDataStores(deps: {
  store: Store
  clock: Clock
  ids: Ids
  queue: KeyedQueue
  /** No other process shares the store: a write that is found announced is of a dead one. */
  alone: boolean
  expiry(now: string, timeToLive: string): string
}) {
  const { store, clock, ids, queue } = deps

  async function see(name: string): Promise<Seen> {
    const stored = await store.load<DataStoreDocument>('dataStores', name)
    if (!stored) return { version: 0, value: null, undecided: false }
    const { version, data } = stored
    const { pending } = data
    if (!pending) return { version, value: data.value, undecided: false }
    // Loading the instance brings what followed from its commits.
    await store.load('instances', pending.processInstanceId)
    const proof = await store.load('dataStoreWrites', pending.id)
    if (proof) return { version, value: pending.value, undecided: false }
    return { version, value: data.value, undecided: !deps.alone && clock.now() < pending.until }
  }

  const write = (name: string, expectedVersion: number, data: DataStoreDocument, followUps: FollowUp[] = []) =>
    store.commit({ aggregate: { collection: 'dataStores', id: name, expectedVersion, data }, followUps })

  return {
    /** Reads the stores of a definition; null when there are none. */
    async read(names: readonly string[]): Promise<SeenStores | null> {
      if (names.length === 0) return null
      return new Map(await Promise.all(names.map(async (name) => [name, await see(name)] as const)))
    },

    /** What a step may ask, with the values that were read for it. */
    hostFor: (host: Host, seen: SeenStores | null): Host =>
      seen ? { ...host, dataStore: (name) => seen.get(name)?.value ?? null } : host,

    /** Does something in turn with everybody else in this server who uses one of these stores. */
    inTurn<T>(names: readonly string[], work: () => Promise<T>): Promise<T> {
      const enter = (at: number): Promise<T> => {
        const name = sorted[at]
        return name === undefined ? work() : queue.run(`dataStore ${name}`, () => enter(at + 1))
      }
      const sorted = [...names].sort()
      return enter(0)
    },

    /** Announces what a step wrote; null when a store has changed since it was read. */
    async announce(
      requests: readonly Request[],
      seen: SeenStores | null,
      processInstanceId: string,
    ): Promise<StoreWrites | null> {
      const values = new Map<string, JsonValue>()
      for (const request of requests) if (request.type === 'writeDataStore') values.set(request.store, request.value)
      const id = values.size > 0 ? ids.next() : ''
      const until = deps.expiry(clock.now(), patience)
      const written: Written[] = []
      const take = async (value: 'before' | 'after') => {
        for (const [index, one] of written.entries()) {
          // The last one to be settled needs the proof no longer.
          const isLast = value === 'after' && index === written.length - 1
          const forget: FollowUp[] = isLast ? [{ kind: 'remove', collection: 'dataStoreWrites', id }] : []
          await write(one.name, one.version, { value: one[value], pending: null }, forget)
        }
      }
      for (const [name, after] of [...values].sort(([one], [other]) => (one < other ? -1 : 1))) {
        const { version, value, undecided } = seen?.get(name) ?? { version: 0, value: null, undecided: false }
        const pending = { id, value: after, processInstanceId, until }
        const announced = undecided ? { ok: false as const } : await write(name, version, { value, pending })
        if (!announced.ok) {
          await take('before')
          return null
        }
        written.push({ name, version: announced.version, before: value, after })
      }
      const proof: FollowUp = { kind: 'insert', collection: 'dataStoreWrites', id, data: { processInstanceId } }
      return {
        followUps: written.length > 0 ? [proof] : [],
        committed: () => take('after'),
        abandoned: () => take('before'),
      }
    },
  }
}

export type DataStores = ReturnType<typeof createDataStores>
