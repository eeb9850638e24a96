import type { JsonObject } from '../../model/json.ts'
import type { ActorId, WorkItem } from '../instance.ts'
import { decide } from './decide.ts'
import { agrees } from './groups.ts'
import { closeLeftOver, closeRejected, openReady } from './items.ts'
import { changedSince, fingerprint } from './seen.ts'
import { isEmpty } from './values.ts'
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
  const { policy, formFields, reserved } = context
  const variables = isEmpty(answer.variables) ? context.variables : { ...context.variables, ...answer.variables }
  const seen = fingerprint(variables, policy.fields)
  const answered: WorkItem = {
    ...answer.item,
    state: answer.state,
    answeredAt: context.now,
    comment: answer.comment,
    seen,
    turn: lastTurn(task.items) + 1,
    ...(answer.custom !== undefined && { outcome: answer.custom }),
  }
  const place = task.items.indexOf(answer.item)
  const items = place < 0 ? [...task.items, answered] : task.items.with(place, answered)
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

  const after = { policy, formFields, reserved, variables }
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
function lastTurn(items: readonly WorkItem[]): number {
  let last = 0
  for (const { turn = 0 } of items) if (turn > last) last = turn
  return last
}

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
  context: Pick<TaskContext, 'policy' | 'formFields' | 'variables' | 'reserved'>,
  current = fingerprint(context.variables, context.policy.fields),
): { items: readonly WorkItem[]; fields: string[] } {
  if (haveSeen(items, current)) return { items, fields: [] }
  const fields: string[] = []
  // Most have seen the same, so what changed is looked up once for each that was seen.
  const changes = new Map<string, string | null>()
  const changeOf = (seen: string) => {
    let change = changes.get(seen)
    if (change === undefined) changes.set(seen, (change = changedSince(seen, context, 'nothing', current)))
    return change
  }
  const reopened = items.map((item): WorkItem => {
    if (item.seen === undefined || item.seen === current || !agrees(item)) return item
    const field = changeOf(item.seen)
    if (field === null) return item
    fields.push(field)
    return { ...unanswered(item), earlier: [...new Set([...(item.earlier ?? []), item.who])] }
  })
  return { items: reopened, fields: [...new Set(fields)] }
}

/** Whether all approvals rest on the very same. */
function haveSeen(items: readonly WorkItem[], current: string): boolean {
  for (const item of items) if (item.seen !== undefined && item.seen !== current && agrees(item)) return false
  return true
}

/** What the history says of approvals that are asked again: for which fields. */
export const reopenedFor = (fields: readonly string[]): TaskChange['log'] =>
  fields.map((field) => ({ by: SYSTEM, action: 'reopened', comment: field, variables: {} }))

/** An item as it was before it was answered. */
export function unanswered(item: WorkItem): WorkItem {
  const { seen: _seen, outcome: _outcome, turn: _turn, ...rest } = item
  return { ...rest, state: 'waiting', answeredAt: null, comment: null }
}
