import type { CaseRecord } from '../../server/cases/record.rules.ts'
import type { Store } from '../../workflows/runtime/ports.ts'

/** The record of a case that nobody runs: for what only asks whose it is. */
export async function aCaseRecord(store: Store, caseNo: string, given: Partial<CaseRecord> = {}): Promise<void> {
  const data: CaseRecord = {
    caseNo,
    kind: 'cancellation',
    title: caseNo,
    state: 'open',
    orderNo: 'SO1',
    customerId: 'C1',
    customerName: '郑书瑶',
    tier: 'silver',
    amount: 0,
    refunded: 0,
    refundState: 'none',
    currency: 'CNY',
    channelIn: 'web',
    reason: 'C32',
    path: 'staff',
    initiator: 'customer',
    openedAt: '2026-11-25T02:00:00.000Z',
    dueAt: null,
    closedAt: null,
    processInstanceId: caseNo,
    processId: 'cancel-order',
    definitionVersion: 1,
    explanation: null,
    outcome: null,
    ...given,
  }
  await store.commit({ aggregate: { collection: 'cases', id: caseNo, expectedVersion: 0, data }, followUps: [] })
}
