import type { Command, StartCommand } from '../engine/commands.ts'
import { explainDecision } from '../decisions/explain.ts'
import { readDmn } from '../decisions/read-dmn.ts'
import type { Calendars, Directory, Host } from '../engine/host.ts'
import type { ActorId, Caller, ProcessInstance } from '../engine/instance.ts'
import type { ReturnEffects } from '../engine/events.ts'
import { step, type StepResult } from '../engine/step.ts'
import { addDuration, parseDuration } from '../engine/timers.ts'
import type { JsonObject } from '../model/json.ts'
import { ok } from '../model/problem.ts'
import type { Result } from '../model/problem.ts'
import { createAdministration } from './administration.ts'
import { createAdvance } from './advance.ts'
import type { Errand } from './advance.ts'
import { createDataStores } from './data-stores.ts'
import { createDefinitions, decisionUnknown } from './definitions.ts'
import type { ActDocument, IncidentDocument, MessageDocument } from './documents.ts'
import { createErrands } from './errands.ts'
import type {
  InstanceChange,
  JobDocument,
  Listener,
  Projection,
  Runtime,
  StartRequest,
  TaskAct,
  TaskDocument,
} from './face.ts'
import { readHistory } from './history.ts'
import { decidedInCalls } from './called-decisions.ts'
import { createConditionStarts } from './condition-starts.ts'
import { createGatherings } from './gatherings.ts'
import { createJobs } from './jobs.ts'
import { createKeyedQueue } from './keyed-queue.ts'
import { keyFrom } from './message-keys.ts'
import { createMessages } from './messages.ts'
import type { Clock, FollowUp, Ids, Log, Scheduler, Store } from './ports.ts'
import { createPublishing } from './publish.ts'
import { createPump } from './pump.ts'
import { refusals } from './refusals.ts'
import { createSignals } from './signals.ts'
import { createTimers } from './timers.ts'

export interface RuntimeDependencies {
  /** Opened with `runtimeCollections` among its collections. */
  store: Store
  clock: Clock
  ids: Ids
  scheduler: Scheduler
  log: Log
  people: Directory
  calendars: Calendars
  projections?: readonly Projection[]
  /** IANA name of the zone in which days and months of timers and FEEL are counted. */
  timeZone: string
  /** No other process shares the store, so at the start every lease is of a dead one. */
  alone?: boolean
  /** Instances kept at hand; default 5000. */
  hotInstances?: number
  /** Jobs in the hands of workers at once; default 64. */
  jobConcurrency?: number
  /** A number from 0 to 1, another each time: how long to step aside for another server. Without it, not at all. */
  jitter?(): number
}

/** The first pause after a conflict at its longest; doubled each time. */
const firstPause = 10

/** An act that sends nothing back. */
const noEffects: ReturnEffects = { void: [], kept: [], restarts: [], compensates: [], handlers: [] }

const defaultTimeToLive = 'PT1H'

/** Element instance key of a task id, `<instance>:<key>`. */
function taskParts(taskId: string): { processInstanceId: string; key: number } | null {
  const colon = taskId.lastIndexOf(':')
  const key = Number(taskId.slice(colon + 1))
  return colon > 0 && Number.isSafeInteger(key) && key > 0 ? { processInstanceId: taskId.slice(0, colon), key } : null
}

/** The durable runtime of `face.ts`. What it answers is on disk; what must follow is done by its pumps. */
/** What came of a command that was carried out on a copy. */
type Tried = Extract<StepResult, { ok: true }>

export function createRuntime(deps: RuntimeDependencies): Runtime {
  const { store, clock, ids, log, timeZone } = deps
  const listeners = new Set<Listener>()
  const queue = createKeyedQueue()
  const definitions = createDefinitions(store, deps.alone ?? false)
  const publishing = createPublishing({ store, clock, definitions, timeZone, people: deps.people })
  const host: Host = {
    people: deps.people,
    calendars: deps.calendars,
    timeZone,
    evaluateDecision: definitions.evaluate,
    formFields: definitions.formFields,
    called: definitions.called,
    elapsed: () => Date.parse(clock.now()),
  }

  function expiry(now: string, timeToLive: string | null): string {
    const duration = timeToLive === null ? null : parseDuration(timeToLive)
    return (duration && addDuration(now, duration, timeZone)) ?? now
  }

  function committed(change: InstanceChange): void {
    for (const listener of listeners) {
      try {
        listener(change)
      } catch (error) {
        log.error('listener.broken', { error: String(error) })
      }
    }
    pump.committed(change)
  }

  const dataStores = createDataStores({ store, clock, ids, queue, alone: deps.alone ?? false, expiry })
  async function stepAside(attempt: number): Promise<void> {
    const { jitter, scheduler } = deps
    if (jitter) await new Promise<void>((go) => scheduler.after(jitter() * firstPause * 2 ** attempt, go))
  }

  const advance = createAdvance({
    store,
    clock,
    log,
    host,
    definitions,
    dataStores,
    projections: deps.projections ?? [],
    queue,
    hotLimit: deps.hotInstances ?? 5000,
    expiry,
    jobs: {
      // Only a runtime that runs takes work in hand by itself.
      reserve: (job) => (pump.isRunning() ? jobs.reserve(job) : job),
      begin: (job) => jobs.begin(job),
      release: (jobId) => jobs.release(jobId),
    },
    stepAside,
    committed,
  })

  interface Start {
    processInstanceId: string
    processId: string
    version: number
    startElementId: string | null
    variables?: JsonObject
    businessKey?: string | null
    initiator?: ActorId
    choose?: Record<string, ActorId[]>
    parent?: Caller
    correlationKey?: string
  }

  async function begin(start: Start, followUps: FollowUp[] = []): Promise<Result<boolean>> {
    const { processId, version, choose, correlationKey } = start
    const definition = await definitions.process(processId, version)
    if (!definition) return refusals.processUnknown(processId, version)
    const command: StartCommand = {
      type: 'start',
      now: clock.now(),
      processInstanceId: start.processInstanceId,
      definitionVersion: version,
      pinned: definitions.pins(definition, version, (await definitions.publications()).data),
      businessKey: start.businessKey ?? null,
      initiator: start.initiator ?? 'system',
      variables: start.variables ?? {},
      startElementId: start.startElementId,
      parent: start.parent ?? null,
      ...(choose ? { choose } : {}),
      ...(correlationKey ? { correlationKey } : {}),
    }
    return advance.start(definition, command, followUps)
  }

  /** For what starts by itself: who asked keeps asking while others hold the data stores that the start writes. */
  async function beginSometime(start: Start, followUps: FollowUp[]): Promise<Result<boolean>> {
    const result = await begin(start, followUps)
    if (!result.ok && result.refusal.code === 'instance.busy') throw new Error(`${start.processInstanceId} is busy`)
    return result
  }

  const jobs = createJobs({
    store,
    clock,
    log,
    advance,
    timeZone,
    concurrency: deps.jobConcurrency ?? 64,
    alone: deps.alone ?? false,
    due: (instant) => pump.due(instant),
  })
  const gatherings = createGatherings({ store, log, begin: beginSometime })
  const conditionStarts = createConditionStarts({
    store,
    clock,
    log,
    timeZone,
    definitions,
    readStores: dataStores.read,
    start: gatherings.start,
  })
  const timers = createTimers({ store, clock, log, advance, timeZone, start: gatherings.start })
  const messages = createMessages({ store, clock, log, advance, definitions, start: gatherings.start })
  const errands = createErrands({
    store,
    clock,
    log,
    advance,
    start: ({ calledId, ...called }, followUps) =>
      beginSometime({ ...called, processInstanceId: calledId, startElementId: null }, followUps),
  })
  const signals = createSignals({ store, clock, log, advance, definitions, start: gatherings.start })
  const pump = createPump({
    store,
    clock,
    scheduler: deps.scheduler,
    log,
    jobs,
    timers,
    messages,
    errands,
    signals,
    gatherings,
    conditionStarts,
    alone: deps.alone ?? false,
  })

  const administration = createAdministration({ store, advance, definitions })

  const command = (processInstanceId: string, make: (now: string) => Command): Promise<Result<null>> =>
    advance.change(processInstanceId, { command: (_, now) => make(now) })

  /** A command that is remembered under its id by the commit that carries it out. */
  const atMostOnce = (commandId: string, done: ActDocument, make: (now: string) => Command): Errand => ({
    async command(_, now) {
      const before = await store.load<ActDocument>('acts', commandId)
      if (before) return before.data.asked === done.asked ? ok(null) : refusals.commandReused()
      return make(now)
    },
    followUps: [{ kind: 'insert', collection: 'acts', id: commandId, data: done }],
  })

  /** Carries a command to a task out; with a command id at most once, and told again with the same answer. */
  async function onTask(
    taskId: string,
    make: (key: number, now: string) => Command,
    repeatable?: { commandId: string | undefined; asked: unknown },
  ): Promise<Result<null>> {
    const parts = taskParts(taskId)
    if (!parts) return refusals.taskUnknown()
    const { processInstanceId, key } = parts
    const commandId = repeatable?.commandId
    const result = await advance.change(
      processInstanceId,
      commandId === undefined
        ? { command: (_, now) => make(key, now) }
        : atMostOnce(commandId, { processInstanceId, asked: JSON.stringify([taskId, repeatable?.asked]) }, (now) =>
            make(key, now),
          ),
    )
    return !result.ok && result.refusal.code === 'instance.not_found' ? refusals.taskUnknown() : result
  }

  /** Elements of the task's instance whose jobs a worker has in hand. */
  async function busyKeys(taskId: string): Promise<number[]> {
    const processInstanceId = taskParts(taskId)?.processInstanceId ?? ''
    const filter = { processInstanceId, state: 'leased' }
    const { items } = await store.find<JobDocument>('jobs', { filter, limit: 1000 })
    return items.flatMap(({ data }) => data.elementInstanceKey ?? [])
  }

  /** An act tried on a copy: nothing is done, nothing is stored. */
  async function tryAct(taskId: string, act: TaskAct): Promise<Result<Tried>> {
    const parts = taskParts(taskId)
    if (!parts) return refusals.taskUnknown()
    const at = { elementInstanceKey: parts.key, now: clock.now() }
    const { by, action, variables = {} } = act
    const command: Command =
      action === 'complete'
        ? { type: 'completeTask', by, variables, ...at }
        : { type: 'act', ...act, ...at, busy: action === 'revoke' ? await busyKeys(taskId) : [] }
    return (await tryCommand(parts.processInstanceId, command)) ?? refusals.taskUnknown()
  }

  /** Carries a command out on a copy of an instance; null when there is none. Nothing is stored. */
  async function tryCommand(processInstanceId: string, command: Command): Promise<Result<Tried> | null> {
    const stored = await store.load<ProcessInstance>('instances', processInstanceId)
    const definition = stored && (await definitions.prepare(stored.data))
    if (!definition) return null
    const seeing = dataStores.hostFor(host, await dataStores.read(definition.stores))
    const result = step(definition, JSON.parse(JSON.stringify(stored.data)) as ProcessInstance, command, seeing)
    return result.ok ? ok(result) : result
  }

  /** What a withdrawal has to know besides its instance. */
  async function decidedAround(processInstanceId: string): Promise<{ decidedElsewhere: boolean }> {
    const instance = (await store.load<ProcessInstance>('instances', processInstanceId))?.data
    return { decidedElsewhere: instance !== undefined && (await decidedInCalls({ store, definitions }, instance)) }
  }

  const scope = (input: JsonObject) => ({
    now: clock.now(),
    timeZone,
    get: (name: string) => (Object.hasOwn(input, name) ? input[name] : undefined),
  })

  async function start(request: StartRequest): Promise<Result<{ processInstanceId: string }>> {
    const { processId, choose } = request
    const version = request.version ?? (await definitions.publications()).data.heads.process[processId]
    if (version === undefined) return refusals.processUnknown(processId)
    const processInstanceId = request.processInstanceId ?? ids.next()
    const result = await begin({
      processInstanceId,
      processId,
      version,
      startElementId: request.startElementId ?? null,
      variables: request.variables,
      businessKey: request.businessKey,
      initiator: request.initiator,
      ...(choose ? { choose } : {}),
    })
    return result.ok ? ok({ processInstanceId }) : result
  }

  return {
    evaluateDecision: (decisionId, input, version) => definitions.evaluateCurrent(decisionId, version, scope(input)),
    async explainDecision(decisionId, input, content) {
      if (content === undefined) {
        const model = await definitions.model(decisionId)
        return model ? explainDecision(model, decisionId, scope(input)) : decisionUnknown(decisionId)
      }
      const others = await publishing.filesAtHand([{ kind: 'decision', content }])
      const read = await readDmn(content, { others })
      if (read.ok) return explainDecision(read.model, decisionId, scope(input))
      const [problem] = read.problems
      return {
        ok: false,
        code: problem?.code ?? 'decision.failed',
        message: problem?.message ?? { zh: '决策文件不能读取。', en: 'The decision file cannot be read.' },
      }
    },
    check: publishing.check,
    async publish(resources, by) {
      const result = await publishing.publish(resources, by)
      if (result.ok) pump.due(clock.now())
      return result
    },
    resource: definitions.resource,
    resources: definitions.resources,

    start,
    async publishMessage(message) {
      const now = clock.now()
      const timeToLive = message.timeToLive ?? defaultTimeToLive
      if (parseDuration(timeToLive)?.negative !== false) return refusals.durationInvalid(timeToLive)
      const { messageKeys } = (await definitions.publications()).data
      const document: MessageDocument = {
        messageId: message.messageId,
        name: message.name,
        correlationKey: message.correlationKey || keyFrom(messageKeys ?? [], message, { now, timeZone }),
        variables: message.variables,
        publishedAt: now,
        expiresAt: expiry(now, timeToLive),
        claims: [],
      }
      return ok({ correlated: await messages.publish(document) })
    },
    async broadcastSignal({ signalId, name, variables }) {
      const reached = await signals.broadcast({
        signalId,
        name,
        variables,
        thrownAt: clock.now(),
        thrownBy: null,
        reached: null,
      })
      return ok({ reached })
    },
    cancel: (id, by, reason) => command(id, (now) => ({ type: 'cancel', by, reason, now })),
    async withdraw(id, by, comment, commandId) {
      const more = { ...(await decidedAround(id)), ...(comment === undefined ? {} : { comment }) }
      const make = (now: string): Command => ({ type: 'withdraw', by, now, ...more })
      if (commandId === undefined) return command(id, make)
      const done = { processInstanceId: id, asked: JSON.stringify(['withdraw', by, comment ?? null]) }
      return advance.change(id, atMostOnce(commandId, done, make))
    },
    async previewWithdraw(id, by) {
      const now = clock.now()
      const tried = await tryCommand(id, { type: 'withdraw', by, now, ...(await decidedAround(id)) })
      if (!tried) return refusals.instanceUnknown(id)
      return tried.ok ? ok(null) : tried
    },
    setVariables: (id, variables, by, at) =>
      command(id, (now) => ({ type: 'setVariables', scope: at ?? null, variables, by, now })),
    async resolveIncident(incidentId, by) {
      const stored = await store.load<IncidentDocument>('incidents', incidentId)
      if (stored?.data.state !== 'open') return refusals.incidentUnknown()
      const { processInstanceId, jobId } = stored.data
      if (processInstanceId !== null)
        return command(processInstanceId, (now) => ({ type: 'resolveIncident', incidentId, by, now }))
      return jobId !== null && (await jobs.revive(jobId, stored.data)) ? ok(null) : refusals.incidentUnknown()
    },

    ...administration,
    previewModify: async (id, { changes, by, reason }) =>
      (await tryCommand(id, { type: 'modify', changes, by, reason, now: clock.now() })) ?? refusals.instanceUnknown(id),

    claimTask: (taskId, by) =>
      onTask(taskId, (elementInstanceKey, now) => ({ type: 'claim', elementInstanceKey, by, now })),
    unclaimTask: (taskId, by) =>
      onTask(taskId, (elementInstanceKey, now) => ({ type: 'unclaim', elementInstanceKey, by, now })),
    completeTask: (taskId, by, variables, commandId, choose) => {
      const asked = { by, variables, ...(choose && { choose }) }
      return onTask(
        taskId,
        (elementInstanceKey, now) => ({ type: 'completeTask', elementInstanceKey, now, ...asked }),
        {
          commandId,
          asked: { action: 'complete', ...asked },
        },
      )
    },
    async saveDraft(taskId, by, variables) {
      const parts = taskParts(taskId)
      if (!parts) return refusals.taskUnknown()
      return advance.inTurn(parts.processInstanceId, async () => {
        for (let attempt = 0; attempt < 5; attempt += 1) {
          const stored = await store.load<TaskDocument>('tasks', taskId)
          if (!stored) return refusals.taskUnknown()
          const { state, assignee, waitingFor, drafts } = stored.data
          if (state === 'closed') return refusals.taskClosed()
          if (assignee !== by && !waitingFor.includes(by)) return refusals.taskNotYours()
          const data: TaskDocument = { ...stored.data, drafts: { ...drafts, [by]: variables } }
          const aggregate = { collection: 'tasks', id: taskId, expectedVersion: stored.version, data }
          const written = await store.commit({ aggregate, followUps: [] })
          advance.forget(parts.processInstanceId)
          if (written.ok) return ok(null)
        }
        return refusals.instanceBusy()
      })
    },
    async actOnTask(taskId, act, commandId) {
      const busy = act.action === 'revoke' ? await busyKeys(taskId) : null
      const command = { type: 'act', ...act, ...(busy && { busy }) } as const
      return onTask(taskId, (elementInstanceKey, now) => ({ ...command, elementInstanceKey, now }), {
        commandId,
        asked: act,
      })
    },

    async previewAct(taskId, act) {
      const tried = await tryAct(taskId, act)
      return tried.ok ? ok(tried.value.requests) : tried
    },

    async previewReturn(taskId, act) {
      const tried = await tryAct(taskId, act)
      if (!tried.ok) return tried
      const returned = tried.value.events.find((event) => event.type === 'caseReturned')
      return ok(returned?.effects ?? noEffects)
    },

    instance: async (id) => (await store.load<ProcessInstance>('instances', id))?.data ?? null,
    history: (id) => readHistory(store, id),

    answerJob: jobs.answer,
    registerWorker: jobs.register,
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    run: pump.run,
    stop: pump.stop,
    settle: pump.settle,
  }
}
