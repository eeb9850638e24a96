import type {
  Deadline,
  FieldRights,
  Participants,
  ApprovalPolicy,
  ReturnPolicy,
  TaskAction,
} from '../../model/approval.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { Calendars, Directory } from '../host.ts'
import type { ActorId, WorkItem } from '../instance.ts'
import type { Remind } from '../requests.ts'

/** A user task's policy with every default filled in. */
export interface StepPolicy {
  /** An approval step has a verdict; other work (办理) is completed with data. */
  approval: boolean
  participants: Participants
  decision: ApprovalPolicy
  actions: TaskAction[]
  return: ReturnPolicy
  /** null: everything is editable. */
  fields: FieldRights | null
  deadline: Deadline | null
  /** Ids of elements whose handlers may not act here. */
  fourEyes: string[]
}

export interface TaskTimer {
  /** `deadline` or `reminder-2-0`: unique within the task's activation. */
  id: string
  what: 'deadline' | 'reminder'
  dueAt: string
}

export interface Question {
  by: ActorId
  to: ActorId
  text: string
  at: string
  /** The clock as it stood when the question stopped it. */
  paused: TaskTimer[]
}

/** One activation of a user task: what its acts change. Small JSON inside the instance. */
export interface StepState {
  /** In the order of asking. Neither the list nor an item ever changes: a new one takes its place. */
  items: readonly WorkItem[]
  openedAt: string
  /** Who took the task out of the group's hands (claim). */
  assignee: ActorId | null
  /** Roles that the task was offered to as a whole, for the list of what can be claimed. */
  candidateRoles: string[]
  dueAt: string | null
  /** Nobody needs to look at it before. */
  followUpAt?: string
  /** The calendar that its clock goes by. */
  calendar?: string
  timers: TaskTimer[]
  question: Question | null
  /** Who was asked and whose answer would come too late. */
  askedBefore: ActorId[]
  drafts: Record<ActorId, JsonObject>
  urgedAt: string | null
  /** Who was sent a copy. */
  copies?: ActorId[]
  /** How often its timers were armed: after a question they are new ones. */
  clock: number
  /** The deadline has passed and what it asks for was done, once. */
  expired: boolean
}

/** How a user task ended; the value of the variable that is named by its element id. */
export interface TaskOutcome {
  outcome: string
  by: ActorId
  at: string
  comment: string | null
  /** The act that decided, for the sentence that the slower one reads. */
  action: string
}

/** A user task of this instance that has ended, as later steps look back on it. */
export interface HandledStep extends TaskOutcome {
  key: number
  elementId: string
  approval: boolean
  items: readonly WorkItem[]
  /** Who was asked something there. */
  asked: ActorId[]
  /** It lies on the path of the token that asks. */
  onPath: boolean
  /** A return made it void: it happened, but it approves nothing any more. */
  void: boolean
  /** Of a void one: whoever had agreed and sees nothing new passes by himself when it is asked again. */
  again?: true
}

export type Evaluated = { ok: true; value: JsonValue } | { ok: false; message: string }

/** All that a decision about a task may look at. */
export interface TaskContext {
  elementId: string
  name: string
  policy: StepPolicy
  initiator: ActorId
  now: string
  timeZone: string
  people: Directory
  calendars: Calendars
  /** What expressions and fields see here: the scopes' variables, inner ones first. */
  variables: JsonObject
  /** Fields of the step's form; null without one. */
  formFields: readonly string[] | null
  /** Fields of the form that the initiator filled at first; null without one. */
  initiatorFields: readonly string[] | null
  /** Oldest first. */
  handled: readonly HandledStep[]
  /** Other steps that are open, or were ended before they were decided. */
  unfinished: readonly { elementId: string; items: readonly WorkItem[] }[]
  /** Ids of start events: whoever entered the case handled them. */
  startElements: readonly string[]
  /** Variables that the engine writes itself (a step's own result); nobody sends them. */
  reserved: readonly string[]
  /** ISO 8601 duration between two urges. */
  urgeEvery: string
  /** The activation before a return that asks again only whoever sees something new; null for any other. */
  before: EndedStep | null
  /** Whom the initiator or an earlier handler chose, by element id. */
  choose: Readonly<Record<string, readonly ActorId[]>>
  evaluate(expression: string): Evaluated
}

export interface Notice {
  to: ActorId[]
  why: Remind['why']
}

/** Where a case is sent back to, and how it goes on from there. */
export interface ReturnGoal {
  to: ReturnPolicy['to']
  element: string | null
  afterwards: NonNullable<ReturnPolicy['afterwards']>
}

/** What an act, a clock or an activation did. */
export interface TaskChange {
  task: StepState
  /** For the history: who did what. Several when the act had a consequence of its own (a stale approval reopened). */
  log: {
    by: ActorId
    action: string
    comment: string | null
    signature?: string
    to?: ActorId[]
    variables: JsonObject
    choose?: Record<string, ActorId[]>
  }[]
  /** To write, already reduced to what may be written. */
  variables: JsonObject
  notices: Notice[]
  /** The step is decided and the token leaves. */
  outcome: TaskOutcome | null
  /** The case ends with this step. */
  endsCase?: true
  /** The step is decided by sending the case back. */
  returnTo: ReturnGoal | null
}

/** What an instance keeps of a step that runs; its timers stand with all others. */
export type StepRecord = Omit<StepState, 'timers'>

/** What it keeps of one that has ended: all but what depends on who looks back. */
export type EndedStep = Omit<HandledStep, 'onPath'>

/** Why an activation cannot go on by itself. */
export interface TaskIncident {
  code: 'participants.nobody' | 'participants.expression_failed' | 'deadline.invalid'
  values: Record<string, JsonValue>
}

export const SYSTEM: ActorId = 'system'
export const CUSTOMER: ActorId = 'customer'
export const ADMIN_ROLE = 'admin'

/** Someone who can hold an item: in the directory and not gone, or the customer behind her private link. */
export function isReachable(people: Directory, id: ActorId): boolean {
  if (id === CUSTOMER) return true
  const person = people.person(id)
  return person !== undefined && !person.canceled
}

export const openItems = (task: StepState) => task.items.filter((item) => item.state === 'open')
export const itemsOf = (task: StepState, who: ActorId) => task.items.filter((item) => item.who === who)

/** Users who can act now: holders of open items, or the one who claimed the task. */
export function waitingFor(task: StepState): ActorId[] {
  const holders: ActorId[] = []
  for (const item of task.items) if (item.state === 'open') holders.push(item.who)
  return task.assignee !== null && holders.includes(task.assignee) ? [task.assignee] : holders
}

export const unchanged = (task: StepState): TaskChange => ({
  task,
  log: [],
  variables: {},
  notices: [],
  outcome: null,
  returnTo: null,
})
