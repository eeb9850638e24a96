import { ApiError } from '../../api/api-error.ts'
import type { IncidentItem } from '../../../server/contract/cases.ts'

/** What came of one of several that were to try again; `problem` is empty when it does. */
export interface Retried {
  readonly id: string
  readonly problem: string
}

/** A key of its own for each; the end of an id tells it from the others. Keys have at most 128 plain characters. */
const keyFor = (key: string, id: string) => `${key}-${encodeURIComponent(id).slice(-90)}`

/**
 * Lets several steps try again, one after the other: what one of them refuses does not hold up the others. A lost line
 * ends it, for then nothing is known; the same key at another try repeats nothing.
 */
export async function retryTogether(
  incidents: readonly Pick<IncidentItem, 'id'>[],
  resolve: (incidentId: string, key: string) => Promise<unknown>,
  key: string,
): Promise<Retried[]> {
  const came: Retried[] = []
  for (const { id } of incidents) {
    try {
      await resolve(id, keyFor(key, id))
      came.push({ id, problem: '' })
    } catch (error) {
      if (!(error instanceof ApiError) || error.status === 0) throw error
      came.push({ id, problem: error.detail || error.code })
    }
  }
  return came
}
