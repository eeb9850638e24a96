import type { TaskTime } from '../model/definition.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { StepRecord, TaskOutcome } from './approval/task.ts'
import type { TokenChange } from './commands.ts'
import type {
  ActorId,
  AdHocState,
  Corrections,
  Detour,
  EnteredState,
  LoopState,
  ProcessInstance,
  TaskChanging,
  TaskState,
  TimerState,
  WorkItem,
} from './instance.ts'
import type { LeftToUndo, Returning, Undoable, Undoing } from './undoable.ts'

/** What becomes of something that an instance waits for. */
export interface Carried {
  what: 'element' | 'task' | 'job' | 'call' | 'timer' | 'message' | 'signal' | 'condition' | 'tokens'
  /** Key of the element instance that it belongs to. */
  key: number
  /** Element id in the version that the instance leaves; null for what is new. */
  from: string | null
  /** Element id in the version that it goes to; null for what ends. */
  to: string | null
  /** kept as it is; read anew from the new version; begun, for the new version has it; ended, for it has it no more. */
  outcome: 'carried' | 'renewed' | 'opened' | 'closed'
}

/**
 * What happened, in the past tense. `apply` is the only writer of an instance, so replaying the events gives the
 * state. An event says all that a person wants to read in the history later: which branch and why, who and what.
 */
export interface EventBase {
  /** Gap-free number within the instance. */
  seq: number
  at: string
}

/** What a return does besides sending the case back, by element ids. */
export interface ReturnEffects {
  /** Steps whose approvals become void. */
  void: string[]
  /** Steps whose approvals stay valid. */
  kept: string[]
  /** Elements whose deadlines and timers begin anew. */
  restarts: string[]
  /** Activities that are undone, the last one first. */
  compensates: string[]
  /** What undoes them. */
  handlers: string[]
}

/** Lifecycle of an element instance; see `lifecycle.ts` for the table of legal moves. */
export type ElementState = 'activating' | 'activated' | 'completing' | 'completed' | 'terminating' | 'terminated'

export type EngineEvent = EventBase &
  (
    | {
        type: 'instanceStarted'
        instance: Omit<
          ProcessInstance,
          | 'state'
          | 'endedAt'
          | 'lastEvent'
          | 'elements'
          | 'visits'
          | 'trail'
          | 'handled'
          | 'undoable'
          | 'undone'
          | 'bytes'
          | 'written'
        >
      }
    /** Tokens were moved, added or removed by hand; what follows from it comes next. */
    | { type: 'instanceModified'; by: ActorId; reason: string | null; changes: TokenChange[] }
    /** It went to another version of its process; `elements` and `flows` name what is called otherwise there. */
    | {
        type: 'instanceMigrated'
        from: number
        to: number
        by: ActorId
        reason: string | null
        elements: Record<string, string>
        flows: Record<string, string>
        pinned: ProcessInstance['pinned']
        /** The new version has event sub-processes of its own that listen. */
        listens: boolean
        carried: Carried[]
      }
    | { type: 'instanceEnded'; state: 'completed' | 'terminated'; by: ActorId | null; reason: string | null }
    | {
        type: 'elementMoved'
        key: number
        elementId: string
        scopeKey: number | null
        /** An element that neither waits nor fails is told by its end alone; lifecycle.ts has the legal moves. */
        to: ElementState
        /** Sequence flow by which it was entered, with its first event. */
        via?: string
        locals?: JsonObject
        /** With its first event: which instance of a multi-instance body it is, counted from 1. */
        index?: number
        /** With the first event of a multi-instance body. */
        loop?: LoopState
        /** With the first event of an ad-hoc sub-process. */
        adHoc?: AdHocState
        /** With the first event of a join: the tokens that wait there, by sequence flow id. */
        arrived?: Record<string, number>
        /** With its first event, where tokens are traced: keys of the elements that they came from. */
        from?: number[]
        /** And at a join the flow of each. */
        flows?: string[]
        /** With its first event, when it goes straight on to the one who returned the case. */
        detour?: Detour
        /** At activating, when somebody is asked before it begins. */
        entered?: EnteredState
        /** At terminated, of an instance in a multi-instance body that will be entered again: the body does not count it. */
        again?: true
        /** At completed: it can be undone. */
        undo?: LeftToUndo
        /** At completing: its output mappings are done. */
        mapped?: true
        /** At completed, of an instance in a multi-instance body that collects. */
        output?: JsonValue
      }
    /** A token waits at a join that already holds one. */
    | { type: 'tokenArrived'; key: number; flowId: string; from?: number }
    /** A complex gateway's condition holds: it took one token of each of these flows, and fires. */
    | { type: 'gatewayActivated'; key: number; elementId: string; flows: string[] }
    /** An ad-hoc sub-process (`key`) activates what it offers, collects an output, or has its condition fulfilled. */
    | { type: 'innerActivated'; key: number; elementId: string; inner: string }
    | { type: 'innerCollected'; key: number; elementId: string; output: JsonValue }
    /** `cancels`: whether what still runs is ended, where that is not as the diagram says. */
    | { type: 'adHocFulfilled'; key: number; elementId: string; cancels?: boolean }
    | {
        type: 'flowTaken'
        flowId: string
        because?: { expression: string; values: Record<string, JsonValue> } | 'default'
      }
    /** An element on a loop was entered once more. */
    | { type: 'elementCounted'; elementId: string; count: number }
    /** The shared value of a data store was written. */
    | { type: 'dataStoreWritten'; key: number; elementId: string; store: string; value: JsonValue }
    | { type: 'variablesSet'; scopeKey: number | null; variables: JsonObject; by: ActorId | null }
    | {
        type: 'decisionEvaluated'
        key: number
        elementId: string
        decisionId: string
        output: JsonValue
        rules: { index: number; id: string; annotation: string | null }[]
      }
    /** What an element waits for ends with it; only what ends before it has an event of its own. */
    | {
        type: 'jobCreated'
        key: number
        jobId: string
        jobType: string
        occurrence: number
        /** Of an ad-hoc sub-process: how often its worker was asked what comes next, this time included. */
        asked?: number
      }
    /** `jobWithdrawn`: nobody needs the answer any more, though the element goes on. */
    | { type: 'jobCompleted' | 'jobExhausted' | 'jobWithdrawn'; key: number; jobId: string }
    | {
        type: 'callStarted'
        key: number
        elementId: string
        calledId: string
        processId: string
        version: number
        occurrence: number
      }
    | {
        type: 'callEnded'
        key: number
        elementId: string
        calledId: string
        /** `refused`: it could not even be started. */
        outcome: 'completed' | 'error' | 'escalation' | 'refused' | 'caseEnded'
        code?: string
      }
    /** Somebody begins to undo: for an event, or, `revives`, as a scope that had ended. */
    | {
        type: 'undoingStarted'
        key: number
        elementId: string
        scopeKey: number | null
        left: Undoable[]
        handler?: NonNullable<Undoing['handler']>
        cancels?: true
        /** A case is sent back: where it goes on when all is undone. */
        returns?: Returning
        revives?: number
        locals?: JsonObject
        /** What its event sub-process may undo in it. */
        kept?: Undoable[]
      }
    /** The handler of an activity begins; `undone` is its key, null where an event sub-process looks after all. */
    | { type: 'activityUndone'; key: number; undone: number | null; elementId: string; handler: string }
    | { type: 'undoingEnded'; key: number; elementId: string; stopped: boolean }
    /** A worker is asked before an element begins, or after it is done. */
    | {
        type: 'listenerAsked'
        key: number
        elementId: string
        jobId: string
        jobType: string
        on: 'start' | 'end' | TaskTime
        turn?: number
        /** Place among those that are asked, counted from 0. */
        next: number
        occurrence: number
      }
    | { type: 'listenerAnswered'; key: number; jobId: string; done: boolean; corrects?: Corrections }
    /** A user task is about to change; its listeners are asked first. */
    | { type: 'taskChanging'; key: number; elementId: string; change: TaskChanging }
    /** They have answered: it changes, with what they corrected, or one of them has denied it. */
    | { type: 'taskChanged'; key: number; elementId: string; to: TaskTime; corrects?: Corrections }
    | { type: 'taskChangeDenied'; key: number; elementId: string; to: TaskTime; by: ActorId; reason: string | null }
    | { type: 'taskOpened'; key: number; elementId: string; task: TaskState }
    | { type: 'taskAssigned'; key: number; elementId: string; assignee: ActorId | null; by: ActorId }
    | { type: 'timerArmed'; key: number; timerId: string; timer: TimerState }
    | { type: 'timerFired' | 'timerDisarmed'; key: number; timerId: string; id: string; elementId: string }
    | {
        type: 'subscriptionOpened'
        subscriptionId: string
        key: number
        elementId: string
        messageName: string
        correlationKey: string
        once: boolean
        kind?: 'signal'
        index?: number
      }
    | { type: 'messageCorrelated'; key: number; subscriptionId: string; elementId: string; messageId: string }
    | { type: 'signalCaught'; key: number; subscriptionId: string; elementId: string; signalId: string }
    | { type: 'signalThrown'; key: number; elementId: string; signalId: string; name: string }
    | { type: 'conditionWatched'; key: number; elementId: string; index?: number }
    /** A condition has another value than at the last look. */
    | {
        type: 'conditionChanged'
        key: number
        elementId: string
        index?: number
        holds: boolean
        values: Record<string, JsonValue>
      }
    /** One of the definitions of a parallel multiple event was met; with `all` it was the last one. */
    | { type: 'triggerMet'; key: number; elementId: string; index: number; variables: JsonObject; all: boolean }
    /** These events are not waited for any more, though the element goes on. */
    | { type: 'waitsDropped'; key: number; elementIds: string[] }
    | {
        type: 'messagePublished'
        key: number
        elementId: string
        messageId: string
        name: string
        correlationKey: string | null
      }
    | {
        type: 'taskActed'
        key: number
        elementId: string
        by: ActorId
        action: string
        comment: string | null
        /** As it was drawn; it stays in the history only. */
        signature?: string
        to?: ActorId[]
        variables: JsonObject
        /** Whom it chose for later steps, by element id. */
        choose?: Record<string, ActorId[]>
      }
    /** How a step with participants stands: its items, and the rest of what it keeps. Drafts have their own event. */
    | {
        type: 'itemsChanged'
        key: number
        elementId: string
        items: readonly WorkItem[]
        /** Only the items that have changed are told. */
        partial?: true
        step: Omit<StepRecord, 'items' | 'drafts'>
      }
    /** Only its holder may read it, so it stays out of every history that others see. */
    | { type: 'draftSaved'; key: number; elementId: string; by: ActorId; variables: JsonObject }
    /** A step has its outcome, or was ended from outside (`canceled`). */
    | {
        type: 'stepEnded'
        key: number
        elementId: string
        approval: boolean
        items: readonly WorkItem[]
        asked: ActorId[]
        result: TaskOutcome
      }
    /** The case was sent back, and what that ended: the preview told the same. */
    | {
        type: 'caseReturned'
        key: number
        elementId: string
        to: string
        by: ActorId
        /** Keys of the steps that approve nothing any more. */
        voided: number[]
        /** Key of the activation that all that ended descends from; without one nothing else was ended. */
        target?: number
        /** Whoever had approved one of these and sees nothing new passes by himself. */
        affected?: true
        effects: ReturnEffects
      }
    | {
        type: 'errorThrown'
        key: number
        elementId: string
        code: string
        message: string
        caughtBy: string | null
        /** Somebody around the call of this instance catches it. */
        outside?: true
      }
    | {
        type: 'escalationThrown'
        key: number
        elementId: string
        code: string
        /** The catching event here; with `outside` somebody around the call of this instance takes it. */
        caughtBy: string | null
        outside?: true
      }
    | {
        type: 'incidentRaised'
        incidentId: string
        key: number
        elementId: string
        listener?: string
        code: string
        values: Record<string, JsonValue>
      }
    | { type: 'incidentResolved'; incidentId: string; key: number; elementId: string; by: ActorId }
  )
