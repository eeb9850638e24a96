import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { closeLeftOver } from '../items.ts'
import { unchanged } from '../task.ts'

/** Ends the whole case from this step, where the designer offers it. */
export const terminate: Act = {
  by: 'holder',
  offered: 'action',
  run({ task, context, input, comment, item }) {
    const items = task.items.map((one) =>
      one.id === item!.id ? { ...one, answeredAt: context.now, comment, state: 'canceled' as const } : one,
    )
    return ok({
      ...unchanged({ ...task, items: closeLeftOver(items), timers: [], question: null }),
      log: [{ by: input.by, action: 'terminate', comment, variables: {} }],
      outcome: { outcome: 'terminated', by: input.by, at: context.now, comment, action: 'terminate' },
      endsCase: true,
    })
  },
}
