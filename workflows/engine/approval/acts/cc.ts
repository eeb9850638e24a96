import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { refusals } from '../refusals.ts'
import { unchanged } from '../task.ts'
import { knownPerson, named } from './receiver.ts'

/** Sends a copy to others; they read while the step is open, they do not act. */
export const cc: Act = {
  by: 'holder',
  offered: 'action',
  run({ task, context, input, comment }) {
    const to = named(input)
    if (to.length === 0) return { ok: false, refusal: refusals.userUnknown('') }
    for (const id of to) {
      const known = knownPerson(context, id)
      if (!known.ok) return known
    }
    return ok({
      ...unchanged({ ...task, copies: [...new Set([...(task.copies ?? []), ...to])] }),
      log: [{ by: input.by, action: 'cc', comment, to, variables: {} }],
      notices: [{ to, why: 'cc' }],
    })
  },
}
