import type { JsonObject } from '../../model/json.ts'
import type { ActorId, WorkItem } from '../instance.ts'
import { decide } from './decide.ts'
import { agrees } from './groups.ts'
import { closeLeftOver, closeRejected, openReady } from './items.ts'
import { changedSince, fingerprint } from './seen.ts'
import { SYSTEM, unchanged, type StepState, type TaskChange, type TaskContext } from './task.ts'

export interface Answer {
  item: WorkItem
  state: 'approved' | 'rejected'
  action: string
  /** What the step becomes by this answer, whatever the others say; absent: by the policy. */
  outcome?: string
  /** What it becomes when this answer is one of those that approve it. */
  custom?: string
  comment: string | null
  signature?: string
  variables: JsonObject
  choose?: Record<string, ActorId[]>
}

/**
 * Writes one person's answer and decides the step when that is enough. What he wrote may have changed what others
 * approved before him: then theirs are asked again, only theirs.
 */
export function answerItem(task: StepState, context: TaskContext, answer: Answer): TaskChange {
  const after = { ...context, variables: { ...context.variables, ...answer.variables } }
  const seen = fingerprint(after.variables, context.policy.fields)
  const answered: WorkItem = {
    ...answer.item,
    state: answer.state,
    answeredAt: context.now,
    comment: answer.comment,
    seen,
    turn: lastTurn(task.items) + 1,
    ...(answer.custom !== undefined && { outcome: answer.custom }),
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
      ...(answer.choose && { choose: answer.choose }),
    },
  ]
  const next: StepState = { ...task, items, drafts, assignee: null }

  const fresh = answer.state === 'approved' ? reopenStale(items, after, seen) : { items, fields: [] }
  log.push(...reopenedFor(fresh.fields))

  const settled = settle({ ...next, items: closeRejected(fresh.items) }, context, {
    by: answer.item.who,
    action: answer.action,
    comment: answer.comment,
    ...(answer.outcome !== undefined && { outcome: answer.outcome }),
  })
  return { ...settled, log, variables: answer.variables }
}

/** How many answers there were so far. */
export const lastTurn = (items: readonly WorkItem[]) => items.reduce((last, { turn = 0 }) => Math.max(last, turn), 0)

/** Decides the step when its items are enough for it, else opens the items whose turn it is. */
export function settle(
  task: StepState,
  context: TaskContext,
  last: { by: ActorId; action: string; comment: string | null; outcome?: string },
): TaskChange {
  const decision = last.outcome === undefined ? decide(context.policy.decision, task.items) : null
  const verdict = last.outcome ?? (decision?.state === 'decided' ? decision.outcome : null)
  if (verdict === null) return unchanged({ ...task, items: openReady(task.items, context) })
  const custom =
    verdict === 'approved' ? task.items.findLast((item) => agrees(item) && item.outcome !== undefined) : undefined
  const outcome = custom?.outcome ?? verdict
  return {
    ...unchanged({ ...task, items: closeLeftOver(task.items), timers: [] }),
    outcome: { outcome, by: last.by, at: context.now, comment: last.comment, action: last.action },
  }
}

/** Asks again for the approvals that rest on something that has changed since, and names the fields. */
export function reopenStale(
  items: readonly WorkItem[],
  context: TaskContext,
  current = fingerprint(context.variables, context.policy.fields),
): { items: WorkItem[]; fields: string[] } {
  const fields: string[] = []
  const reopened = items.map((item): WorkItem => {
    const field = agrees(item) && item.seen !== undefined ? changedSince(item.seen, context, 'nothing', current) : null
    if (field === null) return item
    fields.push(field)
    return { ...unanswered(item), earlier: [...new Set([...(item.earlier ?? []), item.who])] }
  })
  return { items: reopened, fields: [...new Set(fields)] }
}

/** What the history says of approvals that are asked again: for which fields. */
export const reopenedFor = (fields: readonly string[]): TaskChange['log'] =>
  fields.map((field) => ({ by: SYSTEM, action: 'reopened', comment: field, variables: {} }))

/** An item as it was before it was answered. */
export function unanswered(item: WorkItem): WorkItem {
  const { seen: _seen, outcome: _outcome, turn: _turn, ...rest } = item
  return { ...rest, state: 'waiting', answeredAt: null, comment: null }
}
