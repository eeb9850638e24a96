import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import type { CaseRecord } from './record.rules.ts'

export { communicationsOf } from './store.ts'

/** The record of the case that an instance handles, itself or for its caller; null when there is no case. */
export async function caseOfInstance(store: Store, processInstanceId: string): Promise<CaseRecord | null> {
  const record = await store.load<CaseRecord>('cases', processInstanceId)
  if (record) return record.data
  const parent = (await store.load<ProcessInstance>('instances', processInstanceId))?.data.parent
  return parent ? caseOfInstance(store, parent.processInstanceId) : null
}
