import type { Store } from '../../workflows/runtime/ports.ts'
import type { CaseRecord } from './record.rules.ts'

export { communicationsOf } from './store.ts'

/** The record of the case that an instance handles; null when the instance is no case. */
export async function caseOfInstance(store: Store, processInstanceId: string): Promise<CaseRecord | null> {
  return (await store.load<CaseRecord>('cases', processInstanceId))?.data ?? null
}
