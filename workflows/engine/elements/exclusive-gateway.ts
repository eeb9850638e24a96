import type { Choice } from '../compiled.ts'
import { done } from '../element.ts'
import type { Element, Visit } from '../element.ts'
import { holds, noFlow, valuesRead } from '../evaluate.ts'
import type { Failure } from '../incidents.ts'
import type { Run } from '../run.ts'

/** The first flow whose condition holds, in the order of the diagram's file; one without a condition always holds. */
function choose(run: Run, visit: Visit): readonly Choice[] | Failure {
  const { node } = visit
  for (const flow of node.outgoing) {
    if (flow === node.defaultFlow) continue
    if (flow.condition === null) return [{ flow, because: null }]
    const holding = holds(run, visit, flow.condition)
    if (typeof holding !== 'boolean') return holding
    if (!holding) continue
    const values = valuesRead(run, visit, flow.condition)
    return [{ flow, because: { expression: flow.condition.source, values } }]
  }
  if (node.defaultFlow) return [{ flow: node.defaultFlow, because: 'default' }]
  return noFlow(run, visit)
}

/** BPMN 13.4.2: every token passes on its own, to one flow; merging never touches a sibling (coverage (j)). */
export const exclusiveGateway: Element = {
  name: { zh: '排他网关', en: 'exclusive gateway' },
  activate: () => done,
  choose,
}
