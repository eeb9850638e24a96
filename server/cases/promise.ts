import type { Store } from '../../workflows/runtime/ports.ts'
import type { CaseKind, PolicyPreview } from '../contract/cases.ts'
import type { CaseRecord } from './record.rules.ts'
import { hoursRange } from './promise.rules.ts'

/**
 * How long like cases took from request to end, from the last 200 closed ones of the same kind and way. With fewer
 * than 10 there is no honest range, and none is given.
 */
export async function hoursOfLikeCases(store: Store, kind: CaseKind, path: string): Promise<PolicyPreview['hours']> {
  const page = await store.find<CaseRecord>('cases', {
    filter: { kind, path, state: 'executed' },
    sort: [['closedAt', -1]],
    limit: 200,
  })
  return hoursRange(page.items.map(({ data }) => ({ openedAt: data.openedAt, closedAt: data.closedAt })))
}
