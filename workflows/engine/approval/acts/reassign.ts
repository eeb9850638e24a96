import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { resumeClock } from '../deadline.ts'
import { moveItem } from '../items.ts'
import { refusals } from '../refusals.ts'
import { ADMIN_ROLE, openItems, unchanged } from '../task.ts'
import { named, receiver } from './receiver.ts'

/** A process admin gives somebody's item to somebody else. `from` may be left out when only one is open. */
export const reassign: Act = {
  by: 'admin',
  offered: 'always',
  run({ task, context, input, comment }) {
    if (!context.people.person(input.by)?.roles.includes(ADMIN_ROLE)) return { ok: false, refusal: refusals.notYours() }
    const open = openItems(task)
    const holders =
      input.from === undefined ? open : open.filter(({ who, back }) => [who, back?.who].includes(input.from))
    const item = holders.length === 1 ? holders[0] : undefined
    if (!item) return { ok: false, refusal: refusals.userUnknown(input.from ?? '') }
    const to = receiver(task, context, named(input)[0])
    if (!to.ok) return to
    const { [item.who]: _left, ...drafts } = task.drafts
    const from = { who: item.who, how: 'reassign' } as const
    const moved = moveItem({ ...resumeClock(task, context), drafts }, item.id, to.value, from, context)
    return ok({
      ...unchanged(moved),
      log: [{ by: input.by, action: 'reassign', comment, to: [item.who, to.value], variables: {} }],
      notices: [{ to: [moved.items.find((one) => one.id === item.id)!.who], why: 'transferred' }],
    })
  },
}
