import type { Visit } from './element.ts'
import { hasEnough } from './joins.ts'
import { emit, move, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { begin } from './tokens.ts'

/**
 * A token comes to an activity that takes several to begin (BPMN 10.3, startQuantity): it is held there until there are
 * enough, whichever flows they came by.
 */
export function gather(run: Run, visit: Visit, via: string): void {
  const { node, scopeKey } = visit
  const { traced } = run.definition
  const held = run.instance.elements.find(
    (element) =>
      element.at === node.id &&
      (element.scope ?? null) === scopeKey &&
      element.arrived !== undefined &&
      element.state === 'activating' &&
      (element.incident === undefined || element.incident.code === 'join.stuck'),
  )
  if (!held) return move(run, visit, 'activating', { arrived: { [via]: 1 }, ...(traced && { flows: [via] }) })
  const [from] = visit.from
  emit(run, { type: 'tokenArrived', key: held.key, flowId: via, ...(traced && from !== undefined && { from }) })
  if (hasEnough(node, held)) begin(run, visitOf(run, held))
}
