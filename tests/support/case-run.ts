import { replay } from '../../workflows/engine/apply.ts'
import type { ActCommand, Command } from '../../workflows/engine/commands.ts'
import type { CompiledProcess } from '../../workflows/engine/compiled.ts'
import type { EngineEvent } from '../../workflows/engine/events.ts'
import type { Host } from '../../workflows/engine/host.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { OpenTask, Request } from '../../workflows/engine/requests.ts'
import { step } from '../../workflows/engine/step.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { createCalendars, type CalendarSpec } from '../../workflows/runtime/calendars.ts'
import { aDirectory, type DepartmentSpec, type PersonSpec } from './directory.ts'

type Without<T> = T extends unknown ? Omit<T, 'now'> : never

export interface CaseSpec {
  people?: Record<string, PersonSpec>
  departments?: Record<string, DepartmentSpec>
  variables?: JsonObject
  initiator?: string
  formFields?: Record<string, string[]>
  /** Before each command everything is thrown away and loaded from what was stored. */
  restarts?: boolean
  calendars?: Record<string, CalendarSpec>
  choose?: Record<string, string[]>
}

/**
 * A case on the pure engine, with the world outside kept as the engine asks for it: open tasks, jobs, timers and
 * subscriptions by id. The clock moves only by `advanceTo`.
 */
export function aCase(definition: CompiledProcess, spec: CaseSpec = {}) {
  const host: Host = {
    people: aDirectory(
      spec.people ?? { li: {}, wang: {}, zhao: {}, chen: {}, root: { roles: ['admin'] } },
      spec.departments,
    ),
    calendars: createCalendars(spec.calendars ?? {}, 'Asia/Shanghai'),
    evaluateDecision: () => ({ ok: false, code: 'decision.failed', message: { zh: '没有', en: 'none' } }),
    timeZone: 'Asia/Shanghai',
    formFields: (formId) => spec.formFields?.[formId] ?? null,
  }
  const tasks = new Map<string, OpenTask>()
  const jobs = new Map<string, { jobId: string; elementId: string }>()
  const timers = new Map<string, { timerId: string; elementId: string; dueAt: string }>()
  const subscriptions = new Set<string>()
  const usedTimers = new Set<string>()
  const reminders: { to: string[]; why: string }[] = []
  const events: EngineEvent[] = []
  let instance: ProcessInstance | null = null
  let now = '2026-03-02T01:00:00.000Z'

  function note(request: Request): void {
    if (request.type === 'openTask') tasks.set(request.taskId, request)
    else if (request.type === 'closeTask') tasks.delete(request.taskId)
    else if (request.type === 'createJob') jobs.set(request.jobId, request)
    else if (request.type === 'cancelJob') jobs.delete(request.jobId)
    else if (request.type === 'armTimer') {
      // The store never revives an id, so arming one twice would lose the timer.
      if (usedTimers.has(request.timerId)) throw new Error(`timer ${request.timerId} was armed before`)
      usedTimers.add(request.timerId)
      timers.set(request.timerId, request)
    } else if (request.type === 'disarmTimer') timers.delete(request.timerId)
    else if (request.type === 'openSubscription') subscriptions.add(request.subscriptionId)
    else if (request.type === 'closeSubscription') subscriptions.delete(request.subscriptionId)
    else if (request.type === 'remind') reminders.push({ to: request.to, why: request.why })
  }

  /** Carries a command out; gives the code of its refusal, or `ok`. */
  function send(command: Without<Command>): string {
    const before = JSON.stringify(instance)
    if (spec.restarts && instance) instance = JSON.parse(before) as ProcessInstance
    const result = step(definition, instance, { ...command, now } as Command, host)
    if (!result.ok) {
      if (JSON.stringify(instance) !== before) throw new Error(`a refused ${command.type} changed the case`)
      return result.refusal.code
    }
    instance = result.instance
    events.push(...result.events)
    result.requests.forEach(note)
    return 'ok'
  }

  const taskAt = (element: string, nth = 1) => {
    const open = [...tasks.values()].filter((task) => task.elementId === element)
    const known = events.filter(
      (event) => 'elementId' in event && event.elementId === element && event.type === 'stepEnded',
    )
    return open[nth - 1]?.elementInstanceKey ?? (known.at(-1) as { key: number } | undefined)?.key ?? 0
  }

  const run = {
    send,
    start: () =>
      send({
        type: 'start',
        processInstanceId: 'i',
        definitionVersion: 1,
        pinned: { decisions: {}, forms: {} },
        businessKey: null,
        initiator: spec.initiator ?? 'li',
        variables: spec.variables ?? {},
        startElementId: null,
        parent: null,
        ...(spec.choose && { choose: spec.choose }),
      }),
    act: (element: string, by: string, action: string, more: Partial<ActCommand> & { nth?: number } = {}) => {
      const { nth, ...rest } = more
      return send({ type: 'act', elementInstanceKey: taskAt(element, nth), by, action, ...rest })
    },
    complete: (element: string, by: string, variables: JsonObject = {}, nth = 1) =>
      send({ type: 'completeTask', elementInstanceKey: taskAt(element, nth), by, variables }),
    claim: (element: string, by: string, type: 'claim' | 'unclaim' = 'claim') =>
      send({ type, elementInstanceKey: taskAt(element), by }),
    job(element: string, variables: JsonObject = {}) {
      const job = [...jobs.values()].find((one) => one.elementId === element)
      const answer = send({ type: 'completeJob', jobId: job?.jobId ?? '', variables })
      if (job && answer === 'ok') jobs.delete(job.jobId)
      return answer
    },
    set: (variables: JsonObject) => send({ type: 'setVariables', scope: null, variables, by: 'root' }),
    withdraw: (by: string) => send({ type: 'withdraw', by }),
    cancel: () => send({ type: 'cancel', by: 'root', reason: null }),
    resolve() {
      const incident = events.findLast((event) => event.type === 'incidentRaised')
      return send({ type: 'resolveIncident', incidentId: incident?.incidentId ?? '', by: 'root' })
    },
    advanceTo(instant: string) {
      for (;;) {
        const due = [...timers.values()]
          .filter((timer) => timer.dueAt <= instant)
          .toSorted((a, b) => (a.dueAt < b.dueAt ? -1 : 1))[0]
        if (!due) break
        if (due.dueAt > now) now = due.dueAt
        timers.delete(due.timerId)
        send({ type: 'fireTimer', timerId: due.timerId })
      }
      if (instant > now) now = instant
    },
    get state() {
      return instance!.state
    },
    get variables() {
      return instance!.variables
    },
    get instance() {
      return instance!
    },
    people: host.people,
    events,
    reminders,
    jobs,
    timers,
    tasks: () => [...tasks.values()],
    /** Where somebody or something is waited for. */
    get active() {
      return instance!.elements
        .filter((element) => !instance!.elements.some((inner) => inner.scope === element.key))
        .map((element) => element.at)
    },
    waitingFor: (element: string) =>
      [...tasks.values()].filter((task) => task.elementId === element).flatMap((task) => task.waitingFor),
    items: (element: string) =>
      [...tasks.values()]
        .filter((task) => task.elementId === element)
        .flatMap((task) => task.items.map((item) => `${item.who} ${item.state}`)),
    incidents: () =>
      instance!.elements.flatMap((element) => (element.incident ? [`${element.at} ${element.incident.code}`] : [])),
    /** What is open outside but belongs to nothing that runs. */
    orphans() {
      const keys = new Set(instance!.elements.map((element) => element.key))
      const keyOf = (id: string) => Number(id.split(':')[1])
      return [...tasks.keys(), ...jobs.keys(), ...timers.keys(), ...subscriptions].filter((id) => !keys.has(keyOf(id)))
    },
    replayed: () => replay(JSON.parse(JSON.stringify(events)) as EngineEvent[]),
  }
  run.start()
  return run
}
