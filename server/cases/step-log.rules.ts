import type { ReturnPolicy } from '../../workflows/model/approval.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { EngineEvent } from '../../workflows/engine/events.ts'

/** What the views of a case need to know of a diagram. */
export interface Outline {
  startId: string
  nodes: Map<string, OutlineNode>
}

export interface OutlineNode {
  id: string
  name: string
  /** BPMN type without prefix: `userTask`, `exclusiveGateway`. */
  kind: string
  publicStep: string | null
  /** Buttons of the diagram's own, by their value. */
  buttons: ReadonlyMap<string, string>
  /** One of several may take it out of the others' hands; not where everybody must answer. */
  claimable: boolean
  approval: { mode: string; threshold: number | null } | null
  returns: ReturnPolicy | null
  /** Roles of which whoever handles the step before may choose its people; empty: anybody; null: he does not choose. */
  chosenFrom: string[] | null
  /** Ids of the nodes that follow; the inner start for a sub-process comes first. */
  next: string[]
}

/** One entered flow node, for people: when, how long, who, and what came of it. */
export interface LoggedStep {
  key: number
  elementId: string
  name: string
  kind: string
  who: string | null
  startedAt: string
  endedAt: string | null
  state: 'open' | 'completed' | 'terminated'
  act: string | null
  result: string
  data: JsonObject
}

const silentKinds = new Set(['exclusiveGateway', 'parallelGateway', 'subProcess', 'startEvent', 'endEvent'])

type Of<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>

const ended = (event: Of<'elementMoved'>): boolean => event.to === 'completed' || event.to === 'terminated'

/**
 * Element instances in the order in which they were entered, with when they ended and how. The bracket around a
 * multi-instance is left out: its instances tell what happened.
 */
function visits(events: readonly EngineEvent[]): Map<number, Visit> {
  const found = new Map<number, Visit>()
  /** Keys of brackets, with the scope that each stands in. */
  const brackets = new Map<number, number | null>()
  const around = (key: number | null) => (key !== null && brackets.has(key) ? (brackets.get(key) ?? null) : key)
  for (const event of events) {
    if (event.type !== 'elementMoved' || brackets.has(event.key)) continue
    if (event.loop !== undefined) {
      brackets.set(event.key, event.scopeKey)
      continue
    }
    const visit = found.get(event.key) ?? {
      elementId: event.elementId,
      within: around(event.scopeKey),
      since: event.at,
      until: null,
      state: 'open',
    }
    found.set(event.key, visit)
    if (!ended(event)) continue
    visit.until = event.at
    visit.state = event.to === 'terminated' ? 'terminated' : 'completed'
  }
  return found
}

interface Visit {
  elementId: string
  /** Key of the scope that it stands in; null is the process. */
  within: number | null
  since: string
  until: string | null
  state: 'open' | 'completed' | 'terminated'
}

/**
 * The steps of a case from its history, in the order in which they began. Gateways and brackets are left out: people
 * ask what was done, and the diagram shows the ways between.
 */
export function stepLog(events: readonly EngineEvent[], outline: Outline): LoggedStep[] {
  const steps = new Map<number, LoggedStep>()
  for (const [key, visit] of visits(events)) {
    const node = outline.nodes.get(visit.elementId)
    if (!node || silentKinds.has(node.kind)) continue
    steps.set(key, {
      key,
      elementId: visit.elementId,
      name: node.name || visit.elementId,
      kind: node.kind,
      who: null,
      startedAt: visit.since,
      endedAt: visit.until,
      state: visit.state,
      act: null,
      result: '',
      data: {},
    })
  }
  for (const event of events) tell(event, steps, outline)
  return [...steps.values()]
}

/** What an event says about the step that it belongs to: who, what and why. */
function tell(event: EngineEvent, steps: Map<number, LoggedStep>, outline: Outline): void {
  const step = 'key' in event ? steps.get(event.key) : undefined
  if (!step) return
  switch (event.type) {
    case 'taskActed':
      step.who = event.by
      step.act = event.action
      step.result = event.comment ?? ''
      step.data = { ...step.data, ...event.variables }
      return
    case 'stepEnded': {
      if (step.act !== 'custom') return
      const { outcome } = event.result
      const label = outline.nodes.get(step.elementId)?.buttons.get(outcome) ?? outcome
      step.result = step.result ? `${label}：${step.result}` : label
      return
    }
    case 'decisionEvaluated':
      step.result = event.rules.flatMap(({ annotation }) => annotation ?? []).join(' ')
      return
    case 'errorThrown':
      step.result = event.message || event.code
  }
}

/** Counts and times per flow node and flow, and where the tokens are, for the live diagram. */
export function diagramState(events: readonly EngineEvent[], outline: Outline) {
  const visited = new Map<string, { count: number; milliseconds: number }>()
  const tokens: { elementId: string; key: number; within: number | null; since: string }[] = []
  const all = visits(events)
  const busy = new Set([...all.values()].flatMap(({ state, within }) => (state === 'open' ? (within ?? []) : [])))
  for (const [key, { elementId, within, since, until, state }] of all) {
    const node = outline.nodes.get(elementId)
    if (!node) continue
    const isHere = state === 'open' && node.kind !== 'subProcess' && !busy.has(key)
    if (isHere) tokens.push({ elementId, key, within, since })
    if (state !== 'completed' || until === null) continue
    const sum = visited.get(elementId) ?? { count: 0, milliseconds: 0 }
    visited.set(elementId, { count: sum.count + 1, milliseconds: sum.milliseconds + millisecondsBetween(since, until) })
  }
  const flows = new Map<string, number>()
  for (const event of events)
    if (event.type === 'flowTaken') flows.set(event.flowId, (flows.get(event.flowId) ?? 0) + 1)
  return {
    visited: [...visited].map(([elementId, sum]) => ({ elementId, ...sum })),
    flows: [...flows].map(([flowId, count]) => ({ flowId, count })),
    tokens,
  }
}

/** Which elements some events end early, and which they begin: each once, in the order in which it happens. */
export function movedBy(events: readonly EngineEvent[]): { ends: string[]; begins: string[] } {
  const moved = (to: 'activated' | 'terminated') => [
    ...new Set(events.flatMap((event) => (event.type === 'elementMoved' && event.to === to ? [event.elementId] : []))),
  ]
  return { ends: moved('terminated'), begins: moved('activated') }
}

/** Milliseconds from one ISO 8601 instant to another. */
export const millisecondsBetween = (from: string, to: string): number => Date.parse(to) - Date.parse(from)

export interface PublicStep {
  name: string
  state: 'done' | 'now' | 'next'
  at: string | null
}

/**
 * The customer's stepper: public names along the diagram from the start, each once. Done is what was left, now is
 * where something waits, next is what the diagram still holds on the way; after the end nothing is next.
 */
export function publicSteps(events: readonly EngineEvent[], outline: Outline, open: boolean): PublicStep[] {
  const entered = new Map<string, { first: string; last: string; active: boolean }>()
  const here: OutlineNode[] = []
  for (const { elementId, since, until, state } of visits(events).values()) {
    const node = outline.nodes.get(elementId)
    if (!node?.publicStep) continue
    const seen = entered.get(node.publicStep)
    entered.set(node.publicStep, {
      first: seen?.first ?? since,
      last: until ?? since,
      active: (seen?.active ?? false) || state === 'open',
    })
    if (state === 'open') here.push(node)
  }
  const steps = [...entered].map(([name, { first, last, active }]): PublicStep =>
    open && active ? { name, state: 'now', at: first } : { name, state: 'done', at: last },
  )
  if (!open) return steps
  const ahead = namesAhead(outline, here).filter((name) => !entered.has(name))
  return [...steps, ...ahead.map((name): PublicStep => ({ name, state: 'next', at: null }))]
}

/** Public names that can still be met, nearest first. */
function namesAhead(outline: Outline, from: OutlineNode[]): string[] {
  const start = outline.nodes.get(outline.startId)
  const queue = from.length > 0 ? [...from] : start ? [start] : []
  const met = new Set(queue.map((node) => node.id))
  const names: string[] = []
  for (let node = queue.shift(); node; node = queue.shift()) {
    if (node.publicStep && !names.includes(node.publicStep)) names.push(node.publicStep)
    for (const id of node.next) {
      const following = outline.nodes.get(id)
      if (!following || met.has(id)) continue
      met.add(id)
      queue.push(following)
    }
  }
  return names
}
