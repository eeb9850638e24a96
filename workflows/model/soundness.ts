import type { ParsedNode } from './definition.ts'
import type { Graph, Scope } from './graph.ts'
import type { Problem } from './problem.ts'
import { problem } from './problems.ts'

/** Markings looked at; beyond them a diagram is left alone, for a warning is not worth more. */
const limit = 3000

/** Tokens by flow id, and the nodes that fired to get there. */
interface Marking {
  tokens: ReadonlyMap<string, number>
  trace: readonly string[]
}

const keyOf = (tokens: ReadonlyMap<string, number>) =>
  [...tokens]
    .map(([flow, count]) => `${flow}=${count}`)
    .sort()
    .join(' ')

/** Every set of flows that a node may put tokens on when it fires. */
function outcomes(graph: Graph, node: ParsedNode): string[][] {
  const chooses = node.bpmnType === 'exclusiveGateway'
  const ways = chooses ? node.outgoing.map((flow) => [flow]) : [node.outgoing]
  const boundaries = graph.nodes.filter((other) => other.attachedTo === node.id && other.interrupting !== false)
  return [...(ways.length > 0 ? ways : [[]]), ...boundaries.map((boundary) => boundary.outgoing)]
}

function takes(node: ParsedNode, tokens: ReadonlyMap<string, number>): string[][] {
  const arrived = node.incoming.filter((flow) => (tokens.get(flow) ?? 0) > 0)
  if (node.bpmnType !== 'parallelGateway') return arrived.map((flow) => [flow])
  return arrived.length === node.incoming.length && arrived.length > 0 ? [arrived] : []
}

function fire(marking: Marking, node: ParsedNode, taken: readonly string[], put: readonly string[]): Marking {
  const tokens = new Map(marking.tokens)
  for (const flow of taken) {
    const left = (tokens.get(flow) ?? 0) - 1
    if (left > 0) tokens.set(flow, left)
    else tokens.delete(flow)
  }
  for (const flow of put) tokens.set(flow, (tokens.get(flow) ?? 0) + 1)
  return { tokens, trace: [...marking.trace, node.id].slice(-12) }
}

/** Plays the tokens of one scope: a join that waits in vain, or a merge that sends two tokens down one flow. */
function unsoundIn(graph: Graph, scope: Scope, start: ParsedNode): Problem[] {
  const first = outcomes(graph, start).map((put) => fire({ tokens: new Map(), trace: [] }, start, [], put))
  const open = [...first]
  const seen = new Set(open.map(({ tokens }) => keyOf(tokens)))
  const found = new Map<string, Problem>()
  for (let marking = open.shift(); marking && seen.size < limit; marking = open.shift()) {
    let moved = false
    for (const node of scope.nodes)
      for (const taken of takes(node, marking.tokens))
        for (const put of outcomes(graph, node)) {
          moved = true
          const next = fire(marking, node, taken, put)
          const doubled = put.some((flow) => (next.tokens.get(flow) ?? 0) > 1)
          if (doubled) tell(found, node, `${next.trace.join(' → ')} (twice)`)
          const key = keyOf(next.tokens)
          if (doubled || seen.has(key)) continue
          seen.add(key)
          open.push(next)
        }
    if (moved || marking.tokens.size === 0) continue
    for (const flow of marking.tokens.keys()) {
      const stuck = graph.byId.get(graph.flowById.get(flow)?.to ?? '')
      if (stuck) tell(found, stuck, marking.trace.join(' → '))
    }
  }
  return [...found.values()]
}

function tell(found: Map<string, Problem>, node: ParsedNode, trace: string): void {
  if (!found.has(node.id)) found.set(node.id, problem('bpmn.unsound', node, trace, 'warning'))
}

/** Splits and joins that do not fit (reliability B27), as warnings with the way that leads there. */
export function unsoundJoins(graph: Graph): Problem[] {
  return graph.scopes.flatMap((scope) => {
    // What chooses several flows at once is not played.
    const plays = scope.nodes.every(
      (node) =>
        !/^(?:inclusive|complex|eventBased)Gateway$/.test(node.bpmnType) &&
        (node.bpmnType === 'exclusiveGateway' ||
          node.outgoing.every((flow) => graph.flowById.get(flow)?.condition === null)),
    )
    return plays ? scope.starts.flatMap((start) => unsoundIn(graph, scope, start)) : []
  })
}
