import type { ActorId, WorkItem } from '../instance.ts'
import { barred } from './four-eyes.ts'
import { closeLeftOver, hasItem, moveItem } from './items.ts'
import {
  ADMIN_ROLE,
  isReachable,
  openItems,
  SYSTEM,
  unchanged,
  waitingFor,
  type StepState,
  type TaskChange,
  type TaskContext,
} from './task.ts'

/** A timer of the task has come due: a reminder tells its holders, the deadline does what the diagram says, once. */
export function fireTaskTimer(task: StepState, context: TaskContext, timerId: string): TaskChange {
  const timer = task.timers.find((one) => one.id === timerId)
  const left = { ...task, timers: task.timers.filter((one) => one.id !== timerId) }
  if (!timer) return unchanged(task)
  if (timer.what === 'reminder') {
    const why = task.dueAt !== null && timer.dueAt < task.dueAt ? 'beforeDue' : 'afterDue'
    return { ...unchanged(left), notices: [{ to: waitingFor(task), why }] }
  }
  const { deadline } = context.policy
  return deadline === null ? unchanged(left) : atEnd[deadline.atEnd]({ ...left, expired: true }, context)
}

type AtEnd = (task: StepState, context: TaskContext) => TaskChange

const remind: AtEnd = (task) => ({ ...unchanged(task), notices: [{ to: waitingFor(task), why: 'afterDue' }] })

const byClock =
  (outcome: string, action: string): AtEnd =>
  (task, context) => ({
    ...unchanged({ ...task, items: closeLeftOver(task.items), timers: [] }),
    log: [{ by: SYSTEM, action, comment: null, variables: {} }],
    outcome: { outcome, by: SYSTEM, at: context.now, comment: null, action },
  })

const sendBack: AtEnd = (task, context) => ({
  ...byClock('returned', 'return')(task, context),
  returnTo: {
    to: context.policy.return.to,
    element: context.policy.return.elements[0] ?? null,
    afterwards: context.policy.return.afterwards ?? 'rerun',
  },
})

const transfer: AtEnd = (task, context) =>
  give(task, context, 'transfer', () => [context.policy.deadline?.transferTo ?? ''])

/** To the manager of each who has not answered; without one to the process admins. */
const escalate: AtEnd = (task, context) =>
  give(task, context, 'escalate', (item) => {
    // What was given away for an opinion is still the giver's to decide.
    const manager = context.people.person(item.back?.who ?? item.who)?.managerId ?? null
    const admins = context.people.inRole(ADMIN_ROLE).map((person) => person.id)
    return manager === null ? admins : [manager, ...admins]
  })

/** Work without a verdict is done with what is there. */
const atEnd: Record<NonNullable<TaskContext['policy']['deadline']>['atEnd'], AtEnd> = {
  remind,
  approve: (task, context) => byClock(context.policy.approval ? 'approved' : 'completed', 'approve')(task, context),
  reject: (task, context) => byClock(context.policy.approval ? 'rejected' : 'completed', 'reject')(task, context),
  return: sendBack,
  transfer,
  escalate,
}

/**
 * Moves each open item to the first of its receivers who may act here. Two items that would meet at one person become
 * one; an item for whom nobody is found stays where it is.
 */
function give(
  task: StepState,
  context: TaskContext,
  how: 'transfer' | 'escalate',
  receivers: (item: WorkItem) => ActorId[],
): TaskChange {
  const excluded = barred(context)
  const given = new Set<ActorId>()
  let next: StepState = { ...task, assignee: null }
  for (const item of openItems(task)) {
    const may = (id: ActorId) =>
      id !== item.who &&
      isReachable(context.people, id) &&
      !excluded.has(id) &&
      (given.has(id) || !hasItem(next, id) || item.back?.who === id)
    const to = receivers(item).find(may)
    if (to === undefined) continue
    if (given.has(to)) {
      const merged = { ...item, state: 'canceled' as const, answeredAt: context.now, removedBy: SYSTEM }
      next = { ...next, items: next.items.map((one) => (one.id === item.id ? merged : one)) }
      continue
    }
    given.add(to)
    next = moveItem(next, item.id, to, { who: item.who, how }, context, SYSTEM)
  }
  const to = waitingFor(next)
  return {
    ...unchanged(next),
    log: [{ by: SYSTEM, action: how, comment: null, to, variables: {} }],
    notices: [{ to, why: how === 'transfer' ? 'transferred' : 'escalated' }],
  }
}
