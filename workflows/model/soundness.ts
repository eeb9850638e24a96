import type { ParsedNode } from './definition.ts'
import type { Graph, Scope } from './graph.ts'
import type { Problem } from './problem.ts'
import { pathOf, problem, type ProblemCode } from './problems.ts'

/** Markings looked at in one scope; beyond them a diagram is left alone, for a warning is not worth more. */
const limit = 2000

/** Ways out of an inclusive choice that are told apart; beyond them each flow alone, and all of them. */
const widest = 4

/** A place where a token may lie: a sequence flow, the way of a link to its catcher, or the beginning of a node. */
type Place = string

const beginningOf = (node: ParsedNode): Place => `@${node.id}`
const linkTo = (node: ParsedNode): Place => `>${node.id}`

/** Tokens by place, and how they came to lie there. */
interface Marking {
  tokens: ReadonlyMap<Place, number>
  fired: readonly ParsedNode[]
  before: Marking | null
}

/** What a node may do with the tokens before it. */
interface Firing {
  taken: readonly Place[]
  put: readonly Place[]
  /** It ends its whole scope: nothing else is left. */
  clears?: true
  /** The boundary event by which its token leaves. */
  by?: ParsedNode
}

/** One scope as a token game. */
interface Game {
  nodes: readonly ParsedNode[]
  /** Nodes that a token on this place is for. */
  at: ReadonlyMap<Place, ParsedNode>
  inputs(node: ParsedNode): readonly Place[]
  puts(node: ParsedNode): readonly Omit<Firing, 'taken'>[]
  /** Of an inclusive join: for each incoming flow where a token may lie that can still come by it. */
  waysIn(node: ParsedNode): ReadonlyMap<Place, ReadonlySet<Place>>
}

function subsets(flows: readonly string[]): string[][] {
  if (flows.length === 0) return [[]]
  if (flows.length > widest) return [[], ...flows.map((flow) => [flow]), [...flows]]
  return flows.reduce<string[][]>((all, flow) => [...all, ...all.map((some) => [...some, flow])], [[]])
}

/** Outgoing flows as BPMN's implicit split, or an inclusive gateway, chooses among them. */
function chosen(graph: Graph, node: ParsedNode): string[][] {
  const { defaultFlow, outgoing } = node
  const optional = outgoing.filter((id) => id !== defaultFlow && graph.flowById.get(id)?.condition !== null)
  const always = outgoing.filter((id) => id !== defaultFlow && !optional.includes(id))
  const ways = subsets(optional).map((some) => [...always, ...some])
  const fallback = defaultFlow === null ? [] : [[...always, defaultFlow]]
  const real = ways.filter((way) => way.length > always.length)
  if (optional.length === 0) return [defaultFlow === null ? always : [...always, defaultFlow]]
  return [...real, ...(defaultFlow === null && always.length > 0 ? [always] : fallback)]
}

const endsScope = /^(?:terminate|error|cancel)EndEvent$/
const choosesOne = /^(?:exclusive|eventBased)Gateway$/

function gameOf(graph: Graph, scope: Scope): Game {
  const { nodes } = scope
  const at = new Map<Place, ParsedNode>()
  const inputs = new Map<ParsedNode, Place[]>()
  const boundaries = new Map<string, ParsedNode[]>()
  for (const node of nodes) {
    const places = [...node.incoming, beginningOf(node), linkTo(node)]
    inputs.set(node, places)
    for (const place of places) at.set(place, node)
    // What does not interrupt adds to the way of its activity, and is left out; a compensation waits for its throw.
    if (node.attachedTo === undefined || node.interrupting === false || node.kind === 'compensateBoundaryEvent')
      continue
    boundaries.set(node.attachedTo, [...(boundaries.get(node.attachedTo) ?? []), node])
  }

  function puts(node: ParsedNode): Omit<Firing, 'taken'>[] {
    if (endsScope.test(node.kind)) return [{ put: [], clears: true as const }]
    if (node.kind === 'linkThrowEvent') {
      const target = graph.next(node).find(({ kind }) => kind === 'linkCatchEvent')
      return [{ put: target ? [linkTo(target)] : [] }]
    }
    const single = choosesOne.test(node.bpmnType) && node.outgoing.length > 0
    const ways = single
      ? node.outgoing.map((flow) => [flow])
      : node.bpmnType === 'parallelGateway'
        ? [node.outgoing]
        : chosen(graph, node)
    const interrupted = (boundaries.get(node.id) ?? []).map((by) => ({ put: by.outgoing, by }))
    return [...ways.map((put) => ({ put })), ...interrupted]
  }

  const known = new Map<ParsedNode, ReadonlyMap<Place, ReadonlySet<Place>>>()
  /** Backwards from a flow to every place that leads to it without passing the join. */
  function behind(flow: string, join: ParsedNode): ReadonlySet<Place> {
    const places = new Set<Place>()
    const source = graph.byId.get(graph.flowById.get(flow)?.from ?? '')
    const open = source && source !== join ? [source] : []
    const seen = new Set(open)
    for (let node = open.pop(); node; node = open.pop()) {
      for (const place of inputs.get(node) ?? []) places.add(place)
      for (const previous of graph.previous(node))
        if (previous !== join && !seen.has(previous)) {
          seen.add(previous)
          open.push(previous)
        }
    }
    return places
  }

  return {
    nodes,
    at,
    inputs: (node) => inputs.get(node) ?? [],
    puts,
    waysIn(node) {
      const found = known.get(node) ?? new Map(node.incoming.map((flow) => [flow, behind(flow, node)]))
      known.set(node, found)
      return found
    },
  }
}

/** The tokens that a node would take now: one, or at a join those that it waits for. */
function takes(game: Game, node: ParsedNode, tokens: ReadonlyMap<Place, number>): Place[][] {
  const arrived = game.inputs(node).filter((place) => (tokens.get(place) ?? 0) > 0)
  const joins = node.incoming.length > 1 && /^(?:parallel|inclusive)Gateway$/.test(node.bpmnType)
  if (!joins || arrived.length === 0) return arrived.map((place) => [place])
  if (node.incoming.every((flow) => arrived.includes(flow))) return [arrived]
  if (node.bpmnType === 'parallelGateway') return []
  const ways = game.waysIn(node)
  const empty = node.incoming.filter((flow) => !arrived.includes(flow))
  for (const place of tokens.keys()) {
    if (arrived.includes(place)) continue
    // Table 13.3: a token is waited for when it can come by an empty flow and by none that has one already.
    const mayCome = empty.some((flow) => ways.get(flow)?.has(place))
    if (mayCome && !arrived.some((flow) => ways.get(flow)?.has(place))) return []
  }
  return [arrived]
}

function fire(marking: Marking, node: ParsedNode, { taken, put, clears, by }: Firing): Marking {
  const fired = by ? [node, by] : [node]
  if (clears) return { tokens: new Map(), fired, before: marking }
  const tokens = new Map(marking.tokens)
  for (const place of taken) {
    const left = (tokens.get(place) ?? 0) - 1
    if (left > 0) tokens.set(place, left)
    else tokens.delete(place)
  }
  for (const place of put) tokens.set(place, (tokens.get(place) ?? 0) + 1)
  return { tokens, fired, before: marking }
}

const keyOf = (tokens: ReadonlyMap<Place, number>) => [...tokens.keys()].sort().join(' ')

/** The nodes that worked to get to a marking, in order. */
function wayTo(marking: Marking): ParsedNode[] {
  const nodes: ParsedNode[] = []
  for (let at: Marking | null = marking; at; at = at.before) nodes.unshift(...at.fired)
  return nodes
}

/** Plays the tokens of one scope, the shortest ways first: a join that waits in vain, or two tokens down one flow. */
function play(game: Game, beginning: readonly Place[], found: Map<string, Problem>): void {
  const first: Marking = { tokens: new Map(beginning.map((place) => [place, 1])), fired: [], before: null }
  const open = [first]
  const seen = new Set([keyOf(first.tokens)])
  for (let next = 0; next < open.length && seen.size < limit; next++) {
    const marking = open[next] as Marking
    let moved = false
    for (const node of new Set([...marking.tokens.keys()].map((place) => game.at.get(place)))) {
      if (!node) continue
      for (const taken of takes(game, node, marking.tokens))
        for (const way of game.puts(node)) {
          moved = true
          const after = fire(marking, node, { taken, ...way })
          if (way.put.some((place) => (after.tokens.get(place) ?? 0) > 1)) {
            tell(found, 'bpmn.unsound_twice', node, wayTo(after))
            continue
          }
          const key = keyOf(after.tokens)
          if (seen.has(key)) continue
          seen.add(key)
          open.push(after)
        }
    }
    if (moved || marking.tokens.size === 0) continue
    for (const place of marking.tokens.keys()) {
      const stuck = game.at.get(place)
      if (stuck) tell(found, 'bpmn.unsound_deadlock', stuck, [...wayTo(marking), stuck])
    }
  }
}

function tell(found: Map<string, Problem>, code: ProblemCode, node: ParsedNode, way: readonly ParsedNode[]): void {
  const key = `${code} ${node.id}`
  if (!found.has(key)) found.set(key, { ...problem(code, node, pathOf(way), 'warning'), path: way.map(({ id }) => id) })
}

/** What cannot be told from the drawing: how many tokens a condition or a quantity asks for, what people begin when. */
function isPlayable({ owner, nodes }: Scope, graph: Graph): boolean {
  if (graph.byId.get(owner.id)?.bpmnType === 'adHocSubProcess') return false
  return nodes.every(
    ({ bpmnType, startQuantity = 1, completionQuantity = 1 }) =>
      bpmnType !== 'complexGateway' && startQuantity === 1 && completionQuantity === 1,
  )
}

/** Each way in which a scope begins: by one of its start events, or, without any, everywhere at once ((c)14). */
function beginnings({ nodes }: Scope): Place[][] {
  const starts = nodes.filter(
    (node) => node.bpmnType === 'startEvent' || (node.instantiate && node.incoming.length === 0),
  )
  if (starts.length > 0) return starts.map((node) => [beginningOf(node)])
  const idle = nodes.filter(
    (node) =>
      node.incoming.length === 0 &&
      node.attachedTo === undefined &&
      !node.triggeredByEvent &&
      !node.forCompensation &&
      node.kind !== 'linkCatchEvent',
  )
  return [idle.map(beginningOf)]
}

/**
 * Splits and joins that do not fit (reliability B27), as warnings with the way that leads there. Conditions are taken
 * as free, so a diagram whose data never let it happen is warned of, too: it is never refused (coverage (c)24).
 */
export function unsoundJoins(graph: Graph): Problem[] {
  const found = new Map<string, Problem>()
  for (const scope of graph.scopes) {
    if (!isPlayable(scope, graph)) continue
    const game = gameOf(graph, scope)
    for (const beginning of beginnings(scope)) play(game, beginning, found)
  }
  return [...found.values()]
}
