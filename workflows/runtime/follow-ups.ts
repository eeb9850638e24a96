import type { EngineEvent } from '../engine/events.ts'
import type { ProcessInstance } from '../engine/instance.ts'
import type { CloseTask, CreateJob, OpenTask, Request } from '../engine/requests.ts'
import type {
  ErrandDocument,
  IncidentDocument,
  MessageDocument,
  SignalDocument,
  SubscriptionDocument,
  TimerDocument,
} from './documents.ts'
import type { JobDocument, TaskDocument } from './face.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import { packHistory } from './history.ts'
import type { FollowUp } from './ports.ts'

/** What the requests of one step need to know besides themselves. */
export interface StepContext {
  instance: ProcessInstance
  /** The last event before this step: what has a greater key was made in it. */
  lastEvent: number
  events: readonly EngineEvent[]
  now: string
  /** Inbox documents as they were before this step, for the tasks that the requests are about. */
  tasks: Map<string, TaskDocument>
  /** Open incidents that the requests close. */
  incidents: Map<string, IncidentDocument>
  /** The document to write for a job, maybe claimed already. */
  reserve(job: JobDocument): JobDocument
  /** When a message that is thrown now expires. */
  expiry(timeToLive: string | null): string
}

const insert = (collection: string, id: string, data: object): FollowUp => ({ kind: 'insert', collection, id, data })
/** Its id is made of the instance's and of a number of its events, so one commit of the instance alone makes it. */
const insertOwn = (collection: string, id: string, data: object): FollowUp => ({
  kind: 'insert',
  collection,
  id,
  data,
  own: true,
})
const remove = (collection: string, id: string): FollowUp => ({ kind: 'remove', collection, id, own: true })

/** Drafts stay with those who still hold an item; what the step itself saved is newer. */
function draftsOf(request: OpenTask, before: TaskDocument | undefined, { events }: StepContext) {
  const kept = Object.entries(before?.drafts ?? {}).filter(
    ([who]) => request.items.length === 0 || request.items.some((item) => item.who === who && item.state === 'open'),
  )
  const saved = events.flatMap((event) =>
    event.type === 'draftSaved' && event.key === request.elementInstanceKey
      ? [[event.by, event.variables] as const]
      : [],
  )
  return Object.fromEntries([...kept, ...saved])
}

/** The inbox document that a picture of the engine gives; drafts and the time of opening stay. */
function openTask(request: OpenTask, context: StepContext): TaskDocument {
  const { instance, tasks } = context
  const { type: _, ...picture } = request
  const before = tasks.get(request.taskId)
  return {
    ...picture,
    openedAt: before?.openedAt ?? request.openedAt,
    processInstanceId: instance.id,
    processId: instance.processId,
    definitionVersion: instance.definitionVersion,
    businessKey: instance.businessKey,
    initiator: instance.initiator,
    state: 'open',
    outcome: null,
    closedBy: null,
    closedAt: null,
    comment: null,
    drafts: draftsOf(request, before, context),
  }
}

const closeTask = (request: CloseTask, before: TaskDocument): TaskDocument => ({
  ...before,
  state: 'closed',
  items: request.items.length > 0 ? request.items : before.items,
  waitingFor: [],
  question: null,
  outcome: request.outcome,
  closedBy: request.by,
  closedAt: request.at,
  comment: request.comment,
  drafts: {},
})

/** A job as it is made. */
function jobDocument(request: CreateJob, instance: Readonly<ProcessInstance>, now: string): JobDocument {
  const job: JobDocument = {
    id: request.jobId,
    jobType: request.jobType,
    processInstanceId: request.detached ? null : instance.id,
    businessKey: instance.businessKey,
    elementId: request.elementId,
    elementInstanceKey: request.elementInstanceKey,
    headers: request.headers,
    variables: request.variables,
    state: 'waiting',
    attempts: 0,
    retries: request.retries,
    dueAt: now,
    leaseUntil: null,
    lastError: null,
    effectKey: request.effectKey,
  }
  if (request.priority !== undefined) job.priority = request.priority
  return job
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Carried out by `errands.ts`. */
const errand = (request: ErrandDocument): FollowUp => insert('errands', request.errandId, request)

type Writers = {
  [T in Request['type']]: (request: Extract<Request, { type: T }>, context: StepContext) => FollowUp | null
}

const writers: Writers = {
  createJob: (request, { instance, now, reserve }) =>
    insertOwn('jobs', request.jobId, reserve(jobDocument(request, instance, now))),
  cancelJob: ({ jobId }) => remove('jobs', jobId),
  openTask(request, context) {
    const isNew = !context.tasks.has(request.taskId) && request.elementInstanceKey > context.lastEvent
    const task = openTask(request, context)
    context.tasks.set(request.taskId, task)
    if (isNew) return insertOwn('tasks', request.taskId, task)
    return { kind: 'put', collection: 'tasks', id: request.taskId, data: task, revision: context.instance.lastEvent }
  },
  closeTask(request, context) {
    const before = context.tasks.get(request.taskId)
    if (!before) return null
    const task = closeTask(request, before)
    context.tasks.delete(request.taskId)
    return { kind: 'put', collection: 'tasks', id: request.taskId, data: task, revision: context.instance.lastEvent }
  },
  armTimer({ timerId, elementId, dueAt, what }, { instance }) {
    const timer: TimerDocument = { timerId, processInstanceId: instance.id, elementId, dueAt, what }
    return insertOwn('timers', timerId, timer)
  },
  disarmTimer: ({ timerId }) => remove('timers', timerId),
  openSubscription({ subscriptionId, messageName, correlationKey, once, kind, order }, { instance, now }) {
    const subscription: SubscriptionDocument = {
      subscriptionId,
      processInstanceId: instance.id,
      processId: instance.processId,
      messageName,
      correlationKey,
      once,
      kind,
      order,
      openedAt: now,
    }
    return insertOwn('subscriptions', subscriptionId, subscription)
  },
  closeSubscription: ({ subscriptionId }) => remove('subscriptions', subscriptionId),
  publishMessage({ messageId, name, correlationKey, variables, timeToLive }, context) {
    const message: MessageDocument = {
      messageId,
      name,
      correlationKey: correlationKey ?? '',
      variables,
      publishedAt: context.now,
      expiresAt: context.expiry(timeToLive),
      claims: [],
    }
    return insert('messages', messageId, message)
  },
  startCalled: errand,
  cancelCalled: errand,
  recallCalled: errand,
  answerCaller: errand,
  broadcastSignal({ signalId, name, variables }, { instance, now }) {
    const signal: SignalDocument = {
      signalId,
      name,
      variables,
      thrownAt: now,
      thrownBy: instance.id,
      reached: null,
    }
    return insert('signals', signalId, signal)
  },
  raiseIncident({ incidentId, elementId, code, message, values, at }, { instance }) {
    const { read } = values
    const incident: IncidentDocument = {
      incidentId,
      processInstanceId: instance.id,
      processId: instance.processId,
      jobId: null,
      elementId,
      code,
      message,
      ...(isObject(read) && { values: read }),
      at,
      state: 'open',
    }
    return insertOwn('incidents', incidentId, incident)
  },
  closeIncident({ incidentId }, { incidents, instance }) {
    const before = incidents.get(incidentId)
    if (!before) return null
    const data: IncidentDocument = { ...before, state: 'resolved' }
    return { kind: 'put', collection: 'incidents', id: incidentId, data, revision: instance.lastEvent }
  },
  // Written with the instance, by who read them for this step.
  writeDataStore: () => null,
  // Told to people by whoever listens; nothing of it is kept here.
  remind: () => null,
}

/** What follows from a step: its history as one document, then each request in order. Changes `context.tasks`. */
export function followUpsOf(requests: readonly Request[], context: StepContext): FollowUp[] {
  const { instance, events } = context
  const [first, ...others] = events
  const followUps: FollowUp[] = []
  if (first) {
    const { id, document } = packHistory(instance.id, [first, ...others])
    followUps.push(insertOwn('history', id, document))
  }
  for (const request of requests) {
    const write = writers[request.type] as (request: Request, context: StepContext) => FollowUp | null
    const followUp = write(request, context)
    if (followUp) followUps.push(followUp)
  }
  return followUps
}
