import { approvalItems, calledStill } from '../engine/decided.ts'
import { isDecided } from '../engine/approval/groups.ts'
import type { ProcessInstance } from '../engine/instance.ts'
import type { Definitions } from './definitions.ts'
import { readHistory } from './history.ts'
import type { Store } from './ports.ts'

/** Whether somebody has decided an approval step in a process that an instance called, at any depth. */
export async function decidedInCalls(
  { store, definitions }: { store: Store; definitions: Definitions },
  instance: ProcessInstance,
): Promise<boolean> {
  const calls = (await readHistory(store, instance.id)).filter((event) => event.type === 'callStarted')
  for (const calledId of calledStill(instance, calls)) {
    const called = (await store.load<ProcessInstance>('instances', calledId))?.data
    const definition = called && (await definitions.prepare(called))
    if (!called || !definition) continue
    if (approvalItems(definition, called).some(isDecided)) return true
    if (await decidedInCalls({ store, definitions }, called)) return true
  }
  return false
}
