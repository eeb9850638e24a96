import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { pauseClock, resumeClock } from '../deadline.ts'
import { unchanged } from '../task.ts'
import { knownAddressee, named } from './receiver.ts'

/** A question to the initiator, a colleague or the customer; the deadline stands still until the answer. */
export const ask: Act = {
  by: 'holder',
  offered: 'action',
  run({ task, context, input, comment }) {
    const wanted = named(input)[0] ?? 'initiator'
    const to = knownAddressee(context, wanted === 'initiator' ? context.initiator : wanted)
    if (!to.ok) return to
    const question = { by: input.by, to: to.value, text: comment ?? '', at: context.now }
    return ok({
      ...unchanged(pauseClock(resumeClock(task, context), question)),
      log: [{ by: input.by, action: 'ask', comment, to: [to.value], variables: {} }],
      notices: [{ to: [to.value], why: 'asked' }],
    })
  },
}
