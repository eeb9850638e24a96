import type { TaskTime } from '../model/definition.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { EndedStep, StepRecord } from './approval/task.ts'
import type { TrailEntry } from './trail.ts'
import type { Undoable, Undoing } from './undoable.ts'

/** Who stands behind a command: a user's id, `customer` for the private link, `system` for clocks and jobs. */
export type ActorId = string

/**
 * One run of a process: small JSON that only `apply` changes. Outside the engine only the fields declared here may be
 * read; the rest is the engine's own.
 */
export interface ProcessInstance {
  id: string
  processId: string
  /** Version of the definition this instance is pinned to. */
  definitionVersion: number
  /** The user's reference for the run, for a case its number. */
  businessKey: string | null
  state: 'active' | 'completed' | 'terminated'
  initiator: ActorId
  startedAt: string
  endedAt: string | null
  /** Number of the last event; events are numbered without a gap from 1. */
  lastEvent: number
  /** Variables of the process scope; inner scopes are the engine's own business. */
  variables: JsonObject
  /** The call activity that started it. */
  parent: Caller | null
  /**
   * Versions of decisions and forms that were current when the instance started; it keeps to them (its version). By id
   * and binding, see `pinOf`.
   */
  pinned: { decisions: Record<string, number>; forms: Record<string, number> }
  /** Key of the message that started it. */
  correlationKey?: string
  /** Users chosen at start, by element id. */
  choose?: Record<string, ActorId[]>
  /**
   * The process itself, while event sub-processes that stand directly in it listen: its key is 1, `at` the process id,
   * `via` the start event that was named.
   */
  root?: ElementInstance
  /** The engine's own from here on. Active element instances, in the order of their keys. */
  elements: ElementInstance[]
  /** Activations of elements that stand on a loop, by element id (reliability R12). */
  visits?: Record<string, number>
  /** Where tokens came from, in processes with approvals. */
  trail?: TrailEntry[]
  /** User tasks that have ended, oldest first, in processes with approvals. */
  handled?: EndedStep[]
  /** Completed activities that can be undone, in the order of completion. */
  undoable?: Undoable[]
  /** Its compensation event sub-process has run. */
  undone?: true
  /** Rough size of all variables in bytes; never below the real one. */
  bytes?: number
  /** Bytes that large writes of variables have put into the history (reliability R12). */
  written?: number
}

/** Who called an instance, and what is caught around the call. */
export interface Caller {
  processInstanceId: string
  elementInstanceKey: number
  elementId: string
  /** Calls that this instance is in, itself included. */
  depth: number
  catches: Catches
}

/** Codes that somebody around a call catches, the nearest first; null takes all. */
export interface Catches {
  errors: (string | null)[]
  escalations: { code: string | null; interrupting: boolean }[]
}

/**
 * A flow node as entered in this instance; small, because every waiting case carries it. What is absent is the usual:
 * no `scope` is the process, no `state` is activated.
 */
export interface ElementInstance {
  /** Number of the first event about it: unique in the instance for ever. */
  key: number
  /** Element id. */
  at: string
  scope?: number
  /** Sequence flow by which it was entered. */
  via?: string
  /** Only when it could not get in (activating) or out (completing): there is an incident then. */
  state?: 'activating' | 'completing'
  /** How it was entered, while somebody is asked before it begins. */
  entered?: EnteredState
  /** Its output mappings are done, only the way on is missing. */
  mapped?: true
  /** Variables of its own: input mappings, loop counter. */
  locals?: JsonObject
  /** Occurrence of its job, counted from 1, while one is open. */
  job?: number | undefined
  /** Occurrences so far, once its first job is over. */
  jobs?: number
  /** Occurrence of its called instance, counted from 1, while one runs. */
  call?: number | undefined
  /** Occurrences so far, once its first called instance has ended. */
  calls?: number
  /** Which of its listeners is asked next, by which occurrence of its job while one is open. */
  listening?: {
    on: 'start' | 'end' | TaskTime
    /** Of a user task: which of its changes, counted from 1. */
    turn?: number
    next: number
    job?: number
    tries?: number
  }
  task?: TaskState | undefined
  /** A user task with participants or an approval policy. */
  step?: StepRecord
  /** A case sent back to it goes straight to the one who sent it when this is done. */
  detour?: Detour
  timers?: TimerState[]
  subscriptions?: SubscriptionState[]
  conditions?: ConditionState[]
  /** Of a parallel multiple event: which definitions have been met, and what they brought, by its element id. */
  met?: Record<string, { indexes: number[]; variables: JsonObject }>
  /** Joins: tokens that wait, by sequence flow id. */
  arrived?: Record<string, number>
  /** Complex gateway that was activated and waits for its reset: the flows whose token it took. */
  taken?: string[]
  /** It undoes activities, for the event that it is named after, or as a scope that has ended. */
  undoing?: Undoing
  /** Its compensation event sub-process has run. */
  undone?: true
  /** Body of a multi-instance activity. */
  loop?: LoopState
  /** An ad-hoc sub-process. */
  adHoc?: AdHocState
  /** One of the instances in such a body, counted from 1. */
  index?: number
  incident?: IncidentState
}

/** What a token brought to an element besides itself. */
export interface EnteredState {
  /** Id of the event that has happened already. */
  trigger?: string
  result?: JsonObject
  fresh?: true
  back?: Detour
}

/** A user task without approval policy; what is absent was not said. */
export interface TaskState {
  assignee?: ActorId
  candidateUsers?: ActorId[]
  candidateRoles?: string[]
  dueAt?: string
  followUpAt?: string
  /** 0 to 100; 50 unless said otherwise. */
  priority?: number
  /** Changes that somebody has been asked about so far. */
  turns?: number
  /** The change that somebody is asked about now; until then nothing else changes. */
  change?: TaskChanging
}

/** What a listener of a task corrects about it; null takes away. */
export interface Corrections {
  assignee?: ActorId | null
  candidateUsers?: ActorId[]
  candidateRoles?: string[]
  dueAt?: string | null
  followUpAt?: string | null
  priority?: number
}

/** A change of a task that is about to happen. */
export interface TaskChanging {
  to: TaskTime
  by: ActorId
  /** At assigning: to whom; null gives it back. */
  assignee?: ActorId | null
  /** At completing and updating: what was filled in. */
  variables?: JsonObject
  choose?: Record<string, ActorId[]>
  /** What listeners have corrected so far. */
  corrects?: Corrections
}

/** Where a case goes on from a step that it was sent back to: at the step of the one who returned it, as that stood. */
export interface Detour {
  at: string
  scope?: number
  via?: string
  /** Keys of the elements that the returner's token had come from. */
  from: number[]
  index?: number
  locals?: JsonObject
  /** Who returned it; null: the clock. */
  by: ActorId | null
  items: WorkItem[]
  /** Where that one in turn goes on, when the case had been sent back to it. */
  onward?: Detour
}

export interface TimerState {
  /** Unique within the element instance; the timer's id is made of it. */
  id: string
  /** Which of the definitions of a multiple event it is, counted from 0; absent is the first. */
  index?: number
  /** The element that it fires: the boundary event, or the element itself. */
  at: string
  due: string
  what: 'catch' | 'boundary' | 'deadline' | 'reminder'
  /** Firings of a cycle that are still to come after this one; null: without end. */
  left?: number | null
  /** Interval of a cycle: a duration or a cron expression. */
  every?: string
  /** Of a cycle by the calendar: what it counts from, and the how manieth interval after it this firing is. */
  since?: string
  round?: number
}

/** A message, or a signal, that an element waits for. */
export interface SubscriptionState {
  /** Absent is a message. A signal has no key. */
  kind?: 'signal'
  /** The event that it triggers: the element itself, its boundary event, the start of an event sub-process. */
  at: string
  index?: number
  name: string
  key: string
  once: boolean
}

/** A condition that is looked at whenever variables change; it triggers when it becomes true (coverage (c)12). */
export interface ConditionState {
  at: string
  index?: number
  /** It held at the last look. */
  held?: true
}

export interface LoopState {
  /** Instances in all; 0 for a standard loop, whose end nobody knows. */
  total: number
  completed: number
  terminated: number
  /** What instances that come one after the other repeat over. */
  items?: JsonValue[]
  /** In input order; null where an instance gave nothing. */
  output?: JsonValue[]
}

export interface AdHocState {
  /** Elements activated so far. */
  activated: number
  /** Those of the beginning that wait for their turn, where one runs at a time. */
  queue?: string[]
  /** Its completion condition held, or its worker said so: nothing is activated any more. */
  over?: true
  /** What the worker said is to become of what still runs. */
  cancels?: boolean
  /** How often its worker was asked what comes next. */
  asked?: number
  /** Collected in the order of completion. */
  output?: JsonValue[]
}

export interface IncidentState {
  id: string
  code: string
  /** The event whose condition could not be looked at; the element itself is as it was. */
  listener?: string
}

export type WorkItemState = 'waiting' | 'open' | 'approved' | 'rejected' | 'skipped' | 'canceled'

/** One person's share of a user task. */
export interface WorkItem {
  id: string
  who: ActorId
  state: WorkItemState
  openedAt: string | null
  answeredAt: string | null
  comment: string | null
  /** Audit names both persons: who gave the item away, to whom, and how. */
  from?: { who: ActorId; how: 'transfer' | 'delegate' | 'substitute' | 'escalate' | 'reassign' | 'manager' }
  addedBy?: ActorId
  /** Whose approval an added signer belongs to (the item's id), and when he is asked: 加签. */
  under?: string
  position?: 'before' | 'after' | 'parallel'
  /** From whom it was taken, by the clock or by an admin, who gave it to somebody else. */
  taken?: { who: ActorId; by: ActorId; how: 'transfer' | 'escalate' | 'reassign'; at: string }[]
  /** Given away for an opinion only: to whom it goes back, and how he had come by it. */
  back?: { who: ActorId; from?: NonNullable<WorkItem['from']> }
  /** What delegates said. */
  opinions?: { who: ActorId; at: string; comment: string | null }[]
  /** The outcome of the designer's own button that answered it. */
  outcome?: string
  /** Whose answers no longer held, because what they saw has changed: they handled it all the same. */
  earlier?: ActorId[]
  /** Who took it out of the step: the one who had added it, or the clock that brought two items to one person. */
  removedBy?: ActorId
  /** Hash of the fields that this person could see when deciding. */
  seen?: string
  /** The answers of a step in their order, counted from 1. */
  turn?: number
}
