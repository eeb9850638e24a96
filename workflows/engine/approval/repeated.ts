import type { ActorId } from '../instance.ts'
import { changedSince, fingerprint } from './seen.ts'
import type { HandledStep, TaskContext } from './task.ts'

/**
 * Whether somebody's approval of an earlier step serves here too (`whenRepeated`). Gives what that approval was bound
 * to, as it stands now, or null when he must be asked.
 */
export function approvedBefore(who: ActorId, context: TaskContext): string | null {
  const { whenRepeated } = context.policy.participants
  if (whenRepeated === 'ask') return null
  const steps = context.handled.filter((step) => step.approval && !step.void)
  if (whenRepeated === 'passIfPrevious') {
    const before = steps.findLast((step) => step.onPath)
    return before && approvalIn(before, who) !== null ? fingerprint(context.variables) : null
  }
  for (const step of steps.toReversed()) {
    const seen = approvalIn(step, who)
    if (seen !== null && changedSince(seen, context, 'everything') === null) return fingerprint(context.variables)
  }
  return null
}

/** His approval in a step that was approved; a pass by this rule carries on what it rests on. */
function approvalIn(step: HandledStep, who: ActorId): string | null {
  if (step.outcome === 'rejected' || step.outcome === 'returned') return null
  const item = step.items.find(
    (one) => one.who === who && (one.state === 'approved' || one.state === 'skipped') && one.seen !== undefined,
  )
  return item?.seen ?? null
}
