/** A diagram as the simulation draws it: what the reference interpreter plays and `toBpmn` writes down. */
export interface Diagram {
  id: string
  body: Scope
}

export interface Scope {
  id: string
  nodes: Node[]
  flows: Flow[]
}

export interface Flow {
  id: string
  from: string
  to: string
  /** Name of a boolean variable; null is always taken. */
  when: string | null
  isDefault?: boolean
}

/** What an event waits for or throws. */
export type Trigger =
  | { kind: 'none' | 'terminate' | 'cancel' | 'compensation' }
  | { kind: 'message' | 'signal' | 'error' | 'escalation' | 'link'; name: string }
  | { kind: 'timer'; minutes: number }
  /** A variable that becomes true. */
  | { kind: 'condition'; when: string }
  /** Any of several, or all of them. */
  | { kind: 'multiple'; of: Trigger[]; all: boolean }

interface Named {
  id: string
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
  type: 'user' | 'service'
  loop?: Loop
  undoes?: true
}

export interface Gateway extends Named {
  type: 'xor' | 'and' | 'or' | 'events'
}

export interface SubProcess extends Named {
  type: 'sub' | 'transaction'
  inside: Scope
  loop?: Loop
}

export interface EventSubProcess extends Named {
  type: 'eventSub'
  inside: Scope
  trigger: Trigger
  interrupting: boolean
}

export type Node = EventNode | Boundary | Task | Gateway | SubProcess | EventSubProcess

export type Loop =
  | { kind: 'parallel' | 'sequential'; times: number }
  /** Repeats while the variable holds; the completing command says so each time. */
  | { kind: 'standard'; while: string; most: number }

export const nodesWithin = (scope: Scope): Node[] =>
  scope.nodes.flatMap((node) => ('inside' in node ? [node, ...nodesWithin(node.inside)] : [node]))

/** What an event reacts to or throws, one by one. */
export function triggersOf(node: Node): readonly Trigger[] {
  if (!('trigger' in node)) return []
  return node.trigger.kind === 'multiple' ? node.trigger.of : [node.trigger]
}
