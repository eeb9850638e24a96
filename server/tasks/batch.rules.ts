import type { TaskDocument } from '../../workflows/runtime/face.ts'
import type { Outline } from '../cases/step-log.rules.ts'
import type { TaskSummary } from '../contract/tasks.ts'
import { actionsOf, choicesOf } from './offers.ts'

/**
 * Whether somebody can agree to a task together with others, from the list: what a step asks for besides words has to
 * be given on its own page. The act itself decides in the end, each on its own (approvals, Interplay 10).
 */
export function batchOf(task: TaskDocument, me: string, outline: Outline): TaskSummary['batch'] {
  const approve = actionsOf(task, me).find(({ name }) => name === 'approve')
  const blocked = !task.approval
    ? 'noVerdict'
    : task.question
      ? 'asked'
      : !approve
        ? 'notOffered'
        : approve.signature
          ? 'signature'
          : task.fields?.fields.some(({ access }) => access === 'required')
            ? 'fields'
            : choicesOf(task, outline).length > 0
              ? 'choices'
              : null
  return { blocked, needsComment: approve?.comment === 'required' }
}
