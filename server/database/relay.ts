import type { FollowUp } from '../../workflows/runtime/ports.ts'

/** How long a removed document is remembered: no write of it can be on its way any more after that. */
export const removedDays = 30

/** Follow-ups that stand in an aggregate until they are done. */
export interface Outbox {
  collection: string
  id: string
  /** The commit that left it; trimming names it, so that a later commit's outbox is never trimmed by mistake. */
  commit: string
  followUps: FollowUp[]
}

/** What a store without transactions does with outboxes. Both functions may be repeated at any time without harm. */
export interface OutboxPort {
  apply(followUp: FollowUp): Promise<void>
  trim(outbox: Outbox): Promise<void>
}

/**
 * Does an outbox's follow-ups in order, then trims it. Two servers may do the same outbox at once: each follow-up is
 * idempotent, and a removed document leaves a tombstone, so the slower one revives nothing.
 */
export async function finishOutbox(outbox: Outbox, port: OutboxPort): Promise<void> {
  for (const followUp of outbox.followUps) await port.apply(followUp)
  await port.trim(outbox)
}
