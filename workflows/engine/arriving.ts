import type { CompiledNode } from './compiled.ts'
import type { ElementInstance } from './instance.ts'
import type { Run } from './run.ts'

/** For each node from which a token can come to a join, the places of the incoming flows by which it can come in. */
export type WaysIn = ReadonlyMap<CompiledNode, readonly number[]>

/** Where a token comes from that arrives at a node over sequence flows; a link event stands for a flow. */
const sourcesOf = (node: CompiledNode): CompiledNode[] => [
  ...node.incoming.map((flow) => flow.from),
  ...node.linkedFrom,
]

/**
 * Finds them on the graph of sequence flows: a way ends with the incoming flow and never visits the join itself (BPMN
 * table 13.3, iii and vi). An activity is no source of its boundary events here, for no sequence flow leads there; a
 * token that has taken the exception's way counts as any other (coverage (c)17).
 */
export function waysInto(join: CompiledNode): WaysIn {
  const ways = new Map<CompiledNode, number[]>()
  for (const [place, { from }] of join.incoming.entries()) {
    const found = new Set<CompiledNode>()
    const open = [from]
    for (let node = open.pop(); node; node = open.pop()) {
      if (node === join || found.has(node)) continue
      found.add(node)
      open.push(...sourcesOf(node))
    }
    for (const node of found) {
      const places = ways.get(node)
      if (places) places.push(place)
      else ways.set(node, [place])
    }
  }
  return ways
}

/**
 * BPMN 2.0.2, table 13.3: a join is activated when it has a token, and every token elsewhere that has a way to an
 * incoming flow without a token (i-iii) also has a way to one with a token (iv-vi). Asked when all tokens have come
 * to rest. `taken` are flows whose token is not there any more but counts as if it were (table 13.4).
 */
export function nothingMoreComes(
  run: Run,
  node: CompiledNode,
  join: ElementInstance,
  taken: readonly string[] = [],
): boolean {
  const hasToken = (place: number) => {
    const id = node.incoming[place]?.id ?? ''
    return (join.arrived?.[id] ?? 0) > 0 || taken.includes(id)
  }
  // Every element instance beside it in its scope holds a token; what undoes in the background holds none that goes on.
  for (const element of run.instance.elements) {
    if (element === join || element.scope !== join.scope || element.undoing) continue
    const at = run.definition.node(element.at)
    const ways = at && node.waysIn?.get(at)
    if (ways && !ways.some(hasToken)) return false
  }
  return true
}
