import type { TaskDocument } from '../../workflows/runtime/face.ts'
import type { WorkbenchSummary } from '../contract/tasks.ts'
import type { Actor } from '../http/route.ts'
import { openTasksOf, summaryOf } from '../cases/read.ts'
import type { CaseRecord } from '../cases/record.rules.ts'
import type { TaskDependencies } from './dependencies.ts'
import { viewFilter } from './read.ts'
import { median, startOfDay, startOfMonth } from './workbench.rules.ts'

/** The workbench's numbers, each computed from what is stored now. */
export async function workbenchSummary(
  deps: TaskDependencies,
  actor: Extract<Actor, { kind: 'user' }>,
  now: string,
): Promise<WorkbenchSummary> {
  const { store } = deps
  const today = startOfDay(now, deps.timeZone)
  const month = startOfMonth(now, deps.timeZone)
  const mine = viewFilter('mine', actor)
  const [mineCount, claimable, overdue, openedToday, closedToday, unknown, closedThisMonth, openTasks, started] =
    await Promise.all([
      store.count('tasks', mine),
      store.count('tasks', viewFilter('claimable', actor)),
      store.count('tasks', { $and: [mine, { dueAt: { $lt: now } }] }),
      store.count('cases', { openedAt: { $gte: today } }),
      store.find<CaseRecord>('cases', { filter: { closedAt: { $gte: today }, refunded: { $gt: 0 } }, limit: 1000 }),
      store.count('cases', { state: 'open', refundState: 'unknown' }),
      store.find<CaseRecord>('cases', { filter: { closedAt: { $gte: month }, state: 'executed' }, limit: 1000 }),
      store.find<TaskDocument>('tasks', { filter: { state: 'open' }, limit: 1000 }),
      store.find<CaseRecord>('cases', { filter: { initiator: actor.userId }, sort: [['openedAt', -1]], limit: 5 }),
    ])
  const durations = closedThisMonth.items
    .filter(({ data }) => data.refunded > 0 && data.closedAt !== null)
    .map(({ data }) => (Date.parse(data.closedAt ?? now) - Date.parse(data.openedAt)) / 3_600_000)
  const automatic = closedThisMonth.items.filter(({ data }) => data.path === 'automatic').length
  const tasks = await openTasksOf(
    deps,
    started.items.map(({ data }) => data.processInstanceId),
  )
  return {
    mine: mineCount,
    claimable,
    overdue,
    openedToday,
    refundedToday: {
      amount: closedToday.items.reduce((sum, { data }) => sum + data.refunded, 0),
      count: closedToday.items.length,
      unknown,
      currency: 'CNY',
    },
    medianHours: median(durations),
    automaticShare: closedThisMonth.items.length === 0 ? null : automatic / closedThisMonth.items.length,
    queue: queueOf(
      openTasks.items.map(({ data }) => data),
      now,
    ),
    startedByMe: started.items.map(({ data }) => summaryOf(deps, data, tasks.get(data.processInstanceId) ?? [])),
  }
}

/** Open work by step, the longest queue first. */
function queueOf(tasks: TaskDocument[], now: string): WorkbenchSummary['queue'] {
  const steps = new Map<string, { open: number; overdue: number }>()
  for (const task of tasks) {
    const row = steps.get(task.name) ?? { open: 0, overdue: 0 }
    const late = task.dueAt !== null && task.dueAt < now
    steps.set(task.name, { open: row.open + 1, overdue: row.overdue + Number(late) })
  }
  return [...steps].map(([step, row]) => ({ step, ...row })).toSorted((a, b) => b.open - a.open)
}
