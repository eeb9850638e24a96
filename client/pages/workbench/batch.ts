import type { TaskSummary } from '../../../server/contract/tasks.ts'

/** As many as one request takes. */
export const mostTogether = 100

/** Which of the chosen tasks can be agreed to together, and which have to be opened one by one. */
export function together(tasks: readonly TaskSummary[]): { possible: TaskSummary[]; blocked: TaskSummary[] } {
  return {
    possible: tasks.filter(({ batch }) => batch.blocked === null).slice(0, mostTogether),
    blocked: tasks.filter(({ batch }) => batch.blocked !== null),
  }
}

/** Sum in minor units. */
export const amountOf = (tasks: readonly TaskSummary[]): number => tasks.reduce((sum, { amount }) => sum + amount, 0)

/** The chosen ones without those that have left the list. */
export const stillThere = (chosen: ReadonlySet<string>, tasks: readonly TaskSummary[]): Set<string> =>
  new Set(tasks.map(({ taskId }) => taskId).filter((id) => chosen.has(id)))

/** Chosen if it was not, and the other way round. */
export function toggled(chosen: ReadonlySet<string>, taskId: string): Set<string> {
  const next = new Set(chosen)
  if (!next.delete(taskId)) next.add(taskId)
  return next
}
