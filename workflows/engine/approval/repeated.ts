import type { ActorId } from '../instance.ts'
import { changedSince, fingerprint } from './seen.ts'
import { agrees } from './groups.ts'
import type { EndedStep, HandledStep, TaskContext } from './task.ts'

/**
 * Whether somebody's approval of an earlier step serves here too (`whenRepeated`). Gives what that approval was bound
 * to, as it stands now, or null when he must be asked.
 */
export function approvedBefore(who: ActorId, context: TaskContext): string | null {
  const again = context.before && agreedIn(context.before, who)
  if (again && changedSince(again, context, 'everything') === null)
    return fingerprint(context.variables, context.policy.fields)
  if (!context.policy.approval) return null
  const { whenRepeated } = context.policy.participants
  if (whenRepeated === 'ask') return null
  const steps = context.handled.filter((step) => step.approval && !step.void)
  if (whenRepeated === 'passIfPrevious') {
    const before = steps.findLast((step) => step.onPath)
    return before && approvalIn(before, who) !== null ? fingerprint(context.variables, context.policy.fields) : null
  }
  for (const step of steps.toReversed()) {
    const seen = approvalIn(step, who)
    if (seen !== null && changedSince(seen, context, 'everything') === null)
      return fingerprint(context.variables, context.policy.fields)
  }
  return null
}

/** His approval in a step that was approved; a pass by this rule carries on what it rests on. */
const approvalIn = (step: HandledStep, who: ActorId): string | null =>
  step.outcome === 'rejected' || step.outcome === 'returned' ? null : agreedIn(step, who)

/** What his agreement to a step was bound to. */
const agreedIn = (step: Pick<EndedStep, 'items'>, who: ActorId): string | null =>
  step.items.find((item) => item.who === who && agrees(item) && item.seen !== undefined)?.seen ?? null
