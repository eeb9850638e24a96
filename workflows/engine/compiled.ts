import type { CasePolicy, WithdrawPolicy } from '../model/approval.ts'
import type { ConditionFilter, Binding, Offer, ParsedNode, ParsedTimer, TaskTime } from '../model/definition.ts'
import type { JsonValue } from '../model/json.ts'
import type { Element, Visit } from './element.ts'
import type { Failure } from './incidents.ts'
import type { LoopState } from './instance.ts'
import type { Run } from './run.ts'
import type { Throw } from './throws.ts'
import type { Expression } from '../expressions/compile.ts'

/** A process made ready to run: nodes and flows that know each other, expressions parsed once. Never changes. */
export interface CompiledProcess {
  id: string
  name: string
  nodes: readonly CompiledNode[]
  flows: readonly CompiledFlow[]
  /** Also the process itself, by its own id. */
  node(id: string): CompiledNode | undefined
  /** The process as the scope of all: its event sub-processes listen there. */
  root: CompiledNode
  /** Something is waited for by the process itself: its event sub-processes listen, or its own listeners are asked. */
  listens: boolean
  /** Something waits for conditions, so changes of variables are looked at. */
  conditional: boolean
  /** Where a start without a named element begins. */
  starts: readonly CompiledNode[]
  case: CasePolicy | null
  withdraw: WithdrawPolicy | null
  /** Some join waits for tokens elsewhere, so joins are looked at when tokens have come to rest. */
  looks: boolean
  /** Something in it waits for several tokens. */
  joins: boolean
  /** Names of the data stores that it reads or writes. */
  stores: readonly string[]
  /** It has approvals or participants, so it is kept where tokens came from. */
  traced: boolean
  /** It calls other processes. */
  calls: boolean
}

/** A fixed value, or an expression that gives it. */
export type Source = { text: string; expression: null } | { text: null; expression: Expression }

export interface CompiledMapping {
  source: Source
  /** Path of the target: the variable's name, then names inside it. */
  target: readonly string[]
}

export interface CompiledLoop {
  kind: 'parallel' | 'sequential' | 'standard'
  collection: Expression | null
  cardinality: Expression | null
  /** The list, or the place for what is collected, as BPMN's own attributes name them. */
  listPlace: CompiledPlace | null
  outputPlace: CompiledPlace | null
  inputElement: string | null
  outputCollection: string | null
  outputElement: Expression | null
  /** Variable that `outputElement` names, local to each instance; null when it is more than a name. */
  outputName: string | null
  completionCondition: Expression | null
  /** What is thrown when an instance is done, and what prepares it; null when nothing is. */
  events: readonly CompiledLoopEvent[]
  throwsOf: ((run: Run, visit: Visit, loop: CompiledLoop, after: LoopState) => Throw[] | Failure) | null
  /** Standard loops only, down to the end. */
  loopCondition: Expression | null
  testBefore: boolean
  maximum: number | null
}

/** Thrown at the first instance that is done, at each, or when a condition holds. */
export interface CompiledLoopEvent {
  when: 'first' | 'each'
  condition: Expression | null
  triggers: readonly CompiledTrigger[]
}

/** Where data are kept: a variable of the process (scope null), of a scope or of the node itself, or a store. */
export interface CompiledPlace {
  name: string
  store: boolean
  scope: CompiledNode | null
}

export interface CompiledAssociation {
  sources: readonly (CompiledPlace & { ref: string })[]
  target: CompiledPlace | null
  transformation: Expression | null
  assignments: readonly { from: Expression; place: CompiledPlace; path: readonly string[] }[]
}

/** BPMN's own data of a node; those of a loop as a whole stand apart from those of each instance. */
export interface CompiledData {
  /** Variables that are there from the beginning, without a value: data objects, data outputs. */
  locals: readonly string[]
  /** Names of its data inputs. */
  payload: readonly string[]
  inputs: readonly CompiledAssociation[]
  outputs: readonly CompiledAssociation[]
  inputsOfWhole: readonly CompiledAssociation[]
  outputsOfWhole: readonly CompiledAssociation[]
}

export interface CompiledAdHoc {
  /** Gives the ids of what is active from the beginning. */
  elements: Expression | null
  condition: Expression | null
  sequential: boolean
  /** Ends what still runs when the condition holds. */
  cancels: boolean
  outputCollection: string | null
  outputElement: Expression | null
  offers: readonly Offer[]
}

export interface CompiledMessage {
  name: Source
  correlationKey: Expression | null
  /** BPMN's own correlation properties, when there is no key of the vocabulary. */
  properties: readonly { path: Expression; binding: Expression | null }[]
}

export interface CompiledTimer {
  kind: ParsedTimer['kind']
  value: Source
}

/** One event definition, ready to be waited for or thrown. */
export type CompiledTrigger =
  | { kind: 'terminate' | 'cancel' }
  | { kind: 'message'; message: CompiledMessage | null }
  | { kind: 'timer'; timer: CompiledTimer | null }
  | { kind: 'signal'; name: Source | null }
  | { kind: 'error' | 'escalation'; code: Source | null }
  | { kind: 'conditional'; condition: Expression | null; filter: ConditionFilter | null }
  | { kind: 'link'; name: string | null }
  | { kind: 'compensate'; activityRef: string | null; waitForCompletion: boolean }

export interface CompiledJob {
  type: Source
  retries: Source
  /** How urgent it is among jobs that wait; null is as usual. */
  priority: Source | null
  headers: Record<string, string>
}

export interface CompiledListeners {
  start: readonly CompiledJob[]
  end: readonly CompiledJob[]
  /** A join: it is there once all its tokens are, so whoever is asked before it begins is asked then. */
  late: boolean
}

/** A handler of its own; or for a scope the start of its compensation event sub-process, or what is inside. */
export interface CompiledUndo {
  handler: CompiledNode | null
  event: CompiledNode | null
}

export interface CompiledCall {
  processId: Source
  binding: Binding
  /** Passes on all that it sees, not only what is its own. */
  allDown: boolean
  /** Brings back all variables where there are no output mappings. */
  allUp: boolean
  /** Null: the caller's own. */
  businessKey: Source | null
}

/** A choice of a way on, with the reason that the history tells. */
export interface Choice {
  flow: CompiledFlow
  because: 'default' | { expression: string; values: Record<string, JsonValue> } | null
}

/** Every node has every field, so that the engine's hot paths see one shape. */
export interface CompiledNode {
  index: number
  id: string
  name: string
  kind: string
  element: Element
  parent: CompiledNode | null
  incoming: CompiledFlow[]
  outgoing: CompiledFlow[]
  defaultFlow: CompiledFlow | null
  /** All outgoing flows, when every one is taken whatever the data say; else null. */
  always: readonly Choice[] | null
  boundaries: CompiledNode[]
  attachedTo: CompiledNode | null
  /** What it waits for itself: a catching element for its own triggers, an event-based gateway for those that follow. */
  awaits: CompiledNode[]
  /** A parallel multiple event: it has happened when all its triggers have. */
  gathers: boolean
  /** Its element's own way on, where no flow leads on. */
  goOn: ((run: Run, visit: Visit) => void) | null
  /** Of a link that throws: where the token goes on. */
  linkTarget: CompiledNode | null
  /** Start events of the event sub-processes that stand directly inside; they are waited for while it runs. */
  listeners: CompiledNode[]
  interrupting: boolean
  inputs: readonly CompiledMapping[]
  outputs: readonly CompiledMapping[]
  loop: CompiledLoop | null
  data: CompiledData | null
  adHoc: CompiledAdHoc | null
  /** Sub-processes: where a run inside begins. */
  starts: CompiledNode[]
  /** Flow nodes that one activation may enter: itself and all inside. */
  size: number
  /** Catching link events: the throwing ones of its name. */
  linkedFrom: CompiledNode[]
  /** Gateways that wait for tokens elsewhere: for each node that one can come from the incoming flows, by place. */
  waysIn: ReadonlyMap<CompiledNode, readonly number[]> | null
  /** It can be reached from itself, so activations are counted. */
  onLoop: boolean
  /** Tokens that it takes to begin, and that leave on each way on. */
  startQuantity: number
  completionQuantity: number
  job: CompiledJob | null
  /** Who is asked before it begins and after it is done. */
  executionListeners: CompiledListeners | null
  /** User tasks: who is asked before they change. */
  taskListeners: Readonly<Record<TaskTime, readonly CompiledJob[]>> | null
  /** Complex gateways: when to activate. */
  activation: Expression | null
  /** Of an event each of its definitions; of a send or receive task its message. */
  triggers: readonly CompiledTrigger[]
  script: { expression: Expression; resultVariable: string | null } | null
  decision: { decisionId: Source; binding: Binding; resultVariable: string | null } | null
  /** How its form binds; latest where it has none. */
  formBinding: Binding
  assignment: { assignee: Source | null; candidateGroups: Source | null; candidateUsers: Source | null } | null
  call: CompiledCall | null
  priority: Source | null
  dueDate: Source | null
  followUpDate: Source | null
  externalForm: Source | null
  /** FEEL of participants, deadline and title, by their text. */
  expressions: ReadonlyMap<string, Expression>
  /** What undoes it once it is completed; null when nothing can. */
  undo: CompiledUndo | null
  parsed: ParsedNode
}

export interface CompiledFlow {
  index: number
  id: string
  from: CompiledNode
  to: CompiledNode
  condition: Expression | null
}
