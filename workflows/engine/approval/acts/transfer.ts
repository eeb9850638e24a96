import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { moveItem } from '../items.ts'
import { unchanged } from '../task.ts'
import { named, receiver } from './receiver.ts'

/** Moves the item to a colleague; the clock goes on. */
export const transfer: Act = {
  by: 'holder',
  offered: 'action',
  run({ task, context, input, comment, item }) {
    const to = receiver(task, context, named(input)[0])
    if (!to.ok) return to
    const { [input.by]: _left, ...drafts } = task.drafts
    const from = { who: input.by, how: 'transfer' } as const
    const moved = moveItem({ ...task, drafts }, item!.id, to.value, from, context)
    const holder = moved.items.find((one) => one.id === item!.id)!.who
    return ok({
      ...unchanged(moved),
      log: [{ by: input.by, action: 'transfer', comment, to: [to.value], variables: {} }],
      notices: [{ to: [holder], why: 'transferred' }],
    })
  },
}
