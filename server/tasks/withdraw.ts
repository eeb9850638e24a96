import type { Result } from '../../workflows/model/problem.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import { caseOfInstance } from '../cases/public.ts'
import { withdrawCase } from '../cases/withdrawing.ts'
import type { TaskDependencies } from './dependencies.ts'

interface Withdrawal {
  by: string
  comment: string | undefined
  key: string
}

/** The instance that a task belongs to in the end: the one that called its own. */
async function rootOf({ runtime }: TaskDependencies, { processInstanceId }: TaskDocument): Promise<string> {
  let id = processInstanceId
  for (let at = await runtime.instance(id); at?.parent; at = await runtime.instance(id))
    id = at.parent.processInstanceId
  return id
}

/** Whether somebody may take back the case that a task belongs to, as its process says. */
export const mayWithdraw = async (deps: TaskDependencies, task: TaskDocument, by: string): Promise<Result<null>> =>
  deps.runtime.previewWithdraw(await rootOf(deps, task), by)

/**
 * The initiator takes the whole case back (撤回). A request of a customer, whoever entered it, is told so, because its
 * process gives back what it holds; everything else ends, or begins again, at once.
 */
export async function withdrawFrom(
  deps: TaskDependencies,
  task: TaskDocument,
  { by, comment, key }: Withdrawal,
): Promise<Result<null>> {
  const id = await rootOf(deps, task)
  const record = await caseOfInstance(deps.store, id)
  if (record?.kind !== 'cancellation') return deps.runtime.withdraw(id, by, comment, `user:${by}:${key}`)
  if (record.state === 'open') {
    const may = await deps.runtime.previewWithdraw(id, by)
    if (!may.ok) return may
  }
  return withdrawCase(deps, record, { comment: comment ?? '', key })
}
