import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { moveItem } from '../items.ts'
import { unchanged } from '../task.ts'
import { named, receiver } from './receiver.ts'

/** 委派: a colleague says what he thinks, then the item comes back to the one who decides. */
export const delegate: Act = {
  by: 'holder',
  offered: 'action',
  run({ task, context, input, comment, item }) {
    const to = receiver(task, context, named(input)[0])
    if (!to.ok) return to
    const from = { who: input.by, how: 'delegate' } as const
    const moved = moveItem(task, item!.id, to.value, from, context)
    const back = { who: input.by, ...(item!.from && { from: item!.from }) }
    const items = moved.items.map((one) => (one.id === item!.id ? { ...one, back } : one))
    const holder = items.find((one) => one.id === item!.id)!.who
    return ok({
      ...unchanged({ ...moved, items }),
      log: [{ by: input.by, action: 'delegate', comment, to: [to.value], variables: {} }],
      notices: [{ to: [holder], why: 'transferred' }],
    })
  },
}
