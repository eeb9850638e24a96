import type { FieldRights, TaskAction } from '../model/approval.ts'
import type { TaskTime } from '../model/definition.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { Sentence } from '../model/problem.ts'
import type { CalledOutcome } from './commands.ts'
import type { ActorId, Caller, WorkItem } from './instance.ts'

/**
 * What must happen outside because of a step, as data. Ids are deterministic (instance id, element instance key and
 * what it is), so doing a request twice does nothing twice.
 */
export type Request =
  | CreateJob
  | CancelJob
  | OpenTask
  | CloseTask
  | ArmTimer
  | DisarmTimer
  | OpenSubscription
  | CloseSubscription
  | PublishMessage
  | StartCalled
  | CancelCalled
  | RecallCalled
  | AnswerCaller
  | BroadcastSignal
  | WriteDataStore
  | RaiseIncident
  | CloseIncident
  | Remind

export interface CreateJob {
  type: 'createJob'
  jobId: string
  /**
   * What the outside world knows the effect by: the same for every job of this element instance, also for the one that
   * follows a resolved incident (reliability R3).
   */
  effectKey: string
  jobType: string
  elementId: string
  elementInstanceKey: number
  /** Attempts allowed in all (zeebe:taskDefinition retries). */
  retries: number
  /** Of jobs that wait the one with the greater number comes first; absent is 0 (zeebe:jobPriorityDefinition). */
  priority?: number
  /** Told when its element is gone already: nobody waits for the answer. */
  detached?: true
  headers: Record<string, string>
  /** Variables visible to the element, after its input mappings: local ones, else all. */
  variables: JsonObject
}

export interface CancelJob {
  type: 'cancelJob'
  jobId: string
}

/** Opens a user task in the inbox, or brings the inbox up to date; the whole picture each time. */
export interface OpenTask {
  type: 'openTask'
  taskId: string
  elementId: string
  elementInstanceKey: number
  name: string
  /** An approval step has a verdict; other work (办理) is completed with data. */
  approval: boolean
  items: WorkItem[]
  /** Users who can act now. */
  waitingFor: ActorId[]
  /** Roles offered to when the task names only a role or lane (claimable), empty when persons hold items. */
  candidateRoles: string[]
  assignee: ActorId | null
  formId: string | null
  formVersion: number | null
  fields: FieldRights | null
  actions: TaskAction[]
  openedAt: string
  dueAt: string | null
  /** Nobody needs to look at it before; absent is at once (zeebe:taskSchedule followUpDate). */
  followUpAt?: string
  /** The form of another application that it is done in (zeebe:formDefinition externalReference). */
  externalForm?: string
  /** A change of it that somebody is asked about; nobody can act on it until then. */
  changing?: TaskTime
  priority: number
  guidance: string | null
  publicStep: string | null
  /** Pending question (ask): to whom, what, since when; the deadline is paused. */
  question: { by: ActorId; to: ActorId; text: string; at: string } | null
  /** Who was sent a copy, and reads it. */
  copies?: ActorId[]
  /** Locals that the form shows besides the process variables. */
  locals: JsonObject
  /** What each holder has typed but not sent; only for himself. */
  drafts?: Record<ActorId, JsonObject>
}

export interface CloseTask {
  type: 'closeTask'
  taskId: string
  /** approved, rejected, returned, completed, a custom outcome, or canceled when the element was terminated. */
  outcome: string
  by: ActorId | null
  at: string
  comment: string | null
  items: WorkItem[]
}

export interface ArmTimer {
  type: 'armTimer'
  timerId: string
  elementId: string
  dueAt: string
  what: 'catch' | 'boundary' | 'start' | 'deadline' | 'reminder'
}

export interface DisarmTimer {
  type: 'disarmTimer'
  timerId: string
}

export interface OpenSubscription {
  type: 'openSubscription'
  subscriptionId: string
  elementId: string
  messageName: string
  correlationKey: string
  /** Closed by the first message (catch, receive, interrupting) or open for every one (non-interrupting). */
  once: boolean
  /** A signal has no key and reaches everybody. */
  kind: 'message' | 'signal'
  /** Place of the element in the file: of two that wait alike the first gets it. */
  order: number
}

export interface CloseSubscription {
  type: 'closeSubscription'
  subscriptionId: string
}

export interface PublishMessage {
  type: 'publishMessage'
  messageId: string
  name: string
  correlationKey: string | null
  variables: JsonObject
  /** ISO 8601 duration that the message is kept for a later subscription; null: not kept. */
  timeToLive: string | null
}

/** Starts the process that a call activity calls. What goes between instances is an errand with an id of its own. */
export interface StartCalled {
  type: 'startCalled'
  errandId: string
  calledId: string
  processId: string
  version: number
  variables: JsonObject
  businessKey: string | null
  initiator: ActorId
  parent: Caller
}

/** Ends a called instance, because its call ended early. */
export interface CancelCalled {
  type: 'cancelCalled'
  errandId: string
  calledId: string
  by: ActorId
  reason: string | null
}

/** Asks a called instance that has ended for its answer once more. */
export interface RecallCalled {
  type: 'recallCalled'
  errandId: string
  calledId: string
  callerId: string
  elementInstanceKey: number
}

/** Tells the caller how the called instance ended. */
export interface AnswerCaller {
  type: 'answerCaller'
  errandId: string
  calledId: string
  callerId: string
  elementInstanceKey: number
  outcome: CalledOutcome
}

/** The instance that threw it has given it to its own elements already. */
export interface BroadcastSignal {
  type: 'broadcastSignal'
  signalId: string
  name: string
  variables: JsonObject
}

/** Replaces the shared value of a data store, as the step saw it before. */
export interface WriteDataStore {
  type: 'writeDataStore'
  store: string
  value: JsonValue
}

export interface RaiseIncident {
  type: 'raiseIncident'
  incidentId: string
  elementId: string
  elementInstanceKey: number
  code: string
  message: Sentence
  values: Record<string, JsonValue>
  at: string
}

export interface CloseIncident {
  type: 'closeIncident'
  incidentId: string
}

/** A reminder, an escalation or a copy to tell people about; sending it is up to the host. */
export interface Remind {
  type: 'remind'
  /** Deterministic, so it is told once. */
  reminderId: string
  taskId: string
  to: ActorId[]
  why: 'beforeDue' | 'afterDue' | 'escalated' | 'cc' | 'urged' | 'asked' | 'answered' | 'transferred'
}
