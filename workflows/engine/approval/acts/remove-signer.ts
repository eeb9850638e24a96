import { ok } from '../../../model/problem.ts'
import type { WorkItem } from '../../instance.ts'
import type { Act } from '../act.ts'
import { reopenedFor, reopenStale, settle } from '../answer.ts'
import { familyOf, isPending } from '../groups.ts'
import { isItemOf } from '../items.ts'
import { refusals } from '../refusals.ts'
import { named } from './receiver.ts'

/**
 * 减签: whoever added a signer takes him out again while he has not answered, and with him whom he had added. Taking out
 * the last one who was missing decides the step.
 */
export const removeSigner: Act = {
  by: 'party',
  offered: 'action',
  run({ task, context, input, comment }) {
    const [to = ''] = named(input)
    const of = task.items.filter((item) => item.state !== 'canceled' && isItemOf(item, to))
    const own = of.filter((item) => item.addedBy === input.by)
    const signer = own.find(isPending)
    if (!signer) {
      const [answered] = own
      if (answered) {
        const action = answered.state === 'rejected' ? 'reject' : 'approve'
        const before = { by: to, action, at: answered.answeredAt! }
        return { ok: false, refusal: refusals.closed(context.people, context.timeZone, before, input.action) }
      }
      const isKnown = context.people.person(to) !== undefined
      return { ok: false, refusal: isKnown ? refusals.notYours() : refusals.userUnknown(to) }
    }
    const family = familyOf(signer.id, task.items)
    const items = task.items.map((item): WorkItem => {
      if (!family.has(item.id) || !isPending(item)) return item
      const { back: _back, ...rest } = item
      return { ...rest, state: 'canceled', answeredAt: context.now, removedBy: input.by }
    })
    const fresh = reopenStale(items, context)
    const settled = settle({ ...task, items: fresh.items }, context, { by: input.by, action: input.action, comment })
    const removed = { by: input.by, action: 'removeSigner', comment, to: [to], variables: {} }
    return ok({ ...settled, log: [removed, ...reopenedFor(fresh.fields)] })
  },
}
