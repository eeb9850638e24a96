/** A diagram as the simulation draws it: what the reference interpreter plays and `toBpmn` writes down. */
export interface Diagram extends Process {
  /** Processes that it calls, and those that they call. */
  called: Process[]
  /** Role of its user tasks, as the lane that everything stands in says; null: there are no lanes. */
  lane: string | null
}

export interface Process {
  id: string
  body: Scope
}

export interface Scope {
  id: string
  nodes: Node[]
  flows: Flow[]
  /** Data that is declared here. */
  data: Data[]
}

export interface Data {
  id: string
  kind: 'object' | 'store'
}

export interface Flow {
  id: string
  from: string
  to: string
  /** Name of a boolean variable; null is always taken. */
  when: string | null
  isDefault?: boolean
  /** Of a complex gateway: in which of its two phases the condition may hold. */
  phase?: 'start' | 'reset'
}

/** What an event waits for or throws. */
export type Trigger =
  | { kind: 'none' | 'terminate' | 'cancel' }
  /** Undoes one activity, or everything of its scope. */
  | { kind: 'compensation'; of?: string }
  /** An error or escalation without a name is caught whatever it is. */
  | { kind: 'message' | 'signal' | 'error' | 'escalation' | 'link'; name: string }
  /** A cycle fires so many times; a date counts from the beginning of time. */
  | { kind: 'timer'; minutes: number; form: 'duration' | 'date' | 'cycle'; times: number }
  /** A variable that becomes true. */
  | { kind: 'condition'; when: string }
  /** Any of several, or all of them. */
  | { kind: 'multiple'; of: Trigger[]; all: boolean }

interface Named {
  id: string
}

/** A variable that becomes the value, or the opposite, of another. */
export interface Assignment {
  to: string
  from: string
  not?: true
}

export interface EventNode extends Named {
  type: 'start' | 'end' | 'throw' | 'catch'
  trigger: Trigger
}

export interface Boundary extends Named {
  type: 'boundary'
  trigger: Trigger
  host: string
  interrupting: boolean
  /** The activity that undoes the host, of a compensation boundary event. */
  handler?: string
}

export interface Task extends Named {
  type: 'user' | 'service' | 'abstract' | 'manual' | 'script' | 'rule' | 'send' | 'receive'
  loop?: Loop
  undoes?: true
  /** What a script or a decision computes. */
  sets?: Assignment
  /** The message that is sent or received. */
  message?: string
  /** Variables of its own. */
  locals?: Assignment[]
  /** A data input: what is read, and the variable of its own that has it. */
  reads?: { data: string; as: string }
  /** A data output: the variable that the work brings, and where it goes. */
  writes?: { data: string; from: string }
  instantiates?: true
}

export interface Gateway extends Named {
  type: 'xor' | 'and' | 'or' | 'events' | 'complex'
  /** Of a complex gateway: it activates when so many tokens have arrived. */
  enough?: number
  /** An event-based gateway that starts the process: by the first of its events, or each of them once. */
  instantiates?: 'exclusive' | 'parallel'
}

export interface SubProcess extends Named {
  type: 'sub' | 'transaction'
  inside: Scope
  loop?: Loop
  locals?: Assignment[]
}

/** Activities without an order; what no flow leads to is offered. */
export interface AdHoc extends Named {
  type: 'adHoc'
  inside: Scope
  sequential: boolean
  /** It is over when this holds after something inside is done. */
  until: string | null
  cancels: boolean
  /** Begun at entry; null: all on request. */
  first: string[] | null
}

export interface Call extends Named {
  type: 'call'
  /** Id of a process. */
  calls: string
  binding: 'latest' | 'deployment' | 'versionTag'
  loop?: Loop
  locals?: Assignment[]
  /** Whether the called process gets every variable, or only the call's own. */
  down: boolean
  /** Whether everything comes back, or what these say. */
  up: boolean | Assignment[]
}

export interface EventSubProcess extends Named {
  type: 'eventSub'
  inside: Scope
  trigger: Trigger
  interrupting: boolean
}

export type Node = EventNode | Boundary | Task | Gateway | SubProcess | AdHoc | Call | EventSubProcess

export type Loop =
  /** With `enough` it is over when so many are done; with `collects` it goes over a list and gives one back. */
  | { kind: 'parallel' | 'sequential'; times: number; enough?: number; collects?: true }
  /** Repeats while the variable holds, which is looked at before or after. */
  | { kind: 'standard'; while: string; most: number; before: boolean }

export const nodesWithin = (scope: Scope): Node[] =>
  scope.nodes.flatMap((node) => ('inside' in node ? [node, ...nodesWithin(node.inside)] : [node]))

export const processesOf = (diagram: Diagram): Process[] => [diagram, ...diagram.called]

export const nodesOf = (diagram: Diagram): Node[] => processesOf(diagram).flatMap(({ body }) => nodesWithin(body))

export const scopesWithin = (scope: Scope): Scope[] => [
  scope,
  ...scope.nodes.flatMap((node) => ('inside' in node ? scopesWithin(node.inside) : [])),
]

/** What an event reacts to or throws, one by one; a receive task reacts to its message. */
export function triggersOf(node: Node): readonly Trigger[] {
  if (node.type === 'receive') return [{ kind: 'message', name: node.message ?? '' }]
  if (!('trigger' in node)) return []
  return node.trigger.kind === 'multiple' ? node.trigger.of : [node.trigger]
}

/** When every simulation begins. */
export const beginning = '2026-01-01T00:00:00.000Z'

/** Variables that flows and loops look at. */
export const variables = ['v0', 'v1', 'v2', 'v3', 'v4', 'v5'] as const

/** The variable that a loop collects in. */
export const collectedBy = (id: string): string => `all_${id}`
