import type { ActorId, WorkItem } from '../instance.ts'
import { activeSubstitute, barred } from './four-eyes.ts'
import { agrees, byIds, hasAdded, isPending, rootOf, standings } from './groups.ts'
import type { Candidate } from './participants.ts'
import { ADMIN_ROLE, isReachable, SYSTEM, type StepState, type TaskContext } from './task.ts'

type From = NonNullable<WorkItem['from']>

/** The first items of an activation: all at once, or the first of them in turn. */
export function firstItems(candidates: readonly Candidate[], context: TaskContext): readonly WorkItem[] {
  const items = candidates.map(({ who, skipped, from, seen }, index): WorkItem => ({
    id: String(index + 1),
    who,
    state: skipped ? 'skipped' : 'waiting',
    openedAt: null,
    answeredAt: skipped ? context.now : null,
    comment: null,
    ...(from && { from }),
    ...(seen !== undefined && { seen }),
  }))
  return openReady(items, context)
}

/**
 * Opens every waiting item whose turn it is, with the one who stands in for its holder now (one hop) if he may act
 * here. In turn one original item follows the other; whoever was added before somebody answers first, whoever was added
 * after him once he agreed, whoever was added beside him at once.
 */
export function openReady(items: readonly WorkItem[], context: TaskContext): readonly WorkItem[] {
  if (!hasWaiting(items)) return items
  const isReady = readiness(items, context.policy.decision.mode === 'sequence')
  const opened = [...items]
  let excluded: ReadonlySet<ActorId> | null = null
  for (const [index, item] of items.entries()) {
    if (item.state !== 'waiting' || !isReady(item)) continue
    const stand = substituted(item, opened, context, () => (excluded ??= barred(context)))
    opened[index] = { ...stand, state: 'open', openedAt: context.now }
  }
  return opened
}

function hasWaiting(items: readonly WorkItem[]): boolean {
  for (const item of items) if (item.state === 'waiting') return true
  return false
}

/** Whose turn it is. */
function readiness(items: readonly WorkItem[], inTurn: boolean): (item: WorkItem) => boolean {
  const added = items.filter((item) => item.under !== undefined && item.state !== 'canceled')
  const byId = byIds(added.length > 0 ? items : [])
  const isDone = (item: WorkItem): boolean => agrees(item) && added.every((one) => one.under !== item.id || isDone(one))
  const beforeOf = ({ id }: WorkItem) => added.filter((one) => one.under === id && one.position === 'before')
  const earlier = (item: WorkItem) => {
    const same = added.filter((one) => one.under === item.under && one.position === item.position)
    return same.slice(0, same.indexOf(item))
  }
  const groups = inTurn ? [...standings(items)] : []
  const next = groups.find(([, standing]) => standing === 'pending')?.[0]

  return (item) => {
    if (!beforeOf(item).every(isDone)) return false
    if (item.under === undefined) return next === undefined || next === item.id
    if (item.position === 'parallel') return true
    if (inTurn && !earlier(item).every(isDone)) return false
    if (item.position === 'before') return true
    const above = byId.get(item.under)
    return above !== undefined && agrees(above)
  }
}

/**
 * With whom an item opens: who stands in for its holder now (one hop); where the holder has left since, else his
 * manager or a process admin. Nobody gets one who is barred, or has one already.
 */
function substituted(
  item: WorkItem,
  items: readonly WorkItem[],
  context: TaskContext,
  excluded = () => barred(context),
): WorkItem {
  const { people } = context
  const hasLeft = !isReachable(people, item.who)
  const substitute = activeSubstitute(context, item.who)
  if (substitute === null && !hasLeft) return item
  const manager = hasLeft ? (people.person(item.who)?.managerId ?? null) : null
  const admins = hasLeft ? people.inRole(ADMIN_ROLE).map((person) => person.id) : []
  const may = (id: ActorId) =>
    isReachable(people, id) &&
    !excluded().has(id) &&
    !items.some((other) => other.who === id && other.id !== item.id && other.state !== 'canceled')
  const who = [substitute, manager, ...admins].find((id) => id !== null && id !== item.who && may(id)) ?? null
  if (who === null) return item
  return { ...item, who, from: { who: item.who, how: who === substitute ? 'substitute' : 'reassign' } }
}

type Move = From & { how: 'transfer' | 'delegate' | 'escalate' | 'reassign' }

/**
 * Gives an item to somebody else; of an open one whoever stands in for him takes it, the audit names who gave it. `by`
 * is who did that: when it was not the holder himself, it was taken from him, and from whom he had it for an opinion.
 */
export function moveItem(
  task: StepState,
  id: string,
  to: ActorId,
  from: Move,
  context: TaskContext,
  by: ActorId = from.who,
): StepState {
  const items = task.items.map((item): WorkItem => {
    if (item.id !== id) return item
    const { back, ...own } = item
    if (item.state === 'waiting') return { ...own, who: to, from }
    const { how } = from
    const losers = by === from.who || how === 'delegate' ? [] : [item.who, ...(back ? [back.who] : [])]
    const lost = losers.flatMap((who) => (how === 'delegate' ? [] : [{ who, by, how, at: context.now }]))
    const taken = [...(item.taken ?? []), ...lost]
    const moved = { ...own, who: to, from, openedAt: context.now, ...(taken.length > 0 && { taken }) }
    return substituted(moved, task.items, context)
  })
  return { ...task, items, assignee: task.assignee === from.who ? null : task.assignee }
}

/** How an item was taken from somebody by the clock or an admin; undefined for everybody else. */
export function takenFrom(
  items: readonly WorkItem[],
  who: ActorId,
): NonNullable<WorkItem['taken']>[number] | undefined {
  for (const { taken, from, openedAt } of items) {
    const own = taken?.findLast((one) => one.who === who)
    if (own) return own
    if (from?.who !== who || (from.how !== 'escalate' && from.how !== 'reassign') || openedAt === null) continue
    return { who, by: SYSTEM, how: from.how, at: openedAt }
  }
  return undefined
}

/** Whether an item is somebody's: he holds it, gave it away for an opinion only, or somebody stands in for him. */
export const isItemOf = ({ who: holder, back, from }: WorkItem, who: ActorId) =>
  holder === who || back?.who === who || (from?.how === 'substitute' && from.who === who)

/** Whether somebody has, or had, a part in this activation. */
export const hasItem = (task: StepState, who: ActorId) =>
  task.items.some((item) => item.state !== 'canceled' && isItemOf(item, who))

/** Items that nobody will answer any more. */
export const closeLeftOver = (items: readonly WorkItem[]): WorkItem[] =>
  items.map((item) => (isPending(item) ? { ...item, state: 'canceled' } : item))

/** Where one of several who count together has rejected, the others of them have nothing to decide any more. */
export function closeRejected(items: readonly WorkItem[]): readonly WorkItem[] {
  if (!hasAdded(items)) return items
  const byId = byIds(items)
  const groups = standings(items)
  return items.map((item) =>
    isPending(item) && groups.get(rootOf(item, byId).id) === 'rejected' ? { ...item, state: 'canceled' } : item,
  )
}

/** An item that comes back to somebody; where he has left since, to whoever takes his place. */
export const comeBack = (item: WorkItem, items: readonly WorkItem[], context: TaskContext): WorkItem =>
  isReachable(context.people, item.who) ? item : substituted(item, items, context)
