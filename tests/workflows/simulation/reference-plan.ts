import { nodesOf, processesOf, scopesWithin } from './diagram.ts'
import type { Boundary, Diagram, EventSubProcess, Node, Scope } from './diagram.ts'

/** What the reference interpreter looks up in a diagram. */
export function planOf(diagram: Diagram) {
  const processes = new Map(processesOf(diagram).map((one) => [one.id, one]))
  const scopes = new Map<string, Scope>()
  const around = new Map<string, Scope>()
  const nodes = new Map(nodesOf(diagram).map((node) => [node.id, node]))
  for (const { body } of processes.values())
    for (const scope of scopesWithin(body)) {
      scopes.set(scope.id, scope)
      for (const node of scope.nodes) around.set(node.id, scope)
    }

  const nodeOf = (id: string) => nodes.get(id) as Node
  const scopeAround = (id: string) => around.get(id) as Scope
  const boundariesOf = (id: string) =>
    scopeAround(id).nodes.filter((node): node is Boundary => node.type === 'boundary' && node.host === id)

  /** Where a token goes from a node: over its flows, from its boundary events, and through a link, which is a flow that is not drawn. */
  function ahead(id: string, scope: Scope): string[] {
    const node = nodeOf(id)
    const link = node.type === 'throw' && node.trigger.kind === 'link' ? node.trigger.name : null
    const partners = scope.nodes.filter(
      (one) => one.type === 'catch' && one.trigger.kind === 'link' && one.trigger.name === link,
    )
    const from = [id, ...boundariesOf(id).map((boundary) => boundary.id), ...partners.map((partner) => partner.id)]
    return scope.flows.filter((flow) => from.includes(flow.from)).map((flow) => flow.id)
  }

  const stores = [...scopes.values()].flatMap(({ data }) => data.filter(({ kind }) => kind === 'store'))

  return {
    stores: stores.map(({ id }) => id),
    nodeOf,
    boundariesOf,
    ahead,
    scope: (id: string) => scopes.get(id) as Scope,
    process: (id: string) => processes.get(id)!,
    outOf: (id: string) => scopeAround(id).flows.filter((flow) => flow.from === id),
    into: (id: string) => scopeAround(id).flows.filter((flow) => flow.to === id),
    eventSubsOf: (scope: Scope) => scope.nodes.filter((node): node is EventSubProcess => node.type === 'eventSub'),
    /** Every flow that tokens on these flows can still come to, not through one gateway. */
    reach(from: readonly string[], scope: Scope, avoiding: string): Set<string> {
      const flows = new Set<string>()
      const open = [...from]
      for (let id = open.pop(); id !== undefined; id = open.pop()) {
        if (flows.has(id)) continue
        flows.add(id)
        const { to } = scope.flows.find((flow) => flow.id === id)!
        if (to !== avoiding) open.push(...ahead(to, scope))
      }
      return flows
    },
    /** Where a scope begins: its start events, else what nothing leads to (BPMN 13.1). */
    startsOf(scope: Scope): Node[] {
      const drawn = scope.nodes.filter((node) => node.type === 'start')
      if (drawn.length > 0) return drawn
      const isCaughtLink = (node: Node) => node.type === 'catch' && node.trigger.kind === 'link'
      return scope.nodes.filter(
        (node) =>
          !scope.flows.some((flow) => flow.to === node.id) &&
          node.type !== 'boundary' &&
          node.type !== 'eventSub' &&
          !('undoes' in node && node.undoes) &&
          !isCaughtLink(node),
      )
    },
  }
}
