import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { revokeOpen } from '../revoke.ts'
import { unchanged } from '../task.ts'

/** The last one who answered takes his answer back while the step is open. */
export const revoke: Act = {
  by: 'party',
  offered: 'always',
  run({ task, context, input, comment }) {
    const items = revokeOpen(task.items, context, input)
    if (!items.ok) return items
    return ok({
      ...unchanged({ ...task, items: items.value }),
      log: [{ by: input.by, action: 'revoke', comment, variables: {} }],
    })
  },
}
