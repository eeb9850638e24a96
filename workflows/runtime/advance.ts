import type { Command, StartCommand } from '../engine/commands.ts'
import type { CompiledProcess } from '../engine/compiled.ts'
import type { Host } from '../engine/host.ts'
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
  /** Told of every commit, before its command is answered. */
  committed(change: InstanceChange): void
}

/** What a command brings besides itself. */
export interface Errand {
  /** The command, made anew at each attempt with the time of the attempt; a result ends it without a step. */
  command(instance: Readonly<ProcessInstance>, now: string): Promise<Command | Result<null>> | Command
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
    const held = hot.take(id)
    if (held) return held
    const stored = await store.load<ProcessInstance>('instances', id)
    return stored ? { instance: stored.data, version: stored.version, tasks: new Map() } : null
  }

  /** Brings the documents at hand that the requests rewrite, and are older than this step. */
  async function related(requests: readonly Request[], held: HeldInstance, lastEvent: number) {
    const incidents = new Map<string, IncidentDocument>()
    for (const request of requests) {
      if (request.type === 'closeIncident') {
        const stored = await store.load<IncidentDocument>('incidents', request.incidentId)
        if (stored) incidents.set(request.incidentId, stored.data)
      }
      const isTask = request.type === 'closeTask' || request.type === 'openTask'
      if (!isTask || held.tasks.has(request.taskId)) continue
      // Keys are numbers of events: a later one was opened in this very step.
      if (request.type === 'openTask' && request.elementInstanceKey > lastEvent) continue
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
    const seen = await dataStores.read(definition.stores)
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
    const incidents = requests.length > 0 ? await related(requests, next, lastEvent) : new Map()
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
      const followUps = followUpsOf(requests, { instance, events, now, tasks: next.tasks, incidents, reserve, expiry })
      for (const projection of projections) followUps.push(...projection(change))
      followUps.push(...extra, ...(writes?.followUps ?? []))
      written = await store.commit({
        aggregate: { collection: 'instances', id: instance.id, expectedVersion: next.version, data: instance },
        followUps,
      })
    } finally {
      if (!written.ok) for (const { id } of made) jobs.release(id)
      await (written.ok ? writes?.committed() : writes?.abandoned())
    }
    if (!written.ok) return 'conflict'
    if (instance.state === 'active') hot.put(instance.id, { ...next, version: written.version })
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
      const held = await load(id)
      if (!held) return refusals.instanceUnknown(id)
      const command = await errand.command(held.instance, clock.now())
      if ('ok' in command) {
        hot.put(id, held)
        return command
      }
      const definition = await definitions.prepare(held.instance)
      if (!definition) throw new Error(`The process of instance ${id} is not published any more`)
      const result = await inTurn(definition, held, command, errand.followUps ?? [])
      if (result !== 'conflict') return result
    }
    log.warn('instance.busy', { processInstanceId: id })
    return refusals.instanceBusy()
  }

  return {
    start: (definition, command, followUps) =>
      queue.run(command.processInstanceId, async () => {
        const { processInstanceId: id } = command
        await definitions.prepare({ processId: definition.id, ...command })
        for (let attempt = 0; attempt < attempts; attempt += 1) {
          const result = await inTurn(definition, null, command, followUps)
          if (result !== 'conflict') return result.ok ? ok(true) : result
          if (definition.stores.length === 0 || (await store.load('instances', id))) break
        }
        log.info('instance.started_before', { processInstanceId: id })
        return ok(false)
      }),
    change: (id, errand) => queue.run(id, () => change(id, errand)),
    inTurn: (id, work) => queue.run(id, work),
    forget: hot.drop,
  }
}
