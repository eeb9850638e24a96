import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { closeLeftOver } from '../items.ts'
import { refusals } from '../refusals.ts'
import { unchanged } from '../task.ts'
import { named } from './receiver.ts'

/**
 * Sends the case back (退回). Here only who may and where to; what ends by it and whether it can be undone is seen by
 * the engine, which knows the token's path.
 */
export const returnAct: Act = {
  by: 'holder',
  offered: 'action',
  run({ task, context, input, comment, item }) {
    const policy = context.policy.return
    const wanted = named(input)[0]
    const listed = policy.to === 'listed' ? policy.elements : null
    const element = wanted ?? (listed?.length === 1 ? listed[0]! : null)
    // Among all steps of the path there may be a single one; that is seen by the engine.
    if (listed !== null && (element === null || !listed.includes(element)))
      return { ok: false, refusal: refusals.targetNotAllowed(element) }
    const items = task.items.map((one) =>
      one.id === item!.id ? { ...one, answeredAt: context.now, comment, state: 'canceled' as const } : one,
    )
    return ok({
      ...unchanged({ ...task, items: closeLeftOver(items), timers: [], question: null }),
      log: [{ by: input.by, action: 'return', comment, variables: {}, ...(element !== null && { to: [element] }) }],
      outcome: { outcome: 'returned', by: input.by, at: context.now, comment, action: 'return' },
      returnTo: { to: policy.to, element, afterwards: policy.afterwards ?? input.afterwards ?? 'rerun' },
    })
  },
}
