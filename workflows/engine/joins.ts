import { named } from '../model/json.ts'
import type { CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import type { ElementInstance } from './instance.ts'
import { emit, move, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { entryOf, leftAtJoin, trailOf } from './trail.ts'

/** The pass of a join that still collects tokens, in the scope of the visit; mostly it is among the newest. */
export function joinAt(run: Run, visit: Pick<Visit, 'node' | 'scopeKey'>): ElementInstance | undefined {
  const { elements } = run.instance
  for (let place = elements.length - 1; place >= 0; place -= 1) {
    const element = elements[place] as ElementInstance
    if (
      element.at === visit.node.id &&
      (element.scope ?? null) === visit.scopeKey &&
      element.arrived !== undefined &&
      element.state === undefined
    )
      return element
  }
  return undefined
}

/** A token comes in by a sequence flow and waits. Tokens are counted by flow, so two on one never count for another. */
export function arrive(run: Run, visit: Visit, via: string): ElementInstance {
  const { traced } = run.definition
  const join = joinAt(run, visit)
  if (!join) {
    const arrived = named(via, 1)
    move(run, visit, 'activated', traced ? { arrived, flows: [via] } : { arrived })
    return visit.element as ElementInstance
  }
  const [from] = visit.from
  const said = { type: 'tokenArrived' as const, key: join.key, flowId: via }
  emit(run, traced && from !== undefined ? { ...said, from } : said)
  return join
}

/**
 * Begins the next pass of a join with what is over once one token is taken of each of these flows; nothing when
 * nothing is.
 */
export function beginNextPass(run: Run, visit: Visit, flows: ReadonlySet<string>): void {
  const counted = Object.entries(visit.element?.arrived ?? {}).map(
    ([flowId, count]) => [flowId, flows.has(flowId) ? count - 1 : count] as const,
  )
  const left = counted.filter(([, count]) => count > 0)
  if (left.length === 0) return
  const entry = entryOf(trailOf(run.instance), visit.key)
  const over = entry ? leftAtJoin(entry) : null
  const next: Visit = { ...visit, key: run.instance.lastEvent + 1, element: null, from: over?.from ?? [] }
  move(run, next, 'activated', { arrived: Object.fromEntries(left), ...(over && { flows: over.flows }) })
}

/** Takes one token of each flow that has some; what is over begins the next pass. The visit goes on from here. */
export function takeOfEach(run: Run, join: ElementInstance): Visit {
  const visit = visitOf(run, join)
  const { arrived = {} } = join
  for (const flowId in arrived)
    if ((arrived[flowId] as number) > 1) {
      beginNextPass(run, visit, new Set(Object.keys(arrived)))
      break
    }
  return visit
}

/** Whether an element that was held before it began has the tokens that it takes. */
export const hasEnough = ({ startQuantity }: CompiledNode, { arrived }: ElementInstance): boolean =>
  arrived === undefined || Object.values(arrived).reduce((sum, each) => sum + each, 0) >= startQuantity
