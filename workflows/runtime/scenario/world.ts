import type { EngineEvent } from '../../engine/events.ts'
import type { Directory, Person } from '../../engine/host.ts'
import type { ProcessInstance } from '../../engine/instance.ts'
import { normalInstant } from '../../engine/instants.ts'
import { createCalendars } from '../calendars.ts'
import { runtimeCollections } from '../documents.ts'
import type { JobDocument, JobOutcome, Runtime, TaskDocument } from '../face.ts'
import { createMemoryStore } from '../memory-store.ts'
import type { Filter, Log, Store } from '../ports.ts'
import { createRuntime } from '../runtime.ts'
import type { JobAnswer, Scenario } from './format.ts'

const defaultStart = '2026-01-01T00:00:00.000Z'
const timeZone = 'Asia/Shanghai'

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** The people of a scenario as the engine looks them up. */
export function directoryOf({ people = {}, departments = {} }: Scenario): Directory {
  const all: Person[] = Object.entries(people).map(([id, spec]) => ({
    id,
    name: spec.name ?? id,
    roles: spec.roles ?? [],
    departmentId: spec.department ?? null,
    managerId: spec.manager ?? null,
    canceled: spec.canceled ?? false,
    substitute: spec.substitute ?? null,
  }))
  const headOf = (id: string) =>
    departments[id]?.head ?? Object.entries(people).find(([, spec]) => spec.heads?.includes(id))?.[0] ?? null
  const known = new Set([
    ...Object.keys(departments),
    ...Object.values(people).flatMap(({ department, heads = [] }) => [...(department ? [department] : []), ...heads]),
  ])
  return {
    person: (id) => all.find((person) => person.id === id),
    inRole: (role) => all.filter((person) => person.roles.includes(role)),
    inDepartment: (id) => all.filter((person) => person.departmentId === id),
    department: (id) =>
      known.has(id)
        ? {
            id,
            parentId: departments[id]?.parent ?? null,
            headId: headOf(id),
            calendarId: departments[id]?.calendar ?? null,
          }
        : undefined,
  }
}

/** What a worker says to a job that it is asked for the nth time, also when its incident was resolved in between. */
function outcomeOf(answer: JobAnswer, attempt: number): JobOutcome {
  const { complete, error, fail } = answer
  if (error) return { kind: 'error', message: '', ...error }
  if (!fail) return { kind: 'complete', variables: complete ?? {} }
  const times = fail.times ?? Infinity
  if (attempt > times) return outcomeOf(fail.then ?? {}, attempt - times)
  return { kind: 'fail', message: fail.message ?? 'failed', retryAfter: 'PT0S' }
}

/** What a world left behind: its store, its clock, and its instances by the names that steps use. */
export interface Left {
  store: Store
  now: string
  instances: Record<string, { id: string; processId: string; events: EngineEvent[] }>
}

/** Ids of a world that goes on where another one ended begin far above that one's. */
const idsOfAnother = 100_000

/**
 * A scenario's world: the real runtime on a store in memory, with a clock that only the scenario moves; on what another
 * world left, or on nothing.
 */
export function createWorld(scenario: Scenario, left?: Left) {
  const store: Store = left?.store ?? createMemoryStore(runtimeCollections)
  const people = directoryOf(scenario)
  const calendars = createCalendars(scenario.calendars ?? {}, timeZone)
  const names = new Map<string, string>()
  const processes: string[] = []
  const events = new Map<string, EngineEvent[]>()
  let now = left?.now ?? normalInstant(scenario.now ?? defaultStart) ?? defaultStart
  let ids = left ? idsOfAnother : 0
  /** How often each job was done, whatever became of it: a worker that fails some times fails so often in all. */
  const asked = new Map<string, number>()
  /** The name that the next instance gets which starts. */
  let nextName: string | null = null

  for (const [plain, { id, processId, events: happened }] of Object.entries(left?.instances ?? {})) {
    names.set(plain, id)
    processes.push(processId)
    events.set(id, happened)
  }

  function open(): Runtime {
    const runtime = createRuntime({
      store,
      clock: { now: () => now },
      ids: { next: () => `i${(ids += 1)}` },
      // Nothing happens by itself: each step of the scenario does what is due.
      scheduler: { after: () => ({ cancel: () => undefined }) },
      log: silent,
      people,
      calendars,
      timeZone,
    })
    for (const [jobType, answer] of Object.entries(scenario.jobs ?? {}))
      runtime.registerWorker(jobType, ({ idempotencyKey }) => {
        const times = (asked.get(idempotencyKey) ?? 0) + 1
        asked.set(idempotencyKey, times)
        return Promise.resolve(outcomeOf(answer, times))
      })
    runtime.listen(({ instance, events: happened }) => {
      if (!events.has(instance.id)) name(instance)
      events.set(instance.id, [...(events.get(instance.id) ?? []), ...happened])
    })
    return runtime
  }

  function name(instance: ProcessInstance): void {
    processes.push(instance.processId)
    const { parent } = instance
    const around = parent ? `${world.nameOf(parent.processInstanceId)}/${parent.elementId}` : 'main'
    let plain = around
    for (let count = 2; names.has(plain); count += 1) plain = `${around}#${count}`
    names.set(plain, instance.id)
    if (parent) return
    if (nextName !== null) names.set(nextName, instance.id)
    nextName = null
  }

  const all = async <T>(collection: string, filter: Filter) =>
    (await store.find<T>(collection, { filter, limit: 1000 })).items.map(({ data }) => data)

  /** The next instant at which something is due by itself, up to a limit. */
  async function nextDue(limit: string): Promise<string | null> {
    const timers = await all<{ dueAt: string }>('timers', { dueAt: { $lte: limit } })
    const types = Object.keys(scenario.jobs ?? {})
    const jobs = await all<JobDocument>('jobs', { state: 'waiting', jobType: { $in: types }, dueAt: { $lte: limit } })
    return [...timers, ...jobs].map(({ dueAt }) => dueAt).toSorted()[0] ?? null
  }

  const world = {
    store,
    runtime: open(),
    people,
    calendars,
    timeZone,
    now: () => now,
    newId: () => `m${(ids += 1)}`,
    /** Names the next instance that starts. */
    expectName(as: string | undefined) {
      nextName = as ?? null
    },
    /** Process ids of all instances that were started. */
    processes: () => processes,
    idOf: (instance = 'main') => names.get(instance),
    nameOf: (id: string) => [...names].find(([, one]) => one === id)?.[0] ?? id,
    events: (id: string) => events.get(id) ?? [],
    instance: (id: string) => world.runtime.instance(id),
    instanceIds: () => [...events.keys()],
    all,
    async tasks(filter: Filter): Promise<TaskDocument[]> {
      const found = await all<TaskDocument>('tasks', filter)
      return found.toSorted((a, b) => a.elementInstanceKey - b.elementInstanceKey)
    },
    /** Throws the runtime away and loads it again from what it stored. */
    restart() {
      world.runtime = open()
    },
    /** Moves the clock; what falls due on the way happens one by one, in the order of its time. */
    async advanceTo(instant: string): Promise<void> {
      for (let due = await nextDue(instant); due !== null; due = await nextDue(instant)) {
        if (due > now) now = due
        const before = JSON.stringify([now, world.instanceIds().map((id) => world.events(id).length)])
        await world.runtime.settle()
        const after = JSON.stringify([now, world.instanceIds().map((id) => world.events(id).length)])
        if (before === after && due <= now && (await nextDue(now)) === due) break
      }
      if (instant > now) now = instant
      await world.runtime.settle()
    },
  }
  return world
}

export type World = ReturnType<typeof createWorld>
