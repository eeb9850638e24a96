import { refuse, ok, type Refusal, type Result } from '../../model/problem.ts'
import type { ActorId, WorkItem } from '../instance.ts'
import type { ActInput } from './act.ts'
import { unanswered } from './answer.ts'
import { openReady } from './items.ts'
import { refusals } from './refusals.ts'
import { SYSTEM, type TaskContext } from './task.ts'

const refused = ({ code, message, ...more }: Refusal) => refuse(code, message, more)

/** The last answer of a step, and whose it is. */
const lastAnswered = (items: readonly WorkItem[]): WorkItem | undefined =>
  items.reduce<WorkItem | undefined>(
    (last, item) => (item.turn !== undefined && item.turn > (last?.turn ?? 0) ? item : last),
    undefined,
  )

/**
 * Takes the last answer of a step back: that item is asked again, items that were canceled because the step was decided
 * are asked again too, and those whose turn had come by the answer wait again. Refused when somebody answered after it,
 * or the clock decided.
 */
export function revokeAnswer(items: readonly WorkItem[], by: ActorId, decidedBy: ActorId | null): Result<WorkItem[]> {
  const own = items.some((item) => item.who === by && item.turn !== undefined)
  const last = lastAnswered(items)
  if (!own && decidedBy !== by) return refused(refusals.notYours())
  if (!last || last.who !== by || decidedBy === SYSTEM) return refused(refusals.revokeTooLate())
  return ok(
    items.map((item) => {
      if (item.id === last.id) return unanswered(item)
      const isLeftOver = item.state === 'canceled' && item.answeredAt === null && item.removedBy === undefined
      return isLeftOver || item.state === 'open' ? { ...item, state: 'waiting' as const } : item
    }),
  )
}

/** The same on a step that is still open. Whoever held an item before and holds it again has lost nothing. */
export function revokeOpen(items: readonly WorkItem[], context: TaskContext, { by }: ActInput): Result<WorkItem[]> {
  const revoked = revokeAnswer(items, by, null)
  if (!revoked.ok) return revoked
  const before = new Map(items.map((item) => [item.id, item]))
  return ok(
    openReady(revoked.value, context).map((item) => {
      const was = before.get(item.id)!
      return was.state === 'open' && item.state === 'open' ? was : item
    }),
  )
}
