import type { JobDocument } from '../../workflows/runtime/face.ts'
import type { FollowUp, Store } from '../../workflows/runtime/ports.ts'
import { documentsOf } from './open-data.ts'

/** That these data came from a backup. Document `restored` of the collection `settings`. */
export interface RestoredMark {
  restoredAt: string
  backupAt: string
  refundsHeld: number
  /** When a person let the held refunds go. */
  releasedAt: string | null
}

/** The document of `settings` that is there while a restore is under way, and stays when it broke off. */
export const unfinished = 'restoring'

const refundJobs = new Set(['refund.issue', 'refund.reconcile'])
/** Never due: a refund that waits for a person. */
const HELD = '9999-12-31T00:00:00.000Z'

export const restoredMark = async (store: Store): Promise<RestoredMark | null> =>
  (await store.load<RestoredMark>('settings', 'restored'))?.data ?? null

/** Writes the mark, and with it that the restore is finished. */
export async function mark(store: Store, data: RestoredMark): Promise<void> {
  const before = await store.load<RestoredMark>('settings', 'restored')
  const aggregate = { collection: 'settings', id: 'restored', expectedVersion: before?.version ?? 0, data }
  const followUps: FollowUp[] = [{ kind: 'remove', collection: 'settings', id: unfinished }]
  if (!(await store.commit({ aggregate, followUps })).ok) throw new Error('Expected to be alone on this data')
}

/**
 * The job as a restored server gets it. A refund that was under way may have been paid after the backup: it is held
 * until a person has looked (reliability 6.9). Its key never changes, so a provider that knows it pays only once.
 */
export function held(job: JobDocument): JobDocument | null {
  const open = job.state === 'waiting' || job.state === 'leased'
  return open && refundJobs.has(job.jobType) ? { ...job, state: 'waiting', leaseUntil: null, dueAt: HELD } : null
}

/** Makes every held refund due now; gives how many. */
export async function releaseRefunds(store: Store, now: string): Promise<number> {
  let released = 0
  for await (const { id, version, data } of documentsOf<JobDocument>(store, 'jobs')) {
    if (data.state !== 'waiting' || data.dueAt !== HELD) continue
    const aggregate = { collection: 'jobs', id, expectedVersion: version, data: { ...data, dueAt: now } }
    if ((await store.commit({ aggregate, followUps: [] })).ok) released += 1
  }
  return released
}
