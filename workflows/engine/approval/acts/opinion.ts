import { ok } from '../../../model/problem.ts'
import type { WorkItem } from '../../instance.ts'
import type { Act } from '../act.ts'
import { checkFields } from '../fields.ts'
import { comeBack } from '../items.ts'
import { unchanged } from '../task.ts'

/** The delegate says what he thinks; he decides nothing and writes nothing. */
export const opinion: Act = {
  by: 'holder',
  offered: 'always',
  run({ task, context, input, comment, item }) {
    const nothing = checkFields({
      rights: { default: 'readonly', fields: [] },
      known: null,
      reserved: context.reserved,
      before: context.variables,
      sent: input.variables ?? {},
      demandRequired: false,
    })
    if (!nothing.ok) return nothing
    const { back, from: _from, ...left } = item!
    const own: WorkItem = {
      ...left,
      who: back!.who,
      openedAt: context.now,
      opinions: [...(left.opinions ?? []), { who: input.by, at: context.now, comment }],
      ...(back!.from && { from: back!.from }),
    }
    const returned = comeBack(own, task.items, context)
    const to = returned.who
    return ok({
      ...unchanged({ ...task, items: task.items.map((one) => (one.id === own.id ? returned : one)) }),
      log: [{ by: input.by, action: 'opinion', comment, to: [to], variables: {} }],
      notices: [{ to: [to], why: 'answered' }],
    })
  },
}
