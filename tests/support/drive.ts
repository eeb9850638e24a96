import { elementOf, replay } from '../../workflows/engine/apply.ts'
import type { Command, JobResult, StartCommand } from '../../workflows/engine/commands.ts'
import { compileProcess } from '../../workflows/engine/compile.ts'
import type { EngineEvent } from '../../workflows/engine/events.ts'
import type { DecisionAnswer, Host, Person } from '../../workflows/engine/host.ts'
import type { ActorId, ElementInstance, ProcessInstance } from '../../workflows/engine/instance.ts'
import type { CreateJob, OpenTask, Request } from '../../workflows/engine/requests.ts'
import { step } from '../../workflows/engine/step.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { ParsedProcess } from '../../workflows/model/definition.ts'
import type { Refusal } from '../../workflows/model/problem.ts'

export const startOfTime = '2026-03-02T01:00:00.000Z'

/** People and decisions of a test; nothing unless given. */
export function aHost(
  given: {
    people?: Person[]
    decide?: (id: string, scope: { get(name: string): unknown }) => DecisionAnswer
    timeZone?: string
  } = {},
): Host {
  const people = given.people ?? []
  return {
    timeZone: given.timeZone ?? 'Asia/Shanghai',
    people: {
      person: (id) => people.find((person) => person.id === id),
      inRole: (role) => people.filter((person) => person.roles.includes(role)),
      inDepartment: (id) => people.filter((person) => person.departmentId === id),
      department: () => undefined,
    },
    calendars: { add: () => null },
    evaluateDecision: (id, _version, scope) =>
      given.decide?.(id, scope) ?? { ok: false, code: 'dmn.not_found', message: { zh: '没有', en: 'there is none.' } },
  }
}

export const aPerson = (id: ActorId, roles: string[] = []): Person => ({
  id,
  name: id,
  roles,
  departmentId: null,
  managerId: null,
  canceled: false,
  substitute: null,
})

export type Driver = ReturnType<typeof drive>

/**
 * Runs one instance by hand, in memory: pass a process and what it starts with; then complete, fire and throw by
 * element id. Keeps every event and what is open outside, and checks after each step that replay gives the state.
 */
export function drive(
  parsed: ParsedProcess,
  variables: JsonObject = {},
  given: { host?: Host; start?: Partial<StartCommand>; now?: string } = {},
) {
  let definition = compileProcess(parsed)
  const host = given.host ?? aHost()
  const events: EngineEvent[] = []
  const open = {
    jobs: new Map<string, CreateJob>(),
    tasks: new Map<string, OpenTask>(),
    timers: new Map<string, { elementId: string; dueAt: string }>(),
    subscriptions: new Map<string, { elementId: string; messageName: string; correlationKey: string }>(),
    incidents: new Map<string, { elementId: string; code: string }>(),
  }
  const broadcast: Extract<Request, { type: 'broadcastSignal' }>[] = []
  const published: Extract<Request, { type: 'publishMessage' }>[] = []
  let instance: ProcessInstance | null = null
  let now = given.now ?? startOfTime

  function take(request: Request): void {
    if (request.type === 'createJob') open.jobs.set(request.jobId, request)
    else if (request.type === 'cancelJob') open.jobs.delete(request.jobId)
    else if (request.type === 'openTask') open.tasks.set(request.taskId, request)
    else if (request.type === 'closeTask') open.tasks.delete(request.taskId)
    else if (request.type === 'armTimer') open.timers.set(request.timerId, request)
    else if (request.type === 'disarmTimer') open.timers.delete(request.timerId)
    else if (request.type === 'openSubscription') open.subscriptions.set(request.subscriptionId, request)
    else if (request.type === 'closeSubscription') open.subscriptions.delete(request.subscriptionId)
    else if (request.type === 'raiseIncident') open.incidents.set(request.incidentId, request)
    else if (request.type === 'closeIncident') open.incidents.delete(request.incidentId)
    else if (request.type === 'publishMessage') published.push(request)
    else if (request.type === 'broadcastSignal') broadcast.push(request)
  }

  function send(command: Command): Refusal | null {
    const before = JSON.stringify(instance)
    const result = step(definition, instance, command, host)
    if (!result.ok) {
      if (JSON.stringify(instance) !== before) throw new Error(`refused ${command.type} but changed the instance`)
      return result.refusal
    }
    instance = result.instance
    if (command.type === 'migrate') definition = command.target
    events.push(...result.events)
    for (const request of result.requests) take(request)
    check(result.instance)
    return null
  }

  function check(state: ProcessInstance): void {
    const rebuilt = JSON.stringify(replay(structuredClone(events)))
    if (rebuilt !== JSON.stringify(state)) throw new Error(`replay differs:\n${rebuilt}\n${JSON.stringify(state)}`)
    const keys = new Set(state.elements.map((element) => element.key))
    if (state.root) keys.add(1)
    const waited = [...open.jobs.values()].filter((job) => !job.detached).map(({ jobId }) => jobId)
    for (const id of [...waited, ...open.tasks.keys(), ...open.timers.keys(), ...open.subscriptions.keys()])
      if (!keys.has(Number(id.split(':')[1]))) throw new Error(`${id} is open although its element is not active`)
    for (const element of state.elements)
      if (element.scope !== undefined && !keys.has(element.scope))
        throw new Error(`${element.at} is left without its scope`)
    if (state.state !== 'active' && state.elements.length > 0) throw new Error('ended with active elements')
    const outside = open.jobs.size + open.tasks.size + open.timers.size + open.subscriptions.size + open.incidents.size
    const watches = [...(state.root ? [state.root] : []), ...state.elements].some(
      (one) => one.conditions || (one.adHoc && !one.adHoc.over),
    )
    if (state.state === 'active' && outside === 0 && !watches)
      throw new Error('nothing can move this instance any more')
  }

  const it = (): ProcessInstance => {
    if (!instance) throw new Error('the instance did not start')
    return instance
  }
  const must = (refusal: Refusal | null) => {
    if (refusal) throw new Error(`${refusal.code}: ${refusal.message.en}`)
  }
  const at = (elementId: string, nth = 1): ElementInstance => {
    const found = it().elements.filter((element) => element.at === elementId && element.loop === undefined)[nth - 1]
    if (!found) throw new Error(`${elementId} is not active`)
    return found
  }
  const jobOf = (elementId: string, nth = 1): string => {
    const found = [...open.jobs.values()].filter((job) => job.elementId === elementId || job.jobType === elementId)[
      nth - 1
    ]
    if (!found) throw new Error(`no job of ${elementId} is open`)
    return found.jobId
  }

  const refusedStart = send({
    type: 'start',
    now,
    processInstanceId: 'pi',
    definitionVersion: 1,
    pinned: { decisions: {}, forms: {} },
    businessKey: null,
    initiator: 'li',
    variables,
    startElementId: null,
    parent: null,
    ...given.start,
  })

  const driver = {
    events,
    open,
    published,
    broadcast,
    refusedStart,
    host,
    get definition() {
      return definition
    },
    get now() {
      return now
    },
    get instance() {
      return it()
    },
    get state() {
      return it().state
    },
    get variables() {
      return it().variables
    },
    send,
    /** Ids of what waits, as scenarios list it: scopes and multi-instance bodies left out. */
    active: () =>
      it()
        .elements.filter((element) => {
          const node = definition.node(element.at)
          const holdsNodes = /[sS]ubProcess$/.test(node?.kind ?? '')
          return element.loop === undefined && (!holdsNodes || element.state !== undefined)
        })
        .map((element) => element.at)
        .sort(),
    incidents: () => [...open.incidents.values()].map(({ elementId, code }) => ({ element: elementId, code })),
    count: (elementId: string, to: 'completed' | 'terminated' = 'completed') =>
      events.filter((event) => event.type === 'elementMoved' && event.elementId === elementId && event.to === to)
        .length,
    flows: (flowId: string) => events.filter((event) => event.type === 'flowTaken' && event.flowId === flowId).length,
    completeTask(elementId: string, filled: JsonObject = {}, by: ActorId = 'system', nth = 1) {
      must(send({ type: 'completeTask', now, elementInstanceKey: at(elementId, nth).key, by, variables: filled }))
      return driver
    },
    completeJob(elementId: string, result: JsonObject = {}, nth = 1) {
      const jobId = jobOf(elementId, nth)
      open.jobs.delete(jobId)
      must(send({ type: 'completeJob', now, jobId, variables: result }))
      return driver
    },
    /** Answers a job with what it says besides variables. */
    answerJob(elementId: string, result: JobResult, variables: JsonObject = {}) {
      const jobId = jobOf(elementId)
      const job = open.jobs.get(jobId)!
      open.jobs.delete(jobId)
      const refused = send({ type: 'completeJob', now, jobId, variables, result })
      if (refused) open.jobs.set(jobId, job)
      must(refused)
      return driver
    },
    exhaustJob(elementId: string, message = 'gave up') {
      const jobId = jobOf(elementId)
      open.jobs.delete(jobId)
      must(send({ type: 'exhaustJob', now, jobId, message }))
      return driver
    },
    throwError(elementId: string, code: string, filled: JsonObject = {}) {
      const jobId = jobOf(elementId)
      open.jobs.delete(jobId)
      must(send({ type: 'throwError', now, jobId, code, message: `thrown ${code}`, variables: filled }))
      return driver
    },
    correlate(elementId: string, filled: JsonObject = {}) {
      const found = [...open.subscriptions].find(([, subscription]) => subscription.elementId === elementId)
      if (!found) throw new Error(`${elementId} waits for no message`)
      const [subscriptionId, subscription] = found
      if ('once' in subscription && subscription.once) open.subscriptions.delete(subscriptionId)
      must(send({ type: 'correlateMessage', now, subscriptionId, messageId: `m-${events.length}`, variables: filled }))
      return driver
    },
    signal(name: string, filled: JsonObject = {}) {
      must(send({ type: 'catchSignal', now, signalId: `s-${events.length}`, name, variables: filled }))
      return driver
    },
    /** Moves the clock and fires what becomes due, one by one in the order of the due times. */
    advanceTo(instant: string) {
      for (;;) {
        const [next] = [...open.timers]
          .filter(([, timer]) => timer.dueAt <= instant)
          .sort((a, b) => (a[1].dueAt < b[1].dueAt ? -1 : 1))
        if (!next) break
        const [timerId, timer] = next
        if (timer.dueAt > now) now = timer.dueAt
        open.timers.delete(timerId)
        must(send({ type: 'fireTimer', now, timerId }))
      }
      now = instant
      return driver
    },
    setVariables(filled: JsonObject, scope: string | null = null) {
      must(send({ type: 'setVariables', now, scope, variables: filled, by: 'admin' }))
      return driver
    },
    resolve(elementId: string) {
      const found = [...open.incidents].find(([, incident]) => incident.elementId === elementId)
      if (!found) throw new Error(`${elementId} has no incident`)
      must(send({ type: 'resolveIncident', now, incidentId: found[0], by: 'admin' }))
      return driver
    },
    activate(elementId: string, ...inner: string[]) {
      must(send({ type: 'activateAdHoc', now, elementId, inner, variables: {}, by: 'li' }))
      return driver
    },
    cancel() {
      must(send({ type: 'cancel', now, by: 'admin', reason: null }))
      return driver
    },
    at,
    element: (key: number) => elementOf(it(), key),
  }
  return driver
}
