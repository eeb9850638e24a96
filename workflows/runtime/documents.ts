import type { JsonObject, JsonValue } from '../model/json.ts'
import type { AnswerCaller, CancelCalled, RecallCalled, StartCalled } from '../engine/requests.ts'
import type { Sentence } from '../model/problem.ts'
import type { JobDocument, ResourceKind } from './face.ts'
import type { CollectionSpec, FollowUp } from './ports.ts'

/** Collection `timers`: of an element instance, or of a start event (then without an instance). */
export interface TimerDocument {
  timerId: string
  processInstanceId: string | null
  elementId: string
  dueAt: string
  what: string
  start?: StartTimer
}

/** What a timer start event does when it fires, and when it fires again. */
export interface StartTimer {
  processId: string
  version: number
  left: number | null
  every: string | null
  /** Of a cycle by the calendar, as in the state of a timer. */
  since?: string
  round?: number
  gathering?: Gathering
}

/** Collection `subscriptions`. */
export interface SubscriptionDocument {
  subscriptionId: string
  processInstanceId: string
  processId: string
  messageName: string
  /** Empty when any message of the name will do. */
  correlationKey: string
  once: boolean
  kind: 'message' | 'signal'
  /** Place of the element in the file; of two that have waited alike the first gets it. */
  order: number
  openedAt: string
}

/** A published message, kept until it expires. Collection `messages`. */
export interface MessageDocument {
  messageId: string
  name: string
  correlationKey: string
  variables: JsonObject
  publishedAt: string
  expiresAt: string
  /** Who gets it, at most one of each process; decided before it is delivered, so that a crash changes nothing. */
  claims: { processId: string; subscriptionId: string | null; processInstanceId: string; delivered: boolean }[]
}

/** What one instance has to tell another. Collection `errands`; each goes with the commit that carries it out. */
export type ErrandDocument = StartCalled | CancelCalled | RecallCalled | AnswerCaller

/** A signal on its way, kept until everybody has it. Collection `signals`. */
export interface SignalDocument {
  signalId: string
  name: string
  variables: JsonObject
  thrownAt: string
  /** The instance that threw it, whose own elements have it already. */
  thrownBy: string | null
  /** Who gets it: decided before it is delivered; null is not yet. */
  reached: { processInstanceId: string; start: StartPlace | null }[] | null
}

/** Collection `incidents`. */
export interface IncidentDocument {
  incidentId: string
  processInstanceId: string | null
  /** The process of that instance; absent in what older versions stored. */
  processId?: string
  /** The job of a domain that gave up; such an incident has no instance. */
  jobId: string | null
  elementId: string
  code: string
  message: Sentence
  /** What the failed expression read, by path, as it may be told. */
  values?: Record<string, JsonValue>
  at: string
  state: 'open' | 'resolved'
}

/** A version of what was published. Collection `resources`, never changed. */
export interface ResourceDocument {
  kind: ResourceKind
  id: string
  version: number
  name: string
  content: string
  /** The texts of the decision files that it imports, as they were when it was published: a version never changes. */
  imports?: string[]
  publishedAt: string
  publishedBy: string
  /** Of a process: versions of what it binds to that were published with it (`bindingType="deployment"`), by name. */
  bound?: Record<string, number>
}

/** Of a start event that needs several triggers: which this one is, and which it needs in all. */
export interface Gathering {
  index: number
  needs: number[]
}

/** Where an instance is started by something that arrives. */
interface StartPlace {
  processId: string
  version: number
  elementId: string
  gathering?: Gathering
}

/** A condition at a start event, with the names that it reads. */
export interface ConditionStart extends StartPlace {
  index: number
  condition: string
  reads: string[]
}

/** What such a condition said last. Collection `conditionStarts`. */
export interface ConditionStartDocument {
  version: number
  condition: string
  held: boolean
  /** Changes so far; it makes the id of what is started. */
  count: number
  /** Variables of an instance that is due and may not have started yet. */
  starting: JsonObject | null
}

/** An instance that is to be started with what has come. */
export interface GatheredStart {
  processInstanceId: string
  variables: JsonObject
  correlationKey: string
}

/** What has come so far for a start event that needs several triggers. Collection `gatherings`. */
export interface GatheringDocument {
  processId: string
  version: number
  startElementId: string
  needs: number[]
  arrivals: { id: string; index: number; correlationKey: string; variables: JsonObject }[]
  /** Ids of what has been counted, the newest last. */
  counted: string[]
  starting: GatheredStart[]
}

/** What is current. One document, so that publishing is one write. Collection `publications`. */
export interface PublicationsDocument {
  heads: Record<ResourceKind, Record<string, number>>
  /** Which decision file has a decision. */
  decisionFiles: Record<string, string>
  /** Start events that wait for something, of the newest version of each process. */
  messageStarts: (StartPlace & { messageName: string })[]
  signalStarts: (StartPlace & { signalName: string })[]
  timerStarts: { processId: string; timerId: string }[]
  conditionStarts?: ConditionStart[]
  /** How a message that comes without a key gets one from what it carries: FEEL, by process. */
  messageKeys?: { processId: string; messageName: string; paths: string[] }[]
  /** Processes that each process calls by name, to find those that would call each other for ever. */
  calls?: Record<string, string[]>
  /** Newest version of each process, decision and form with a version tag, by name (`publishedName`) and tag. */
  versionTags?: Record<string, Record<string, number>>
}

/** An act that was carried out, by its command id. Collection `acts`. */
export interface ActDocument {
  processInstanceId: string
  /** What was asked, to tell a repetition from another act under the same id. */
  asked: string
}

export const runtimeCollections: CollectionSpec[] = [
  { name: 'instances', indexes: [{ fields: ['state', 'startedAt'] }, { fields: ['businessKey'] }] },
  { name: 'history', indexes: [] },
  {
    name: 'tasks',
    indexes: [
      { fields: ['processInstanceId', 'state'] },
      { fields: ['state', 'dueAt'] },
      { fields: ['assignee', 'state'] },
      { fields: ['closedBy', 'closedAt'] },
    ],
    lists: ['waitingFor', 'candidateRoles'],
  },
  { name: 'dataStores', indexes: [] },
  { name: 'dataStoreWrites', indexes: [] },
  {
    name: 'jobs',
    // The second one holds nothing for a job without a priority.
    indexes: [{ fields: ['state', 'dueAt'] }, { fields: ['priority', 'dueAt'] }, { fields: ['processInstanceId'] }],
  },
  { name: 'timers', indexes: [{ fields: ['dueAt'] }, { fields: ['processInstanceId'] }] },
  {
    name: 'subscriptions',
    indexes: [{ fields: ['messageName', 'correlationKey'] }, { fields: ['processInstanceId'] }],
  },
  { name: 'messages', indexes: [{ fields: ['name', 'correlationKey'] }, { fields: ['expiresAt'] }] },
  { name: 'errands', indexes: [] },
  { name: 'signals', indexes: [] },
  { name: 'gatherings', indexes: [] },
  { name: 'conditionStarts', indexes: [] },
  { name: 'incidents', indexes: [{ fields: ['state', 'at'] }, { fields: ['processInstanceId', 'state'] }] },
  { name: 'resources', indexes: [{ fields: ['kind', 'id', 'version'] }] },
  { name: 'publications', indexes: [] },
  { name: 'acts', indexes: [] },
]

/**
 * A command to another aggregate, or an effect on the outside world, as a follow-up of a domain's own commit: a job
 * without an instance. The id is deterministic, so that the same effect asks once (reliability R1, R3).
 */
export function jobFollowUp(job: {
  id: string
  jobType: string
  variables: JsonObject
  dueAt: string
  /** Attempts in all; default 20, which is about a day. */
  retries?: number
  businessKey?: string | null
}): FollowUp {
  const data: JobDocument = {
    id: job.id,
    jobType: job.jobType,
    processInstanceId: null,
    businessKey: job.businessKey ?? null,
    elementId: null,
    elementInstanceKey: null,
    headers: {},
    variables: job.variables,
    state: 'waiting',
    attempts: 0,
    retries: job.retries ?? 20,
    dueAt: job.dueAt,
    leaseUntil: null,
    lastError: null,
  }
  return { kind: 'insert', collection: 'jobs', id: job.id, data }
}
