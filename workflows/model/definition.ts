import type { CasePolicy, TaskPolicy, WithdrawPolicy } from './approval.ts'
import type { Problem } from './problem.ts'

/**
 * A BPMN file as the reader hands it on: plain data without the XML, complete enough to check and to compile, also of
 * what cannot be executed (so that a refusal can name it). Expressions are FEEL text without the leading `=`.
 */
export interface ParsedFile {
  /** Every process with `isExecutable`, or the only one that the file has. */
  processes: ParsedProcess[]
  /** Root elements other than processes that would have to run but cannot (a choreography). */
  others: { id: string; name: string; bpmnType: string }[]
  /** What stands beside the processes (messages, errors, signals) and cannot be executed, each `at` its element. */
  unsupported: Unsupported[]
  /** The language that the file says its expressions are in, when it is not FEEL. */
  foreignLanguage: string | null
  /** The id of the file's root element. */
  id: string
  /** What is wrong with the drawing alone; it hinders nothing. */
  drawn?: Problem[]
}

export interface ParsedProcess {
  id: string
  name: string
  executable: boolean
  nodes: ParsedNode[]
  flows: ParsedFlow[]
  /** Name that a call may bind to (`zeebe:versionTag`). */
  versionTag?: string
  /** How urgent jobs are whose element does not say so itself. */
  jobPriority?: Text
  listeners?: ParsedListener[]
  case?: CasePolicy
  withdraw?: WithdrawPolicy
  /** Every data object, data store reference, and data input and output of the process, as associations name it. */
  data?: DataPlace[]
  /** Parts of the process that BPMN gives a meaning to and that the runner does not have. */
  unsupported: Unsupported[]
}

/** Something that stands on an element and would change what it does, but is not built. */
export interface Unsupported {
  /** BPMN's or the attribute's own name: `standardLoopCharacteristics`, `zeebe:executionListeners`. */
  what: string
  /** The element that is meant, where it is not the one that carries this. */
  at?: { id: string; name: string }
  code:
    | 'bpmn.not_executable'
    | 'bpmn.forbidden_code'
    | 'bpmn.not_allowed_here'
    | 'bpmn.unknown_attribute'
    | 'bpmn.unknown_element'
    | 'bpmn.missing'
    | 'approval.unknown_value'
}

/** What makes an event happen, or what it makes happen: one event definition. What the file leaves out is null. */
export type Trigger =
  | { kind: 'terminate' | 'cancel' }
  | { kind: 'message'; message: ParsedMessage | null }
  | { kind: 'timer'; timer: ParsedTimer | null }
  | { kind: 'signal'; name: Text | null }
  /** Without a code a catcher takes all (coverage (c)11). */
  | { kind: 'error' | 'escalation'; code: Text | null }
  /** FEEL. */
  | { kind: 'conditional'; condition: string | null; filter?: ConditionFilter }
  | { kind: 'link'; name: string | null }
  | { kind: 'compensate'; activityRef: string | null; waitForCompletion: boolean }

/** Which changes of variables a condition is looked at for (`zeebe:conditionalFilter`); null is any. */
export interface ConditionFilter {
  names: string[] | null
  events: ('create' | 'update')[] | null
}

export interface ParsedMessage {
  id: string
  /** Text, or FEEL when the name begins with `=`. */
  name: Text
  /** FEEL of `zeebe:subscription`. */
  correlationKey: string | null
  /**
   * BPMN's own correlation properties of the message: FEEL over what it carries, and over the process where that has a
   * correlation subscription (BPMN 8.4.2).
   */
  properties?: { path: string; binding: string | null }[]
}

/** A fixed text, or FEEL when the attribute begins with `=`. */
export type Text = { text: string } | { expression: string }

export interface ParsedTimer {
  kind: 'date' | 'duration' | 'cycle'
  value: Text
}

export interface Mapping {
  source: Text
  /** Name of a variable, or a path into one: `order.amount`. */
  target: string
}

export interface TaskDefinition {
  type: Text
  /** Attempts in all; 3 unless said otherwise. */
  retries: Text
  headers: Record<string, string>
}

/** Who is asked before an element, or the process, begins, or after it is done (Camunda 8's execution listeners). */
export interface ParsedListener extends TaskDefinition {
  on: 'start' | 'end'
}

export const taskTimes = ['creating', 'assigning', 'updating', 'completing', 'canceling'] as const

/** Changes of a user task that somebody is asked about. */
export type TaskTime = (typeof taskTimes)[number]

/** Who is asked before a user task changes (Camunda 8's task listeners). */
export interface ParsedTaskListener extends TaskDefinition {
  on: TaskTime
}

/** Thrown at the first instance that is done, at each, or at each for which the condition holds (FEEL). */
export interface LoopEvent {
  when: 'first' | 'each'
  condition: string | null
  triggers: Trigger[]
}

export interface MultiInstance {
  sequential: boolean
  /** FEEL giving a list, or a number of instances. */
  collection: string | null
  cardinality: string | null
  inputElement: string | null
  outputCollection: string | null
  outputElement: string | null
  completionCondition: string | null
  /** Where BPMN's own attributes take the list from and put the collected one. */
  loopDataInput?: DataPlace
  loopDataOutput?: DataPlace
  /** `behavior` other than All: what is thrown when an instance is done. */
  events?: LoopEvent[]
  /** Name of the variable of each instance that is collected. */
  outputDataItem?: string
}

/** An ad-hoc sub-process; FEEL without the leading `=`. */
export interface AdHoc {
  /** Gives the ids of what is active from the beginning. */
  elements: string | null
  condition: string | null
  ordering: 'Parallel' | 'Sequential'
  cancelRemaining: boolean
  outputCollection: string | null
  outputElement: string | null
  /** What it offers, as a worker that chooses is told of it. */
  offers: Offer[]
}

/** An element that an ad-hoc sub-process offers. */
export interface Offer {
  elementId: string
  elementName: string
  documentation: string
  /** `zeebe:properties`. */
  properties: Record<string, string>
}

/** Where the value of a data object, a data input or output, or a data store is kept. */
export interface DataPlace {
  /** Id of the element that refers to it. */
  ref: string
  /** Name of the variable, or of the store. */
  name: string
  store: boolean
  /** Id of the scope that declares it: a sub-process, or the activity or event itself; null is the process. */
  scope: string | null
}

export interface DataAssociation {
  id: string
  sources: DataPlace[]
  target: DataPlace | null
  /** FEEL. */
  transformation: string | null
  /** FEEL, and the path that its value goes to. */
  assignments: { from: string; to: string }[]
}

/** Data that stand on an activity or an event, or inside a sub-process; by name. */
export interface ParsedData {
  /** Data objects and properties. */
  objects: string[]
  dataInputs: string[]
  dataOutputs: string[]
  inputs: DataAssociation[]
  outputs: DataAssociation[]
}

/** Repeats while its condition holds; at most `maximum` times. */
export interface StandardLoop {
  /** FEEL. */
  condition: string | null
  testBefore: boolean
  maximum: number | null
}

/** Which version a reference to a process, a decision or a form means. */
export type Binding = { kind: 'latest' } | { kind: 'deployment' } | { kind: 'versionTag'; tag: string }

/** What a call activity calls (`zeebe:calledElement`, or BPMN's own `calledElement`). */
export interface ParsedCall {
  processId: Text
  binding: Binding
  allDown: boolean
  allUp: boolean
  businessKey: Text | null
}

export interface Assignment {
  assignee: Text | null
  candidateGroups: Text | null
  candidateUsers: Text | null
}

export interface ParsedNode {
  id: string
  name: string
  /** Name in the XML: `userTask`, `startEvent`, `exclusiveGateway`. */
  bpmnType: string
  /** What the engine's table of elements knows it as: `userTask`, `timerStartEvent`, `errorBoundaryEvent`. */
  kind: string
  /** The sub-process that it stands in; null is the process. */
  parentId: string | null
  incoming: string[]
  outgoing: string[]
  defaultFlow: string | null
  /** Innermost lane's name, else its parent's. */
  lane: string | null
  inputs: Mapping[]
  outputs: Mapping[]
  unsupported: Unsupported[]
  multiInstance?: MultiInstance
  /** Complex gateways only: FEEL. */
  activationCondition?: string
  standardLoop?: StandardLoop
  /** Of an event each of its definitions, several for a multiple one, none for a plain one; of a send or receive task its message. */
  triggers: Trigger[]
  data?: ParsedData
  /** Activities: tokens that it takes to begin, and that leave on each way on; 1 unless said otherwise. */
  startQuantity?: number
  completionQuantity?: number
  adHoc?: AdHoc
  /** Boundary events only. */
  attachedTo?: string
  /** Boundary events, and start events of event sub-processes. */
  interrupting?: boolean
  /** Sub-processes only: started by an event of its own. */
  triggeredByEvent?: boolean
  forCompensation?: boolean
  /** Compensation boundary events: what its associations point to. */
  handlers?: string[]
  /** Tasks, and events that throw a message by a worker. */
  job?: TaskDefinition
  listeners?: ParsedListener[]
  /** User tasks only. */
  taskListeners?: ParsedTaskListener[]
  /** What workers of its jobs and listeners get along (`zeebe:taskHeaders`). */
  headers?: Record<string, string>
  /** Receive tasks and event-based gateways: an arriving message starts an instance here (coverage (c)4). */
  instantiate?: boolean
  /** Event-based gateways: all events are waited for, not only the first. */
  parallelEvents?: boolean
  script?: { expression: string; resultVariable: string | null }
  decision?: { decisionId: Text; binding: Binding; resultVariable: string | null }
  assignment?: Assignment
  formId?: string
  formBinding?: Binding
  /** Names a form of another application. */
  externalForm?: Text
  priority?: Text
  dueDate?: Text
  followUpDate?: Text
  /** How urgent its jobs are. */
  jobPriority?: Text
  /** Call activities only. */
  call?: ParsedCall
  policy?: TaskPolicy
  /** What the customer sees while this element is active (`retour:publicStep`). */
  publicStep?: string
  /** May run again after a return (`retour:repeatable`). */
  repeatable?: boolean
}

export interface ParsedFlow {
  id: string
  name: string
  from: string
  to: string
  /** FEEL; null when it is always taken. */
  condition: string | null
}
