import { done, handled } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import type { ElementInstance } from '../instance.ts'
import { emit, move, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { entryOf, leftAtJoin, trailOf } from '../trail.ts'

function waitingJoin(run: Run, visit: Visit): ElementInstance | undefined {
  return run.instance.elements.find(
    (element) => element.at === visit.node.id && (element.scope ?? null) === visit.scopeKey && element.arrived,
  )
}

/** What is left for the next pass after one token of each flow is taken. */
function leftOver(arrived: Record<string, number>): Record<string, number> | null {
  const left = Object.entries(arrived).filter(([, count]) => count > 1)
  return left.length > 0 ? Object.fromEntries(left.map(([flowId, count]) => [flowId, count - 1])) : null
}

/**
 * A token arrives: it waits until each incoming flow has brought one. Tokens are counted by flow, so two on one branch
 * never open the gate (coverage (k)); what is over stays for the next pass of a loop.
 */
function activate(run: Run, visit: Visit): Outcome {
  const { node, via } = visit
  if (node.incoming.length <= 1 || via === null) return done
  const join = waitingJoin(run, visit)
  if (!join) {
    move(run, visit, 'activated', { arrived: { [via]: 1 }, ...(run.definition.traced && { flows: [via] }) })
    return handled
  }
  const [from] = visit.from
  const traced = run.definition.traced && from !== undefined
  emit(run, { type: 'tokenArrived', key: join.key, flowId: via, ...(traced && { from }) })
  const arrived = join.arrived ?? {}
  if (!node.incoming.every((flow) => (arrived[flow.id] ?? 0) > 0)) return handled
  const left = leftOver(arrived)
  Object.assign(visit, visitOf(run, join))
  if (left) rest(run, visit, left)
  return done
}

/** Begins the next pass with the tokens that are over. */
function rest(run: Run, visit: Visit, left: Record<string, number>): void {
  const entry = entryOf(trailOf(run.instance), visit.key)
  const over = entry ? leftAtJoin(entry) : null
  const next: Visit = { ...visit, key: run.instance.lastEvent + 1, element: null, from: over?.from ?? [] }
  move(run, next, 'activated', { arrived: left, ...(over && { flows: over.flows }) })
}

/** BPMN 13.4.1: joins one token of each incoming flow, then a token leaves on each outgoing one. */
export const parallelGateway: Element = {
  name: { zh: '并行网关', en: 'parallel gateway' },
  activate,
}
