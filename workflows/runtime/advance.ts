import type { Command, StartCommand } from '../engine/commands.ts'
import type { CompiledProcess } from '../engine/compiled.ts'
import type { Host } from '../engine/host.ts'
import { limits } from '../engine/limits.ts'
import type { ProcessInstance } from '../engine/instance.ts'
import type { Request } from '../engine/requests.ts'
import { step } from '../engine/step.ts'
import { ok } from '../model/problem.ts'
import type { Result } from '../model/problem.ts'
import type { DataStores } from './data-stores.ts'
import type { Definitions } from './definitions.ts'
import type { IncidentDocument } from './documents.ts'
import type { InstanceChange, JobDocument, Projection, TaskDocument } from './face.ts'
import { followUpsOf } from './follow-ups.ts'
import { createHotInstances } from './hot-instances.ts'
import type { HeldInstance } from './hot-instances.ts'
import type { Jobs } from './jobs.ts'
import type { KeyedQueue } from './keyed-queue.ts'
import type { Clock, CommitResult, FollowUp, Log, Store } from './ports.ts'
import { refusals } from './refusals.ts'

/** Attempts against other writers of the same instance (reliability R6). */
const attempts = 5

/** Events of an instance at which somebody should look at it: a fifth of what it may have (reliability R12). */
const manyEvents = limits.events / 5

/** Bytes of history at which somebody should look at it. */
const muchWritten = limits.historyBytes / 5

const noIncidents: Map<string, IncidentDocument> = new Map()

export interface AdvanceDependencies {
  store: Store
  clock: Clock
  log: Log
  host: Host
  definitions: Definitions
  dataStores: DataStores
  projections: readonly Projection[]
  queue: KeyedQueue
  /** Instances kept at hand. */
  hotLimit: number
  expiry(now: string, timeToLive: string | null): string
  /** Claims new jobs by the commit that makes them; see `Jobs`. */
  jobs: Pick<Jobs, 'reserve' | 'begin' | 'release'>
  /** Lets another writer go first after a conflict (reliability R6). */
  stepAside(attempt: number): Promise<void>
  /** Told of every commit, before its command is answered. */
  committed(change: InstanceChange): void
}

/** What a command brings besides itself. */
export interface Errand {
  /** The command, made anew at each attempt with the time of the attempt; a result ends it without a step. */
  command(instance: Readonly<ProcessInstance>, now: string): Promise<Command | Result<null>> | Command | Result<null>
  /** Further writes of the same commit. */
  followUps?: FollowUp[]
}

/** Load, step, commit: the one way in which an instance changes (reliability R1, R2, R6). */
export interface Advance {
  /** Starts an instance; the same id starts once and answers the same. True when this call did it. */
  start(definition: CompiledProcess, command: StartCommand, followUps: FollowUp[]): Promise<Result<boolean>>
  change(processInstanceId: string, errand: Errand): Promise<Result<null>>
  /** Reads or changes something of an instance in turn with its commands. */
  inTurn<T>(processInstanceId: string, work: () => Promise<T>): Promise<T>
  /** Forgets what is at hand of an instance; its next command reads it. */
  forget(processInstanceId: string): void
}

export function createAdvance(deps: AdvanceDependencies): Advance {
  const { store, clock, log, host, definitions, dataStores, projections, queue, jobs, committed } = deps
  const hot = createHotInstances(deps.hotLimit)

  async function load(id: string): Promise<HeldInstance | null> {
    const stored = await store.load<ProcessInstance>('instances', id)
    return stored ? { instance: stored.data, version: stored.version, tasks: new Map() } : null
  }

  /** A request rewrites a document that is older than this step and not at hand. */
  const needs = (request: Request, { tasks }: HeldInstance, lastEvent: number): boolean => {
    if (request.type === 'closeIncident') return true
    if (request.type === 'closeTask') return !tasks.has(request.taskId)
    // Keys are numbers of events: a later one was opened in this very step.
    return request.type === 'openTask' && !tasks.has(request.taskId) && request.elementInstanceKey <= lastEvent
  }

  /** Brings those documents. */
  async function related(requests: readonly Request[], held: HeldInstance, lastEvent: number) {
    const incidents = new Map<string, IncidentDocument>()
    for (const request of requests) {
      if (!needs(request, held, lastEvent)) continue
      if (request.type === 'closeIncident') {
        const stored = await store.load<IncidentDocument>('incidents', request.incidentId)
        if (stored) incidents.set(request.incidentId, stored.data)
      }
      if (request.type !== 'closeTask' && request.type !== 'openTask') continue
      const stored = await store.load<TaskDocument>('tasks', request.taskId)
      if (stored) held.tasks.set(request.taskId, stored.data)
    }
    return incidents
  }

  /** Steps and commits once. `conflict` when another writer was faster; the instance is then out of date. */
  async function once(
    definition: CompiledProcess,
    held: HeldInstance | null,
    command: Command,
    extra: FollowUp[],
  ): Promise<Result<null> | 'conflict'> {
    const lastEvent = held?.instance.lastEvent ?? 0
    const writtenBefore = held?.instance.written ?? 0
    const seen = definition.stores.length === 0 ? null : await dataStores.read(definition.stores)
    const result = step(definition, held?.instance ?? null, command, dataStores.hostFor(host, seen))
    if (!result.ok) {
      if (held) hot.put(held.instance.id, held)
      return result
    }
    const { instance, events, requests } = result
    if (events.length === 0 && requests.length === 0 && extra.length === 0) {
      if (held) hot.put(instance.id, held)
      return ok(null)
    }
    const next: HeldInstance = { instance, version: held?.version ?? 0, tasks: held?.tasks ?? new Map() }
    const isMore = requests.some((request) => needs(request, next, lastEvent))
    const incidents = isMore ? await related(requests, next, lastEvent) : noIncidents
    const { now } = command
    const expiry = (timeToLive: string | null) => deps.expiry(now, timeToLive)
    const change: InstanceChange = { instance, events, requests }
    const made: JobDocument[] = []
    const reserve = (job: JobDocument) => {
      const document = jobs.reserve(job)
      made.push(document)
      return document
    }
    let written: CommitResult = { ok: false, reason: 'conflict' }
    const writes = seen && (await dataStores.announce(requests, seen, instance.id))
    if (seen && !writes) return 'conflict'
    try {
      const { tasks } = next
      const followUps = followUpsOf(requests, { instance, lastEvent, events, now, tasks, incidents, reserve, expiry })
      for (const projection of projections) followUps.push(...projection(change))
      followUps.push(...extra, ...(writes?.followUps ?? []))
      written = await store.commit({
        aggregate: { collection: 'instances', id: instance.id, expectedVersion: next.version, data: instance },
        followUps,
      })
    } finally {
      if (!written.ok) for (const { id } of made) jobs.release(id)
      if (writes) await (written.ok ? writes.committed() : writes.abandoned())
    }
    if (!written.ok) return 'conflict'
    if (instance.state === 'active') hot.put(instance.id, { ...next, version: written.version })
    if (lastEvent < manyEvents && instance.lastEvent >= manyEvents)
      log.warn('instance.many_events', { processInstanceId: instance.id, events: instance.lastEvent })
    if (writtenBefore < muchWritten && (instance.written ?? 0) >= muchWritten)
      log.warn('instance.much_history', { processInstanceId: instance.id, bytes: instance.written })
    committed(change)
    for (const job of made) jobs.begin(job)
    return ok(null)
  }

  /** Steps in turn with others who use the same data stores. */
  const inTurn: typeof once = (definition, ...rest) =>
    definition.stores.length === 0
      ? once(definition, ...rest)
      : dataStores.inTurn(definition.stores, () => once(definition, ...rest))

  async function change(id: string, errand: Errand): Promise<Result<null>> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      // What is at hand is not waited for: a turn of the microtask queue costs as much as a step.
      const held = hot.take(id) ?? (await load(id))
      if (!held) return refusals.instanceUnknown(id)
      const made = errand.command(held.instance, clock.now())
      const command = made instanceof Promise ? await made : made
      if ('ok' in command) {
        hot.put(id, held)
        return command
      }
      const definition = definitions.ready(held.instance) ?? (await definitions.prepare(held.instance))
      if (!definition) throw new Error(`The process of instance ${id} is not published any more`)
      const result = await inTurn(definition, held, command, errand.followUps ?? [])
      if (result !== 'conflict') return result
      await deps.stepAside(attempt)
    }
    log.warn('instance.busy', { processInstanceId: id })
    return refusals.instanceBusy()
  }

  return {
    start: (definition, command, followUps) =>
      queue.run(command.processInstanceId, async () => {
        const { processInstanceId: id } = command
        const { definitionVersion, pinned } = command
        const instance = { processId: definition.id, definitionVersion, pinned }
        if (!definitions.ready(instance)) await definitions.prepare(instance)
        for (let attempt = 0; attempt < attempts; attempt += 1) {
          const result = await inTurn(definition, null, command, followUps)
          if (result !== 'conflict') return result.ok ? ok(true) : result
          if (definition.stores.length === 0 || (await store.load('instances', id))) {
            log.info('instance.started_before', { processInstanceId: id })
            return ok(false)
          }
          await deps.stepAside(attempt)
        }
        log.warn('instance.busy', { processInstanceId: id })
        return refusals.instanceBusy()
      }),
    change: (id, errand) => queue.run(id, () => change(id, errand)),
    inTurn: (id, work) => queue.run(id, work),
    forget: hot.drop,
  }
}
