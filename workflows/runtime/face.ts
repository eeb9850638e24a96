import type { ActCommand, JobResult, TokenChange } from '../engine/commands.ts'
import type { EngineEvent, ReturnEffects } from '../engine/events.ts'
import type { ActorId, ProcessInstance, WorkItem } from '../engine/instance.ts'
import type { Explained } from '../decisions/explain.ts'
import type { DecisionAnswer } from '../engine/host.ts'
import type { MigrationPlan } from '../engine/migration.ts'
import type { Request } from '../engine/requests.ts'
import type { FieldRights, TaskAction } from '../model/approval.ts'
import type { TaskTime } from '../model/definition.ts'
import type { JsonObject } from '../model/json.ts'
import type { Problem, Result, Sentence } from '../model/problem.ts'
import type { FollowUp } from './ports.ts'

/** The three things that are published: each has an id, and versions that count from 1 and never change. */
export type ResourceKind = 'process' | 'decision' | 'form'

export interface Resource {
  kind: ResourceKind
  /** BPMN or DMN XML, or a form definition as JSON text. */
  content: string
}

export interface PublishedResource {
  kind: ResourceKind
  /** Process id, decision id of the file's first decision, or form id. */
  id: string
  version: number
  name: string
  content: string
  /** Of a decision file: the texts of the files that it imports. */
  imports?: string[]
  publishedAt: string
  publishedBy: ActorId
}

/** A task in the inbox: the engine's picture, plus whose case it is. Collection `tasks`. */
export interface TaskDocument {
  taskId: string
  processInstanceId: string
  processId: string
  definitionVersion: number
  businessKey: string | null
  initiator: ActorId
  state: 'open' | 'closed'
  elementId: string
  elementInstanceKey: number
  name: string
  approval: boolean
  items: WorkItem[]
  waitingFor: ActorId[]
  candidateRoles: string[]
  assignee: ActorId | null
  formId: string | null
  formVersion: number | null
  fields: FieldRights | null
  actions: TaskAction[]
  openedAt: string
  dueAt: string | null
  followUpAt?: string
  externalForm?: string
  changing?: TaskTime
  priority: number
  guidance: string | null
  publicStep: string | null
  question: { by: ActorId; to: ActorId; text: string; at: string } | null
  /** Who was sent a copy, and reads it while it is open. */
  copies?: ActorId[]
  locals: JsonObject
  outcome: string | null
  closedBy: ActorId | null
  closedAt: string | null
  comment: string | null
  /** What each holder has typed but not sent, by user id. */
  drafts: Record<ActorId, JsonObject>
}

/** An automatic piece of work; of a service task, or of a domain (then without an instance). Collection `jobs`. */
export interface JobDocument {
  id: string
  jobType: string
  processInstanceId: string | null
  businessKey: string | null
  elementId: string | null
  elementInstanceKey: number | null
  headers: Record<string, string>
  variables: JsonObject
  /** waiting for its due time or a worker; leased; the end states stay for a while, so that no late write revives one. */
  state: 'waiting' | 'leased' | 'completed' | 'failed' | 'canceled'
  attempts: number
  retries: number
  dueAt: string
  leaseUntil: string | null
  lastError: string | null
  /** What the outside world knows the effect by; the job's id when it is missing. */
  effectKey?: string
  /** Of jobs that are due the one with the greater number goes first; absent is 0. */
  priority?: number
  /** How often a lease ran out with nothing heard of the worker: at three the job is poison (reliability R13). */
  lapses?: number
}

/** A job as its worker sees it. */
export interface Job {
  id: string
  jobType: string
  processInstanceId: string | null
  businessKey: string | null
  elementId: string | null
  headers: Record<string, string>
  variables: JsonObject
  /** 1 at the first attempt. */
  attempt: number
  /** Same at every attempt, for ever (reliability R3). */
  idempotencyKey: string
}

export type JobOutcome =
  | { kind: 'complete'; variables?: JsonObject; result?: JobResult }
  /** One attempt failed; the runtime backs off and tries again, at the end an incident with this reason. */
  | { kind: 'fail'; message: string | Sentence; retryAfter?: string; final?: boolean }
  /** A modeled BPMN error, for a boundary event. */
  | { kind: 'error'; code: string; message: string; variables?: JsonObject }

export type Worker = (job: Job) => Promise<JobOutcome>

/** A step that was committed, for projections and live pages. */
export interface InstanceChange {
  instance: Readonly<ProcessInstance>
  events: readonly EngineEvent[]
  requests: readonly Request[]
}

/** Turns a change into further writes of the same commit (the case record, search rows). Pure. */
export type Projection = (change: InstanceChange) => FollowUp[]

/** Told after each commit; must not throw; for server-sent events and metrics only. */
export type Listener = (change: InstanceChange) => void

export interface StartRequest {
  processId: string
  /** Default: the newest published version. */
  version?: number
  variables: JsonObject
  businessKey: string | null
  initiator: ActorId
  startElementId?: string
  choose?: Record<string, ActorId[]>
  /** Makes the start idempotent: the same id starts once and answers the same. */
  processInstanceId?: string
}

export interface MessageRequest {
  /** Same id, published once. */
  messageId: string
  name: string
  correlationKey: string | null
  variables: JsonObject
  /** ISO 8601 duration to keep it for a later subscription; default PT1H. */
  timeToLive?: string
}

export interface SignalRequest {
  /** Same id, broadcast once. */
  signalId: string
  name: string
  variables: JsonObject
}

/** Tokens to move, add and remove, all or nothing. */
export interface ModifyRequest {
  changes: TokenChange[]
  by: ActorId
  reason: string | null
}

/** The version to go to, with elements of it by those of the old where neither id nor name tells. */
export interface MigrateRequest {
  version: number
  mapping?: Record<string, string>
  by: ActorId
  reason: string | null
}

export type TaskAct = Omit<ActCommand, 'type' | 'now' | 'elementInstanceKey'>

/** The durable runtime: load, step, commit, dispatch. Answers are on disk when they resolve. */
export interface Runtime {
  /** Evaluates a published decision (newest version by default) outside of any instance: previews and test rows. */
  evaluateDecision(decisionId: string, input: JsonObject, version?: number): Promise<DecisionAnswer>
  /** The same with the reasons, as data and as a sentence; `content` is a file that is not published yet: a designer's test row. */
  explainDecision(
    decisionId: string,
    input: JsonObject,
    content?: string,
  ): Promise<Explained | Extract<DecisionAnswer, { ok: false }>>
  /** Everything wrong with a resource, as publishing would find it. */
  check(resource: Resource): Promise<Problem[]>
  /** Publishes all or nothing; refused with `resource.has_problems` and the problems in params. */
  publish(resources: Resource[], by: ActorId): Promise<Result<PublishedResource[]>>
  /** The newest version, or the one asked for. */
  resource(kind: ResourceKind, id: string, version?: number): Promise<PublishedResource | null>
  resources(kind: ResourceKind): Promise<PublishedResource[]>

  start(request: StartRequest): Promise<Result<{ processInstanceId: string }>>
  publishMessage(message: MessageRequest): Promise<Result<{ correlated: number }>>
  /** To everybody who waits for it now, and to every process that it starts; once per signal id. */
  broadcastSignal(signal: SignalRequest): Promise<Result<{ reached: number }>>
  cancel(processInstanceId: string, by: ActorId, reason: string | null): Promise<Result<null>>
  withdraw(processInstanceId: string, by: ActorId, comment?: string, commandId?: string): Promise<Result<null>>
  /** Whether that would be done now; nothing happens. */
  previewWithdraw(processInstanceId: string, by: ActorId): Promise<Result<null>>
  /** Of the process, or of a scope: an element id (its newest) or the key of an element instance. */
  setVariables(
    processInstanceId: string,
    variables: JsonObject,
    by: ActorId,
    scope?: string | number,
  ): Promise<Result<null>>
  resolveIncident(incidentId: string, by: ActorId): Promise<Result<null>>
  /** Activates what an ad-hoc sub-process offers. With a command id at most once, like `modify`. */
  activateAdHoc(
    processInstanceId: string,
    elementId: string,
    inner: string[],
    by: ActorId,
    variables?: JsonObject,
    commandId?: string,
  ): Promise<Result<null>>
  /** Changes where tokens stand. With a command id at most once, and told again with the same answer. */
  modify(processInstanceId: string, request: ModifyRequest, commandId?: string): Promise<Result<null>>
  /** The same on a copy: the instance as it would be then, and what would have happened. Nothing is done. */
  previewModify(
    processInstanceId: string,
    request: ModifyRequest,
  ): Promise<Result<Pick<InstanceChange, 'instance' | 'events'>>>
  /** What a migration would do and what forbids it; nothing happens. */
  planMigration(
    processInstanceId: string,
    version: number,
    mapping?: Record<string, string>,
  ): Promise<Result<MigrationPlan>>
  /** Takes an instance to another version; refused with every reason before anything changes. */
  migrate(processInstanceId: string, request: MigrateRequest, commandId?: string): Promise<Result<null>>

  claimTask(taskId: string, by: ActorId): Promise<Result<null>>
  unclaimTask(taskId: string, by: ActorId): Promise<Result<null>>
  /** May be told again with the same command id, like an act. */
  completeTask(
    taskId: string,
    by: ActorId,
    variables: JsonObject,
    commandId?: string,
    choose?: Record<string, ActorId[]>,
  ): Promise<Result<null>>
  /** Keeps what a holder has typed, for him alone. */
  saveDraft(taskId: string, by: ActorId, variables: JsonObject): Promise<Result<null>>
  /** A button of an approval step. The answer may be told again with the same command id. */
  actOnTask(taskId: string, act: TaskAct, commandId?: string): Promise<Result<null>>

  /** What an act would ask of the world, found out on a copy: nothing is done, nothing is stored. */
  previewAct(taskId: string, act: TaskAct): Promise<Result<readonly Request[]>>
  /** What a return, or taking back a decision, would end and undo: told by the very act, on a copy. */
  previewReturn(taskId: string, act: TaskAct): Promise<Result<ReturnEffects>>

  instance(processInstanceId: string): Promise<ProcessInstance | null>
  history(processInstanceId: string): Promise<EngineEvent[]>

  /** Answers a waiting job in place of a worker: by hand, from outside, in scenarios. */
  answerJob(jobId: string, outcome: JobOutcome, retries?: number): Promise<Result<null>>
  registerWorker(jobType: string, worker: Worker): void
  listen(listener: Listener): () => void

  /** Starts the pumps: due timers, due jobs, buffered messages, relay. */
  run(): void
  /** Stops the pumps and waits for what is in hand. */
  stop(): Promise<void>
  /** Does everything that is due now until nothing is; for tests, scenarios and orderly shutdown. */
  settle(): Promise<void>
}
