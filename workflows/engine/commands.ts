import type { JsonObject } from '../model/json.ts'
import type { Sentence } from '../model/problem.ts'
import type { CompiledProcess } from './compiled.ts'
import type { ActorId, Caller, ProcessInstance } from './instance.ts'

interface At {
  /** The command's time; the engine knows no other clock. */
  now: string
}

export interface StartCommand extends At {
  type: 'start'
  processInstanceId: string
  definitionVersion: number
  pinned: { decisions: Record<string, number>; forms: Record<string, number> }
  businessKey: string | null
  initiator: ActorId
  variables: JsonObject
  /** Which start event, when there are several none start events, or the message or timer start that fired. */
  startElementId: string | null
  parent: Caller | null
  /** Users chosen at start by element id. */
  choose?: Record<string, ActorId[]>
  /** Key of the message that starts it; further messages of a parallel event-based gateway come under the same. */
  correlationKey?: string
}

export interface ClaimCommand extends At {
  type: 'claim' | 'unclaim'
  elementInstanceKey: number
  by: ActorId
}

/** Completes a user task without approval policy (办理). */
export interface CompleteTaskCommand extends At {
  type: 'completeTask'
  elementInstanceKey: number
  by: ActorId
  variables: JsonObject
  choose?: Record<string, ActorId[]>
}

/** A button of an approval step; `approval-vocabulary.md`, Acts. */
export interface ActCommand extends At {
  type: 'act'
  elementInstanceKey: number
  by: ActorId
  action: string
  value?: string
  comment?: string
  signature?: string
  variables?: JsonObject
  to?: string | string[]
  /** Whose item an admin takes (reassign). */
  from?: string
  position?: 'before' | 'after' | 'parallel'
  afterwards?: 'rerun' | 'back' | 'affected'
  choose?: Record<string, ActorId[]>
  /** Keys of the elements whose jobs are at work now: what they do cannot be taken back. */
  busy?: number[]
}

/** The initiator takes the whole case back (`retour:withdraw`). */
export interface WithdrawCommand extends At {
  type: 'withdraw'
  by: ActorId
  comment?: string
  /** Somebody has decided in a process that the case called. */
  decidedElsewhere?: boolean
}

/** What a worker says besides variables, where its job is more than work (as in Camunda 8). */
export interface JobResult {
  /** Of a task listener: the change does not happen; a text is the reason. */
  deny?: boolean | string
  /** Of a task listener: what is otherwise about the task. Empty texts and lists clear, null keeps. */
  correct?: {
    assignee?: string | null
    dueDate?: string | null
    followUpDate?: string | null
    candidateUsers?: string[] | null
    candidateGroups?: string[] | null
    priority?: number | null
  }
  /** Of an ad-hoc sub-process: what begins next, each with variables of its own. */
  activate?: { element: string; variables?: JsonObject }[]
  /** Of an ad-hoc sub-process: nothing more begins, and what still runs is ended with `cancelRemaining`. */
  fulfilled?: boolean
  cancelRemaining?: boolean
}

export interface CompleteJobCommand extends At {
  type: 'completeJob'
  jobId: string
  variables: JsonObject
  result?: JobResult
}

/** All attempts of the job are used up: the element gets an incident. Attempts before that stay with the job. */
export interface ExhaustJobCommand extends At {
  type: 'exhaustJob'
  jobId: string
  /** Why the last one failed: a worker's own words, or a sentence for people. */
  message: string | Sentence
}

/** The worker throws a modeled BPMN error. */
export interface ThrowErrorCommand extends At {
  type: 'throwError'
  jobId: string
  code: string
  message: string
  variables: JsonObject
}

export interface FireTimerCommand extends At {
  type: 'fireTimer'
  timerId: string
}

export interface CorrelateMessageCommand extends At {
  type: 'correlateMessage'
  subscriptionId: string
  messageId: string
  variables: JsonObject
}

/** A signal that somebody broadcast; every element that waits for it gets it. */
export interface CatchSignalCommand extends At {
  type: 'catchSignal'
  signalId: string
  name: string
  variables: JsonObject
}

export interface SetVariablesCommand extends At {
  type: 'setVariables'
  /** Element id of an active scope, its newest one; or the key of an element instance; null is the process. */
  scope: string | number | null
  variables: JsonObject
  by: ActorId
}

export interface ResolveIncidentCommand extends At {
  type: 'resolveIncident'
  incidentId: string
  by: ActorId
}

/** Activates what an ad-hoc sub-process offers. */
export interface ActivateAdHocCommand extends At {
  type: 'activateAdHoc'
  /** The ad-hoc sub-process. */
  elementId: string
  inner: string[]
  variables: JsonObject
  by: ActorId
}

export interface CancelCommand extends At {
  type: 'cancel'
  by: ActorId
  reason: string | null
  /** The call that this instance answers has ended early; nobody else may end a called instance on its own. */
  byCaller?: true
}

/** How a called instance ended. */
export type CalledOutcome =
  | { kind: 'completed'; variables: JsonObject }
  | { kind: 'error'; code: string; message: string; variables: JsonObject }
  /** With `ended` it was interrupted by it, else it goes on. */
  | { kind: 'escalation'; code: string; ended: boolean; variables: JsonObject }
  /** Somebody who works in it has ended the whole case. */
  | { kind: 'caseEnded'; by: ActorId; reason: string | null; action: string; variables: JsonObject }

/** The called instance answers its call activity. */
export interface AnswerCallCommand extends At {
  type: 'answerCall'
  elementInstanceKey: number
  calledId: string
  outcome: CalledOutcome
}

/** The called process could not be started. */
export interface FailCallCommand extends At {
  type: 'failCall'
  elementInstanceKey: number
  calledId: string
  processId: string
  reason: Sentence
}

/** What a change of tokens brings along. */
interface Brings {
  /** Set in `scope`: the id of a scope that the token is in, or of the element itself; absent is the process. */
  variables?: JsonObject
  /** The same by FEEL, read where the token stood, or at the new place when it stood nowhere. */
  mapping?: { source: string; target: string }[]
  scope?: string
}

/** A token that is put to an element (`to`), taken away (`from`), or moved. */
export type TokenChange = Brings &
  (
    | { to: string; /** Key of the scope to enter, when several run. */ within?: number }
    | { from: string; /** Key of the one that is meant; else all at this element. */ key?: number }
    | { from: string; key?: number; to: string; within?: number }
  )

/** Changes where tokens stand, all or nothing. */
export interface ModifyCommand extends At {
  type: 'modify'
  changes: TokenChange[]
  by: ActorId
  reason: string | null
}

/** Takes a running instance to another version of its process. */
export interface MigrateCommand extends At {
  type: 'migrate'
  version: number
  target: CompiledProcess
  /** Elements of the new version by those of the old, where neither id nor name tells. */
  mapping: Record<string, string>
  /** Versions of decisions and forms that it keeps to from now on. */
  pinned: ProcessInstance['pinned']
  by: ActorId
  reason: string | null
}

export type Command =
  | StartCommand
  | ClaimCommand
  | CompleteTaskCommand
  | ActCommand
  | WithdrawCommand
  | CompleteJobCommand
  | ExhaustJobCommand
  | ThrowErrorCommand
  | FireTimerCommand
  | CorrelateMessageCommand
  | CatchSignalCommand
  | SetVariablesCommand
  | ResolveIncidentCommand
  | ModifyCommand
  | ActivateAdHocCommand
  | MigrateCommand
  | CancelCommand
  | AnswerCallCommand
  | FailCallCommand
