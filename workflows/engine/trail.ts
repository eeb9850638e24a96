import type { ProcessInstance } from './instance.ts'

/**
 * Where tokens came from, in processes that look back (approvals): one entry for each element as it was entered, ended
 * or not, in the order of their keys. Returns, four eyes and the binding of approvals read it.
 */
export interface TrailEntry {
  key: number
  at: string
  /** Keys of the elements that sent the tokens; of a scope's inner start the scope itself. None: the start. */
  from: number[]
  /** Of a join: the flow on which each of `from` came. */
  flows?: string[]
  scope?: number
  via?: string
  ended?: 'completed' | 'terminated'
  /** A return went back behind it: it happened, but nothing rests on it any more. */
  void?: true
}

const noTrail: readonly TrailEntry[] = []

export const trailOf = (instance: ProcessInstance): readonly TrailEntry[] => instance.trail ?? noTrail

/** The entry with this key; keys only grow. */
export function entryOf(trail: readonly TrailEntry[], key: number): TrailEntry | undefined {
  let low = 0
  let high = trail.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (trail[middle]!.key < key) low = middle + 1
    else high = middle
  }
  return trail[low]?.key === key ? trail[low] : undefined
}

/**
 * Everything that a token with these origins has passed, the origins included. Where `until` holds the look back ends
 * with that entry.
 */
export function pathTo(
  trail: readonly TrailEntry[],
  from: readonly number[],
  until: (entry: TrailEntry) => boolean = () => false,
): ReadonlySet<number> {
  const path = new Set<number>()
  const open = [...from]
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (path.has(key)) continue
    path.add(key)
    const entry = entryOf(trail, key)
    if (entry && !until(entry)) open.push(...entry.from)
  }
  return path
}

/** Everything that descends from an activation, itself included: also what runs inside it. */
export function descendantsOf(trail: readonly TrailEntry[], key: number): ReadonlySet<number> {
  const found = new Set([key])
  for (const entry of trail)
    if (entry.from.some((origin) => found.has(origin)) || (entry.scope !== undefined && found.has(entry.scope)))
      found.add(entry.key)
  return found
}

/** Tokens at a join that were not needed yet: of each flow all but the first. */
export function leftAtJoin({ from, flows = [] }: Pick<TrailEntry, 'from' | 'flows'>): {
  from: number[]
  flows: string[]
} {
  const left: { from: number[]; flows: string[] } = { from: [], flows: [] }
  for (const [index, flow] of flows.entries()) {
    if (flows.indexOf(flow) === index) continue
    left.flows.push(flow)
    left.from.push(from[index]!)
  }
  return left
}
