import type { TaskDocument } from '../../workflows/runtime/face.ts'
import { CUSTOMER_ACTOR } from '../contract/cases.ts'
import type { ActRequest } from '../contract/tasks.ts'
import type { Actor } from '../http/route.ts'
import { caseOfInstance } from '../cases/public.ts'
import { tellCustomer } from '../cases/tell.ts'
import type { TaskDependencies } from './dependencies.ts'

/**
 * A question to the customer reaches her: on the page of her case, where she answers, and as a message that says so.
 * Under the command's key, so that a repetition says it once.
 */
export async function tellQuestion(
  deps: TaskDependencies,
  task: TaskDocument,
  act: ActRequest,
  actor: Extract<Actor, { kind: 'user' }>,
  key: string,
): Promise<void> {
  const [to] = Array.isArray(act.to) ? act.to : [act.to]
  const record = act.action === 'ask' ? await caseOfInstance(deps.store, task.processInstanceId) : null
  const addressee = to === undefined || to === 'initiator' ? task.initiator : to
  if (!record || addressee !== CUSTOMER_ACTOR) return
  await tellCustomer(deps, {
    id: `${record.caseNo}:ask:${key}`,
    caseNo: record.caseNo,
    orderNo: record.orderNo,
    template: 'question',
    channel: 'page',
    by: actor.name,
    summary: '想请您补充一下',
    body: act.comment ?? '',
  })
}
