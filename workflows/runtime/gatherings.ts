import type { JsonObject } from '../model/json.ts'
import type { Result } from '../model/problem.ts'
import { ok } from '../model/problem.ts'
import type { Gathering, GatheringDocument, GatheredStart } from './documents.ts'
import type { FollowUp, Log, Store } from './ports.ts'
import { refusals } from './refusals.ts'

/** Something that came for a start event, maybe one of several that it waits for. */
export interface StartEvent {
  processInstanceId: string
  processId: string
  version: number
  startElementId: string
  variables?: JsonObject
  correlationKey?: string
  gathering?: Gathering
}

type Begin = (start: Omit<StartEvent, 'gathering'>, followUps: FollowUp[]) => Promise<Result<boolean>>

export interface Gatherings {
  /** Starts an instance, or keeps what came until the rest has come as well. The id makes it count once. */
  start(event: StartEvent, followUps?: FollowUp[]): Promise<Result<boolean>>
  /** Starts what a crash kept from starting. Returns how many. */
  sweep(): Promise<number>
}

const attempts = 20

/** Ids of what came that are kept, so that the same thing never counts twice. */
const remembered = 200

const idOf = ({ processId, startElementId }: StartEvent) => `${processId}:${startElementId}`

/** The oldest arrivals that together are all of one key; what has no key goes with every one. */
function complete({ arrivals, needs }: GatheringDocument): GatheringDocument['arrivals'] | null {
  const keys = [...new Set(arrivals.map(({ correlationKey }) => correlationKey))].filter((key) => key !== '')
  for (const key of [...keys, '']) {
    const found = needs.map((need) =>
      arrivals.find(({ index, correlationKey }) => index === need && (correlationKey === key || correlationKey === '')),
    )
    if (found.every((arrival) => arrival !== undefined)) return found
  }
  return null
}

/** What a document becomes by one arrival; the same when it has been counted. */
function arrived(before: GatheringDocument, event: StartEvent, gathering: Gathering): GatheringDocument {
  const { processInstanceId: id, variables = {}, correlationKey = '' } = event
  if (before.counted.includes(id)) return before
  const arrivals = [...before.arrivals, { id, index: gathering.index, correlationKey, variables }]
  const after = { ...before, arrivals, counted: [...before.counted, id].slice(-remembered) }
  const all = complete(after)
  if (!all) return after
  const starting: GatheredStart = {
    processInstanceId: all.at(-1)?.id ?? id,
    variables: Object.assign({}, ...all.map((arrival) => arrival.variables)) as JsonObject,
    correlationKey: all.find((arrival) => arrival.correlationKey !== '')?.correlationKey ?? '',
  }
  const left = after.arrivals.filter((arrival) => !all.includes(arrival))
  return { ...after, arrivals: left, starting: [...after.starting, starting] }
}

/**
 * Start events that need all of several triggers (BPMN 10.5.2, parallel multiple): what has come is kept in one
 * document for each, with the instances that are due because of it until they have started.
 */
export function createGatherings(deps: { store: Store; log: Log; begin: Begin }): Gatherings {
  const { store, log, begin } = deps
  const collection = 'gatherings'

  async function beginAll(id: string): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const stored = await store.load<GatheringDocument>(collection, id)
      if (!stored || stored.data.starting.length === 0) return
      const { processId, version, startElementId, starting } = stored.data
      for (const start of starting) {
        const result = await begin({ processId, version, startElementId, ...start }, [])
        if (!result.ok) log.warn('gathering.start_refused', { processId, code: result.refusal.code })
      }
      const data = { ...stored.data, starting: [] }
      const aggregate = { collection, id, expectedVersion: stored.version, data }
      if ((await store.commit({ aggregate, followUps: [] })).ok) return
    }
  }

  return {
    async start(event, followUps = []) {
      const { gathering, ...plain } = event
      if (!gathering) return begin(plain, followUps)
      const id = idOf(event)
      const { processId, version, startElementId } = event
      for (let attempt = 0; attempt < attempts; attempt += 1) {
        const stored = await store.load<GatheringDocument>(collection, id)
        const fresh = {
          processId,
          version,
          startElementId,
          needs: gathering.needs,
          arrivals: [],
          counted: [],
          starting: [],
        }
        const before = stored?.data.version === version ? stored.data : fresh
        const data = arrived(before, event, gathering)
        const aggregate = { collection, id, expectedVersion: stored?.version ?? 0, data }
        if (!(await store.commit({ aggregate, followUps })).ok) continue
        await beginAll(id)
        return ok(true)
      }
      return refusals.instanceBusy()
    },
    async sweep() {
      const { items } = await store.find<GatheringDocument>(collection, { limit: 1000 })
      const due = items.filter(({ data }) => data.starting.length > 0)
      for (const { id } of due) await beginAll(id)
      return due.length
    },
  }
}
