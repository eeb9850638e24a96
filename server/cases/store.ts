import type { CollectionSpec, Page, Query, Store } from '../../workflows/runtime/ports.ts'
import type { Communication } from '../contract/cases.ts'
import type { CaseRecord } from './record.rules.ts'

/** An entry of the communication log: append-only, corrected by a new one. */
export interface CommunicationDocument extends Communication {
  caseNo: string
}

/** Which case of an order is open; one at a time, so that two never decide about the same goods. */
export interface CaseClaim {
  orderNo: string
  caseNo: string
  processInstanceId: string
  claimedAt: string
}

/** The last number given on a day. */
export interface CaseNumbers {
  day: string
  last: number
}

export const caseCollections: CollectionSpec[] = [
  {
    name: 'cases',
    indexes: [
      { fields: ['caseNo'] },
      { fields: ['state', 'openedAt'] },
      { fields: ['orderNo'] },
      { fields: ['customerId'] },
      { fields: ['initiator', 'openedAt'] },
      { fields: ['openedAt'] },
      { fields: ['closedAt'] },
    ],
  },
  { name: 'communications', indexes: [{ fields: ['caseNo', 'at'] }] },
  { name: 'caseClaims', indexes: [] },
  { name: 'caseNumbers', indexes: [] },
]

/** The record of one case, null when there is none of this number. */
export async function caseByNumber(store: Store, caseNo: string): Promise<CaseRecord | null> {
  const page = await store.find<CaseRecord>('cases', { filter: { caseNo }, limit: 1 })
  return page.items[0]?.data ?? null
}

export const findCases = (store: Store, query: Query): Promise<Page<CaseRecord>> => store.find('cases', query)

/** The log of a case, newest first. */
export async function communicationsOf(store: Store, caseNo: string, onlyVisible: boolean): Promise<Communication[]> {
  const filter = onlyVisible ? { caseNo, visible: true } : { caseNo }
  const page = await store.find<CommunicationDocument>('communications', { filter, sort: [['at', -1]], limit: 500 })
  return page.items.map(({ data }) => ({
    id: data.id,
    at: data.at,
    direction: data.direction,
    channel: data.channel,
    by: data.by,
    summary: data.summary,
    body: data.body,
    visible: data.visible,
    files: data.files,
  }))
}

/** Adds an entry; the same id adds it once. */
export async function addCommunication(store: Store, entry: CommunicationDocument): Promise<void> {
  await store.commit({
    aggregate: { collection: 'communications', id: entry.id, expectedVersion: 0, data: entry },
    followUps: [],
  })
}

/**
 * The next case number of a day, `AS` yymmdd and four digits. Numbers may have gaps; no two cases get the same one.
 */
export async function nextCaseNumber(store: Store, day: string): Promise<string> {
  for (;;) {
    const stored = await store.load<CaseNumbers>('caseNumbers', day)
    const last = (stored?.data.last ?? 0) + 1
    const written = await store.commit({
      aggregate: { collection: 'caseNumbers', id: day, expectedVersion: stored?.version ?? 0, data: { day, last } },
      followUps: [],
    })
    if (written.ok) return `AS${day}${String(last).padStart(4, '0')}`
  }
}
