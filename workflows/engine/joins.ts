import type { Visit } from './element.ts'
import type { ElementInstance } from './instance.ts'
import { emit, move, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { entryOf, leftAtJoin, trailOf } from './trail.ts'

/** The pass of a join that still collects tokens, in the scope of the visit. */
export const joinAt = (run: Run, visit: Pick<Visit, 'node' | 'scopeKey'>): ElementInstance | undefined =>
  run.instance.elements.find(
    (element) =>
      element.at === visit.node.id &&
      (element.scope ?? null) === visit.scopeKey &&
      element.arrived !== undefined &&
      element.state === undefined,
  )

/** A token comes in by a sequence flow and waits. Tokens are counted by flow, so two on one never count for another. */
export function arrive(run: Run, visit: Visit, via: string): ElementInstance {
  const { traced } = run.definition
  const join = joinAt(run, visit)
  if (!join) {
    move(run, visit, 'activated', { arrived: { [via]: 1 }, ...(traced && { flows: [via] }) })
    return visit.element as ElementInstance
  }
  const [from] = visit.from
  emit(run, { type: 'tokenArrived', key: join.key, flowId: via, ...(traced && from !== undefined && { from }) })
  return join
}

/** What is left for the next pass after one token of each flow is taken. */
function leftOver(arrived: Record<string, number>): Record<string, number> | null {
  const left = Object.entries(arrived).filter(([, count]) => count > 1)
  return left.length > 0 ? Object.fromEntries(left.map(([flowId, count]) => [flowId, count - 1])) : null
}

/** Takes one token of each flow that has some; what is over begins the next pass. The visit goes on from here. */
export function takeOfEach(run: Run, join: ElementInstance): Visit {
  const left = leftOver(join.arrived ?? {})
  const visit = visitOf(run, join)
  if (left) {
    const entry = entryOf(trailOf(run.instance), visit.key)
    const over = entry ? leftAtJoin(entry) : null
    const next: Visit = { ...visit, key: run.instance.lastEvent + 1, element: null, from: over?.from ?? [] }
    move(run, next, 'activated', { arrived: left, ...(over && { flows: over.flows }) })
  }
  return visit
}
