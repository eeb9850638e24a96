import type { WithdrawPolicy } from '../../model/approval.ts'
import type { Refusal } from '../../model/problem.ts'
import type { ActorId, WorkItem } from '../instance.ts'
import { isDecided } from './groups.ts'
import { refusals } from './refusals.ts'

export interface WithdrawCase {
  policy: WithdrawPolicy | null
  initiator: ActorId
  by: ActorId
  /** The case has come to its end. */
  ended: boolean
  /** Items of every approval step of the case that no return made void, ended or open. */
  items: readonly WorkItem[]
  /** Somebody has decided in a process that it called. */
  decidedElsewhere: boolean
  /** Whether an element was ever entered. */
  wasEntered(element: string): boolean
}

/**
 * Whether the initiator may take the whole case back now; null when he may. Without a policy he may until somebody
 * decided an item of an approval step; work without a verdict does not count.
 */
export function refuseWithdraw({
  policy,
  initiator,
  by,
  ended,
  items,
  decidedElsewhere,
  wasEntered,
}: WithdrawCase): Refusal | null {
  if (by !== initiator) return refusals.withdrawNotInitiator()
  const tooLate: Record<WithdrawPolicy['until'], () => boolean> = {
    handled: () => decidedElsewhere || items.some(isDecided),
    element: () => wasEntered(policy?.element ?? ''),
    always: () => false,
    never: () => true,
  }
  return ended || tooLate[policy?.until ?? 'handled']() ? refusals.withdrawTooLate() : null
}
