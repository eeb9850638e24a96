import type { Static } from 'typebox'
import type { CaseDetail, CaseDiagram, CaseHistory } from '../../../server/contract/cases.ts'
import type { Localized } from '../../../server/contract/shared.ts'

/** What a case has to say about one element of its diagram. */
export type Fact =
  | { readonly kind: 'stuck' | 'waits' | 'then' | 'meanwhile'; readonly text: Static<typeof Localized> }
  | { readonly kind: 'happened'; readonly at: string; readonly text: Static<typeof Localized> }
  | { readonly kind: 'passed'; readonly count: number; readonly milliseconds: number }
  | { readonly kind: 'ahead' | 'never' }

export interface CaseStory {
  readonly diagram: Pick<Static<typeof CaseDiagram>, 'visited' | 'flows' | 'incidents'>
  readonly waits: CaseDetail['waits']
  /** Null until it was read. */
  readonly events: CaseHistory['events'] | null
  readonly isOpen: boolean
}

/** What happened lately is told; the rest stands in the log. */
const told = 3

/**
 * What happened at an element, or what the case waits for there, the most important first. `flowsOut` are the flows that
 * leave it: why one of them was taken is told where the choice was made. Empty for what is only drawn.
 */
export function factsOf(story: CaseStory, elementId: string, flowsOut: readonly string[]): Fact[] {
  const here = new Set([elementId, ...flowsOut])
  const stuck = story.diagram.incidents.filter((one) => one.elementId === elementId)
  const waits = story.waits.filter((one) => one.elementId === elementId)
  const happened = (story.events ?? []).filter((one) => one.elementId !== null && here.has(one.elementId)).slice(-told)
  const visited = story.diagram.visited.find((one) => one.elementId === elementId)
  const taken = story.diagram.flows.find((one) => one.flowId === elementId)
  const passed = visited ?? (taken && { count: taken.count, milliseconds: 0 })
  const facts: Fact[] = [
    ...stuck.map(({ message }): Fact => ({ kind: 'stuck', text: message })),
    ...waits.flatMap(({ what, next, meanwhile }): Fact[] => [
      { kind: 'waits', text: what },
      ...(next ? [{ kind: 'then', text: next } as const] : []),
      ...meanwhile.map((text) => ({ kind: 'meanwhile', text }) as const),
    ]),
    ...happened.map(({ at, text }): Fact => ({ kind: 'happened', at, text })),
    ...(passed && passed.count > 0
      ? [{ kind: 'passed', count: passed.count, milliseconds: passed.milliseconds } as const]
      : []),
  ]
  if (facts.length > 0) return facts
  return [{ kind: story.isOpen ? 'ahead' : 'never' }]
}
