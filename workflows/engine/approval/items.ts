import type { ActorId, WorkItem } from '../instance.ts'
import { decide } from './decide.ts'
import { activeSubstitute, barred } from './four-eyes.ts'
import type { Candidate } from './participants.ts'
import { isReachable, itemsOf, type StepState, type TaskContext } from './task.ts'

type From = NonNullable<WorkItem['from']>

/** The first items of an activation: all at once, or the first of them in turn. */
export function firstItems(candidates: readonly Candidate[], context: TaskContext): WorkItem[] {
  const inTurn = context.policy.decision.mode === 'sequence'
  const items = candidates.map(({ who, skipped, from, seen }, index): WorkItem => {
    return {
      id: String(index + 1),
      who,
      state: skipped ? 'skipped' : 'waiting',
      openedAt: null,
      answeredAt: skipped ? context.now : null,
      comment: null,
      ...(from && { from }),
      ...(seen !== undefined && { seen }),
    }
  })
  return inTurn ? openNext(items, context) : items.reduce((all, item) => openItem(all, item.id, context), items)
}

/** In turn: opens the one whose turn it is; else everything stays. */
export function openNext(items: WorkItem[], context: TaskContext): WorkItem[] {
  const decision = decide(context.policy.decision, items)
  return decision.state === 'next' ? openItem(items, decision.itemId, context) : items
}

/** Opens a waiting item, with the one who stands in for its holder now (one hop) if he may act here. */
function openItem(items: WorkItem[], id: string, context: TaskContext): WorkItem[] {
  return items.map((item) => {
    if (item.id !== id || item.state !== 'waiting') return item
    return { ...substituted(item, items, context), state: 'open', openedAt: context.now }
  })
}

function substituted(item: WorkItem, items: readonly WorkItem[], context: TaskContext): WorkItem {
  const substitute = activeSubstitute(context, item.who)
  if (substitute === null || !isReachable(context.people, substitute) || barred(context).has(substitute)) return item
  if (items.some((other) => other.who === substitute)) return item
  return { ...item, who: substitute, from: { who: item.who, how: 'substitute' } }
}

/** Gives an open item to somebody else; the one who stands in for him takes it, the audit names who gave it. */
export function moveItem(task: StepState, id: string, to: ActorId, from: From, context: TaskContext): StepState {
  const items = task.items.map((item) => {
    if (item.id !== id) return item
    const moved = { ...item, who: to, from, openedAt: context.now }
    const stand = substituted(moved, task.items, context)
    return stand.who === to ? moved : stand
  })
  return { ...task, items, assignee: task.assignee === from.who ? null : task.assignee }
}

/** Whether somebody has, or had, a part in this activation. */
export const hasItem = (task: StepState, who: ActorId) => itemsOf(task, who).some((item) => item.state !== 'canceled')

/** Items that nobody will answer any more. */
export const closeLeftOver = (items: readonly WorkItem[]): WorkItem[] =>
  items.map((item) => (item.state === 'open' || item.state === 'waiting' ? { ...item, state: 'canceled' } : item))
