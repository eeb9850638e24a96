import { ok } from '../../../model/problem.ts'
import type { WorkItem } from '../../instance.ts'
import type { Act } from '../act.ts'
import { settle } from '../answer.ts'
import { resumeClock } from '../deadline.ts'
import { familyOf, isPending } from '../groups.ts'
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
    const of = task.items.filter((item) => (item.who === to || item.back?.who === to) && item.state !== 'canceled')
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
    const next = { ...resumeClock(task, context), items }
    const settled = settle(next, context, { by: input.by, action: input.action, comment })
    return ok({ ...settled, log: [{ by: input.by, action: 'removeSigner', comment, to: [to], variables: {} }] })
  },
}
