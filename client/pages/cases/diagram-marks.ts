import type { Static } from 'typebox'
import type { CaseDiagram } from '../../../server/contract/cases.ts'

type Diagram = Static<typeof CaseDiagram>

/** As much of a case's diagram as its looks depend on. */
type Marked = Pick<Diagram, 'visited' | 'flows' | 'incidents'> & {
  readonly tokens: readonly Pick<Diagram['tokens'][number], 'elementId' | 'since' | 'who'>[]
}

/** How an element of the diagram looks: passed, where the case is now, or stuck there. Absent: not yet. */
export type Mark = 'visited' | 'now' | 'stuck'

export interface DiagramMarks {
  readonly elements: ReadonlyMap<string, Mark>
  /** Flows that were taken. */
  readonly flows: ReadonlySet<string>
  /** Lengths that stand under what was passed, in milliseconds. */
  readonly times: readonly { readonly elementId: string; readonly milliseconds: number }[]
  /** One flag for each place, with everybody who is waited for, and the longest of them. */
  readonly tokens: readonly { readonly elementId: string; readonly since: string; readonly who: string }[]
}

/** Below a second a length says nothing; gateways and events pass at once anyway. */
const shortest = 1_000

/**
 * What the diagram shows for a state of the case. Where it is now outweighs that it has been there before, and being
 * stuck outweighs both.
 */
export function marksOf(diagram: Marked): DiagramMarks {
  const elements = new Map<string, Mark>()
  for (const { elementId } of diagram.visited) elements.set(elementId, 'visited')
  for (const { elementId } of diagram.tokens) elements.set(elementId, 'now')
  for (const { elementId } of diagram.incidents) elements.set(elementId, 'stuck')

  const tokens = new Map<string, { elementId: string; since: string; who: string }>()
  for (const token of diagram.tokens) {
    const other = tokens.get(token.elementId)
    tokens.set(token.elementId, {
      elementId: token.elementId,
      since: other && other.since < token.since ? other.since : token.since,
      who: [...new Set([other?.who, token.who])].filter(Boolean).join(' '),
    })
  }
  return {
    elements,
    flows: new Set(diagram.flows.filter(({ count }) => count > 0).map(({ flowId }) => flowId)),
    times: diagram.visited
      .filter(({ elementId, milliseconds }) => milliseconds >= shortest && elements.get(elementId) === 'visited')
      .map(({ elementId, milliseconds }) => ({ elementId, milliseconds })),
    tokens: [...tokens.values()],
  }
}

interface Point {
  readonly x: number
  readonly y: number
}

interface Shape extends Point {
  readonly width: number
  readonly height: number
}

/** Where the dot stands: where the taken flow comes in, else in the middle of the left edge. Relative to the shape. */
export function dotAt(
  shape: Shape,
  incoming: readonly { readonly id: string; readonly waypoints: readonly Point[] }[],
  taken: ReadonlySet<string>,
): Point {
  const end = incoming
    .filter(({ id }) => taken.has(id))
    .at(-1)
    ?.waypoints.at(-1)
  return end ? { x: end.x - shape.x, y: end.y - shape.y } : { x: 0, y: shape.height / 2 }
}

/** Marks that appear, change or go between two states, so that only these are drawn again. */
export function changedMarks<Value>(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
): { elementId: string; from: Value | undefined; to: Value | undefined }[] {
  const ids = new Set([...before.keys(), ...after.keys()])
  return [...ids]
    .map((elementId) => ({ elementId, from: before.get(elementId), to: after.get(elementId) }))
    .filter(({ from, to }) => from !== to)
}
