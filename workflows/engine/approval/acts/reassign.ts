import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { isItemOf, moveItem } from '../items.ts'
import { refusals } from '../refusals.ts'
import { isPending } from '../groups.ts'
import { ADMIN_ROLE, openItems, unchanged } from '../task.ts'
import { named, receiver } from './receiver.ts'

/**
 * A process admin gives somebody's item to somebody else, also one whose turn has not come. `from` may be left out when
 * only one is open.
 */
export const reassign: Act = {
  by: 'admin',
  offered: 'always',
  run({ task, context, input, comment }) {
    if (!context.people.person(input.by)?.roles.includes(ADMIN_ROLE)) return { ok: false, refusal: refusals.notYours() }
    const { from: holder } = input
    const meant =
      holder === undefined ? openItems(task) : task.items.filter((one) => isPending(one) && isItemOf(one, holder))
    const item = meant.length === 1 ? meant[0] : undefined
    if (!item) return { ok: false, refusal: refusals.userUnknown(input.from ?? '') }
    const to = receiver(task, context, named(input)[0])
    if (!to.ok) return to
    const { [item.who]: _left, ...drafts } = task.drafts
    const from = { who: item.who, how: 'reassign' } as const
    const moved = moveItem({ ...task, drafts }, item.id, to.value, from, context, input.by)
    const after = moved.items.find((one) => one.id === item.id)!
    return ok({
      ...unchanged(moved),
      log: [{ by: input.by, action: 'reassign', comment, to: [item.who, to.value], variables: {} }],
      notices: item.state === 'open' ? [{ to: [after.who], why: 'transferred' }] : [],
    })
  },
}
