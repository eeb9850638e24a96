import type { ParsedFlow, ParsedNode, ParsedProcess } from './definition.ts'

/** A process, or a sub-process, with the nodes that stand directly in it and those where a run of it begins. */
export interface Scope {
  owner: { id: string; name: string }
  nodes: ParsedNode[]
  starts: ParsedNode[]
}

export interface Graph {
  nodes: ParsedNode[]
  byId: ReadonlyMap<string, ParsedNode>
  flowById: ReadonlyMap<string, ParsedFlow>
  scopes: Scope[]
  /** Where a token may go from a node: over its flows, and by its boundary events. */
  next(node: ParsedNode): readonly ParsedNode[]
  previous(node: ParsedNode): readonly ParsedNode[]
}

function scopeOf(owner: { id: string; name: string }, parentId: string | null, nodes: readonly ParsedNode[]): Scope {
  const inside = nodes.filter((node) => node.parentId === parentId)
  const starting = inside.filter((node) => node.bpmnType === 'startEvent')
  const idle = inside.filter(
    (node) => node.incoming.length === 0 && node.attachedTo === undefined && !beginsByItself(node),
  )
  const apart = inside.filter((node) => beginsByItself(node) && node.kind !== 'linkCatchEvent')
  return { owner, nodes: inside, starts: [...(starting.length > 0 ? starting : idle), ...apart] }
}

/** What no flow leads to because something else begins it: an event, a message, a link, a compensation. */
export const beginsByItself = (node: ParsedNode): boolean =>
  node.triggeredByEvent === true ||
  node.forCompensation === true ||
  (node.instantiate === true && node.incoming.length === 0) ||
  node.kind === 'linkCatchEvent'

export const linkName = ({ triggers: [link] }: ParsedNode) => (link?.kind === 'link' ? link.name : null)

export function graphOf(process: ParsedProcess): Graph {
  const { nodes } = process
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const flowById = new Map(process.flows.map((flow) => [flow.id, flow]))
  const ahead = new Map<ParsedNode, ParsedNode[]>(nodes.map((node) => [node, []]))
  const behind = new Map<ParsedNode, ParsedNode[]>(nodes.map((node) => [node, []]))
  const join = (from: ParsedNode | undefined, to: ParsedNode | undefined) => {
    if (!from || !to || from === to) return
    ahead.get(from)?.push(to)
    behind.get(to)?.push(from)
  }
  for (const flow of process.flows) join(byId.get(flow.from), byId.get(flow.to))
  for (const node of nodes) if (node.attachedTo !== undefined) join(byId.get(node.attachedTo), node)
  const catches = nodes.filter(({ kind }) => kind === 'linkCatchEvent')
  for (const node of nodes.filter(({ kind }) => kind === 'linkThrowEvent'))
    for (const target of catches)
      if (target.parentId === node.parentId && linkName(target) === linkName(node)) join(node, target)
  const holders = nodes.filter((node) => nodes.some((inner) => inner.parentId === node.id))
  return {
    nodes,
    byId,
    flowById,
    scopes: [scopeOf(process, null, nodes), ...holders.map((node) => scopeOf(node, node.id, nodes))],
    next: (node) => ahead.get(node) ?? [],
    previous: (node) => behind.get(node) ?? [],
  }
}
