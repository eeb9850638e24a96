import type { ParsedNode } from './definition.ts'
import type { Graph } from './graph.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

const named = ({ id, name }: ParsedNode) => (name === '' ? { id } : { id, name })

const association = 'bpmn:association → isForCompensation'

/** A boundary event names the activity that undoes its host by an association, and sends no token (BPMN 10.5.4). */
function boundaryProblems({ byId }: Graph, event: ParsedNode): Problem[] {
  const problems: Problem[] = []
  const refuse = (what: string) => problems.push(problem('bpmn.not_allowed_here', named(event), what))
  const [id, ...others] = event.handlers ?? []
  const handler = id === undefined ? undefined : byId.get(id)
  if (!handler) problems.push(problem('bpmn.missing', named(event), association))
  else if (!handler.forCompensation || handler.parentId !== event.parentId) refuse(`bpmn:association → ${handler.id}`)
  if (others.length > 0) refuse(`bpmn:association → ${others.join(', ')}`)
  if (event.outgoing.length > 0) refuse('bpmn:sequenceFlow')
  return problems
}

/** An activity that only undoes stands beside the flow, and somebody must point to it: else it would never run. */
function handlerProblems({ nodes }: Graph, handler: ParsedNode): Problem[] {
  const problems: Problem[] = []
  if (handler.incoming.length > 0 || handler.outgoing.length > 0)
    problems.push(problem('bpmn.not_allowed_here', named(handler), 'bpmn:sequenceFlow'))
  if (!nodes.some(({ handlers }) => handlers?.includes(handler.id)))
    problems.push(problem('bpmn.missing', named(handler), association))
  return problems
}

function scopesAround({ byId }: Graph, node: ParsedNode): ParsedNode[] {
  const around: ParsedNode[] = []
  for (let id = node.parentId; id !== null;) {
    const scope = byId.get(id)
    if (!scope) break
    around.push(scope)
    id = scope.parentId
  }
  return around
}

/** What a throw names must be an activity of a scope around it: of another nothing is known there. */
function throwProblems(graph: Graph, event: ParsedNode): Problem[] {
  return event.triggers.flatMap((trigger) => {
    if (trigger.kind !== 'compensate' || trigger.activityRef === null) return []
    if (event.bpmnType !== 'endEvent' && event.bpmnType !== 'intermediateThrowEvent') return []
    const { activityRef } = trigger
    const target = graph.byId.get(activityRef)
    if (!target) return [problem('bpmn.dangling_ref', named(event), activityRef)]
    const scopes = [null, ...scopesAround(graph, event).map(({ id }) => id)]
    const seen = scopes.includes(target.parentId) && !/Event$|Gateway$/.test(target.bpmnType)
    return seen ? [] : [problem('bpmn.not_allowed_here', named(event), `activityRef="${activityRef}"`)]
  })
}

/** Cancel events belong to transactions: the end inside, the boundary on one (BPMN 10.5.3, 10.5.4). */
function cancelProblems(graph: Graph, node: ParsedNode): Problem[] {
  const refuse = (what: string) => [problem('bpmn.not_allowed_here', named(node), what)]
  if (node.bpmnType === 'endEvent' && node.triggers.some(({ kind }) => kind === 'cancel'))
    return scopesAround(graph, node).some(({ kind }) => kind === 'transaction') ? [] : refuse('cancelEventDefinition')
  if (node.kind !== 'cancelBoundaryEvent') return []
  if (graph.byId.get(node.attachedTo ?? '')?.kind !== 'transaction') return refuse('cancelEventDefinition')
  return node.interrupting === false ? refuse('cancelActivity="false"') : []
}

/** Everything wrong with how a process undoes what it did. */
export const checkCompensation = (graph: Graph): Problem[] =>
  graph.nodes.flatMap((node) => [
    ...(node.kind === 'compensateBoundaryEvent' ? boundaryProblems(graph, node) : []),
    ...(node.forCompensation ? handlerProblems(graph, node) : []),
    ...throwProblems(graph, node),
    ...cancelProblems(graph, node),
  ])
