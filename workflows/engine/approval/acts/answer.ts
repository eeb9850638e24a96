import { ok } from '../../../model/problem.ts'
import type { Act } from '../act.ts'
import { resumeClock } from '../deadline.ts'
import { checkFields } from '../fields.ts'
import { refusals } from '../refusals.ts'
import { openItems, unchanged } from '../task.ts'

/**
 * Answers a pending question. The answer may fill in the initiator's first form, else what is editable at the step.
 * An answer to a question that was dropped meanwhile comes too late.
 */
export const answer: Act = {
  by: 'asked',
  offered: 'always',
  run({ task, context, input, comment }) {
    const { question } = task
    if (question === null || question.to !== input.by) {
      const wasAsked = task.askedBefore.includes(input.by)
      const last = task.items.findLast((item) => item.answeredAt !== null) ?? openItems(task)[0]
      const closed = { by: last?.who ?? input.by, action: 'answer', at: last?.answeredAt ?? context.now }
      return {
        ok: false,
        refusal: wasAsked ? refusals.closed(context.people, context.timeZone, closed, 'answer') : refusals.notYours(),
      }
    }
    const variables = checkFields({
      rights: context.initiatorFields === null ? context.policy.fields : null,
      known: context.initiatorFields ?? context.formFields,
      reserved: context.reserved,
      before: context.variables,
      sent: input.variables ?? {},
      demandRequired: false,
    })
    if (!variables.ok) return variables
    return ok({
      ...unchanged(resumeClock(task, context)),
      log: [{ by: input.by, action: 'answer', comment, to: [question.by], variables: variables.value }],
      variables: variables.value,
      notices: [{ to: [question.by], why: 'answered' }],
    })
  },
}
