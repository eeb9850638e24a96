import type { JsonObject } from '../../model/json.ts'
import type { WorkItem } from '../instance.ts'
import { decide } from './decide.ts'
import { resumeClock } from './deadline.ts'
import { closeLeftOver, openNext } from './items.ts'
import { changedSince, fingerprint } from './seen.ts'
import { SYSTEM, unchanged, type StepState, type TaskChange, type TaskContext } from './task.ts'

export interface Answer {
  item: WorkItem
  state: 'approved' | 'rejected'
  action: string
  /** What the step becomes when this answer decides it; absent: by the policy. */
  outcome?: string
  comment: string | null
  signature?: string
  variables: JsonObject
}

/**
 * Writes one person's answer and decides the step when that is enough. What he wrote may have changed what others
 * approved before him: then theirs are asked again, only theirs.
 */
export function answerItem(task: StepState, context: TaskContext, answer: Answer): TaskChange {
  const after = { ...context, variables: { ...context.variables, ...answer.variables } }
  const answered: WorkItem = {
    ...answer.item,
    state: answer.state,
    answeredAt: context.now,
    comment: answer.comment,
    seen: fingerprint(after.variables),
  }
  const items = task.items.some((item) => item.id === answer.item.id)
    ? task.items.map((item) => (item.id === answer.item.id ? answered : item))
    : [...task.items, answered]
  const { [answer.item.who]: _sent, ...drafts } = task.drafts
  const log: TaskChange['log'] = [
    {
      by: answer.item.who,
      action: answer.action,
      comment: answer.comment,
      ...(answer.signature !== undefined && { signature: answer.signature }),
      variables: answer.variables,
    },
  ]
  const next: StepState = { ...resumeClock(task, context), items, drafts, assignee: null }

  const fresh = answer.state === 'approved' ? reopenStale(items, after) : { items, fields: [] }
  log.push(...fresh.fields.map((field) => ({ by: SYSTEM, action: 'reopened', comment: field, variables: {} })))

  const decision = answer.outcome === undefined ? decide(context.policy.decision, fresh.items) : null
  const verdict = answer.outcome ?? (decision?.state === 'decided' ? decision.outcome : null)
  if (verdict === null) {
    return { ...unchanged({ ...next, items: openNext(fresh.items, context) }), log, variables: answer.variables }
  }
  return {
    ...unchanged({ ...next, items: closeLeftOver(fresh.items), timers: [] }),
    log,
    variables: answer.variables,
    outcome: {
      outcome: verdict,
      by: answer.item.who,
      at: context.now,
      comment: answer.comment,
      action: answer.action,
    },
  }
}

/** Opens again the approvals that rest on something that has changed since, and names the fields. */
export function reopenStale(items: readonly WorkItem[], context: TaskContext): { items: WorkItem[]; fields: string[] } {
  const fields: string[] = []
  const reopened = items.map((item): WorkItem => {
    const field =
      (item.state === 'approved' || item.state === 'skipped') && item.seen !== undefined
        ? changedSince(item.seen, context, 'nothing')
        : null
    if (field === null) return item
    fields.push(field)
    const { seen: _stale, ...rest } = item
    return { ...rest, state: 'open', openedAt: context.now, answeredAt: null, comment: null }
  })
  return { items: reopened, fields: [...new Set(fields)] }
}
