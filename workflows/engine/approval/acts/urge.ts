import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { refusals } from '../refusals.ts'
import { unchanged, waitingFor } from '../task.ts'

/** The initiator reminds the handlers, at most once per interval. */
export const urge: Act = {
  by: 'initiator',
  offered: 'always',
  run({ task, context, input, comment }) {
    if (input.by !== context.initiator) return { ok: false, refusal: refusals.notYours() }
    const until = task.urgedAt === null ? null : context.calendars.add(task.urgedAt, context.urgeEvery, 'natural')
    if (until !== null && context.now < until)
      return { ok: false, refusal: refusals.urgeTooSoon(until, context.timeZone) }
    const to = waitingFor(task)
    return ok({
      ...unchanged({ ...task, urgedAt: context.now }),
      log: [{ by: input.by, action: 'urge', comment, to, variables: {} }],
      notices: [{ to, why: 'urged' }],
    })
  },
}
