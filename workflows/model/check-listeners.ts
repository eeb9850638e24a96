import { asksByRules } from './approval.ts'
import type { ParsedNode } from './definition.ts'
import type { Graph } from './graph.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

/** What is entered or left in a way of its own, so that nobody could be asked in between. */
const apart = /^(?:startEvent|boundaryEvent|complexGateway)$/
/** What ends something instead of going on. */
const neverDone = /^(?:eventBasedGateway|(?:error|terminate|cancel)EndEvent|linkThrowEvent|linkCatchEvent)$/

function cannotListen(node: ParsedNode, { byId, flowById }: Graph): boolean {
  const followsGateway = node.incoming.some(
    (id) => byId.get(flowById.get(id)?.from ?? '')?.bpmnType === 'eventBasedGateway',
  )
  const joins = node.bpmnType.endsWith('Gateway') && node.incoming.length > 1
  const own = node.instantiate || node.triggeredByEvent || node.forCompensation || asksByRules(node.policy)
  return apart.test(node.bpmnType) || joins || followsGateway || Boolean(own)
}

/** Listeners stand where somebody can be asked before an element begins or after it is done, and say whom. */
export const checkListeners = (graph: Graph): Problem[] =>
  graph.nodes.flatMap((node) => {
    const named = node.name === '' ? { id: node.id } : node
    return (node.listeners ?? []).flatMap(({ on, type }) => {
      const what = `zeebe:executionListener eventType="${on}"`
      if ('text' in type && type.text.trim() === '') return [problem('bpmn.missing', named, `${what} type`)]
      const never = on === 'end' && neverDone.test(node.kind)
      return never || cannotListen(node, graph) ? [problem('bpmn.not_executable', named, what)] : []
    })
  })
