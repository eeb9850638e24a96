import type { MigrationPreview } from '../../../server/contract/cases.ts'
import type { FlowElement } from '../../designers/process/read-elements.ts'

/** An element of the old version, what stands for it in the new one, and what forbids it. */
export interface MappedElement {
  readonly from: string
  readonly to: string | null
  /** Chosen by hand. */
  readonly isChosen: boolean
  readonly reasons: MigrationPreview['reasons']
}

/** One row for each element that the case stands at or waits by, those with a problem first. */
export function mappedElements(
  { mapping, reasons }: Pick<MigrationPreview, 'mapping' | 'reasons'>,
  chosen: Readonly<Record<string, string>>,
): MappedElement[] {
  const ids = new Set([...reasons.map(({ elementId }) => elementId), ...Object.keys(mapping)])
  return [...ids].map((from) => ({
    from,
    to: chosen[from] ?? mapping[from] ?? null,
    isChosen: from in chosen,
    reasons: reasons.filter(({ elementId }) => elementId === from),
  }))
}

/** What could stand for an element: of its own kind first, as only these can be carried over. */
export function candidatesFor(kind: string | undefined, elements: readonly FlowElement[]): FlowElement[] {
  const same = elements.filter((one) => one.kind === kind)
  return same.length > 0 ? same : [...elements]
}

export type CarriedCount = Pick<MigrationPreview['carried'][number], 'what' | 'from' | 'to' | 'outcome'> & {
  readonly count: number
}

/** What is taken along, the same things together. */
export function carriedTogether(carried: MigrationPreview['carried']): CarriedCount[] {
  const groups = Map.groupBy(carried, ({ what, from, to, outcome }) => JSON.stringify([what, from, to, outcome]))
  return [...groups.values()].map((all) => {
    const { what, from, to, outcome } = all[0]!
    return { what, from, to, outcome, count: all.length }
  })
}
