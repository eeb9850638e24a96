import { ok } from '../../../model/problem.ts'
import type { Act, ActCase } from '../act.ts'
import { answerItem, type Answer } from '../answer.ts'
import { checkFields } from '../fields.ts'
import type { JsonObject } from '../../../model/json.ts'
import type { Result } from '../../../model/problem.ts'

/** What of the data sent with an act may be written at this step. */
export function writable({ context, input }: ActCase, demandRequired: boolean): Result<JsonObject> {
  return checkFields({
    rights: context.policy.fields,
    known: context.formFields,
    reserved: context.reserved,
    before: context.variables,
    sent: input.variables ?? {},
    demandRequired,
  })
}

/** An act by which the holder of an item answers it. */
export const verdict = (
  state: Answer['state'],
  demandRequired: boolean,
  special: (act: ActCase) => Pick<Answer, 'outcome' | 'custom'> = () => ({}),
): Act['run'] => {
  return (act) => {
    const variables = writable(act, demandRequired)
    if (!variables.ok) return variables
    return ok(
      answerItem(act.task, act.context, {
        item: act.item!,
        state,
        action: act.input.action,
        ...special(act),
        comment: act.comment,
        ...(act.input.signature !== undefined && { signature: act.input.signature }),
        variables: variables.value,
        ...(act.input.choose && { choose: act.input.choose }),
      }),
    )
  }
}
