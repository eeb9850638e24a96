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
  result: string
  data: JsonObject
}

const silentKinds = new Set(['exclusiveGateway', 'parallelGateway', 'subProcess', 'startEvent', 'multiInstance'])

type Of<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>

/**
 * The steps of a case from its history, in the order in which they began. Gateways and brackets are left out: people
 * ask what was done, and the diagram shows the ways between.
 */
export function stepLog(events: readonly EngineEvent[], outline: Outline): LoggedStep[] {
  const steps = new Map<number, LoggedStep>()

  const moved = (event: Of<'elementMoved'>) => {
    const node = outline.nodes.get(event.elementId)
    if (!steps.has(event.key) && node && !silentKinds.has(node.kind)) {
      steps.set(event.key, {
        key: event.key,
        elementId: event.elementId,
        name: node.name || event.elementId,
        kind: node.kind,
        who: null,
        startedAt: event.at,
        endedAt: null,
        state: 'open',
        result: '',
        data: {},
      })
    }
    const step = steps.get(event.key)
    if (!step || step.endedAt !== null) return
    if (event.to === 'completed' || event.to === 'terminated') {
      step.endedAt = event.at
      step.state = event.to
    }
  }

  const acted = (event: Of<'taskActed'>) => {
    const step = steps.get(event.key)
    if (!step) return
    step.who = event.by
    step.result = event.comment ? `${event.action}: ${event.comment}` : event.action
    step.data = { ...step.data, ...event.variables }
  }

  const decided = (event: Of<'decisionEvaluated'>) => {
    const step = steps.get(event.key)
    const said = event.rules.map((rule) => rule.annotation).filter((annotation) => annotation !== null)
    if (step) step.result = said.join(' ')
  }

  for (const event of events) {
    if (event.type === 'elementMoved') moved(event)
    else if (event.type === 'taskActed') acted(event)
    else if (event.type === 'decisionEvaluated') decided(event)
    else if (event.type === 'errorThrown') {
      const step = steps.get(event.key)
      if (step) step.result = event.message || event.code
    }
  }
  return [...steps.values()]
}

/** Counts and times per flow node and flow, and where the tokens are, for the live diagram. */
export function diagramState(events: readonly EngineEvent[], outline: Outline) {
  const visited = new Map<string, { count: number; milliseconds: number }>()
  const flows = new Map<string, number>()
  const active = new Map<number, { elementId: string; since: string }>()
  const since = new Map<number, string>()

  for (const event of events) {
    if (event.type === 'flowTaken') flows.set(event.flowId, (flows.get(event.flowId) ?? 0) + 1)
    if (event.type !== 'elementMoved' || !outline.nodes.has(event.elementId)) continue
    if (!since.has(event.key)) {
      since.set(event.key, event.at)
      active.set(event.key, { elementId: event.elementId, since: event.at })
    }
    if (event.to === 'completed' || event.to === 'terminated') {
      active.delete(event.key)
      if (event.to === 'terminated') continue
      const sum = visited.get(event.elementId) ?? { count: 0, milliseconds: 0 }
      const began = since.get(event.key) ?? event.at
      visited.set(event.elementId, {
        count: sum.count + 1,
        milliseconds: sum.milliseconds + millisecondsBetween(began, event.at),
      })
    }
  }
  const waiting = [...active.values()].filter(({ elementId }) => outline.nodes.get(elementId)?.kind !== 'subProcess')
  return {
    visited: [...visited].map(([elementId, sum]) => ({ elementId, ...sum })),
    flows: [...flows].map(([flowId, count]) => ({ flowId, count })),
    tokens: waiting,
  }
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
  const entered = new Map<string, { first: string; last: string; active: number }>()
  const active = new Map<number, string>()
  // An element that passes at once is told by its end alone.
  const met = new Set<number>()
  for (const event of events) {
    if (event.type !== 'elementMoved') continue
    const name = outline.nodes.get(event.elementId)?.publicStep
    if (!name) continue
    const seen = entered.get(name) ?? { first: event.at, last: event.at, active: 0 }
    if (!met.has(event.key)) {
      met.add(event.key)
      active.set(event.key, name)
      seen.active += 1
    }
    if ((event.to === 'completed' || event.to === 'terminated') && active.delete(event.key)) {
      seen.last = event.at
      seen.active -= 1
    }
    entered.set(name, seen)
  }
  const done = [...entered].toSorted(([, a], [, b]) => (a.first < b.first ? -1 : 1))
  const steps: PublicStep[] = done.map(([name, seen]) => ({
    name,
    state: open && seen.active > 0 ? 'now' : 'done',
    at: seen.active > 0 ? seen.first : seen.last,
  }))
  if (!open) return steps
  const here = [...active.values()]
  const ahead = namesAhead(
    outline,
    [...outline.nodes.values()].filter((node) => node.publicStep && here.includes(node.publicStep)),
  )
  return [
    ...steps,
    ...ahead.filter((name) => !entered.has(name)).map((name): PublicStep => ({ name, state: 'next', at: null })),
  ]
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
