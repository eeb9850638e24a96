import { ok, type Result } from '../../workflows/model/problem.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { TaskAct, TaskDocument } from '../../workflows/runtime/face.ts'
import type { ActRequest } from '../contract/tasks.ts'
import type { Actor } from '../http/route.ts'
import type { TaskDependencies } from './dependencies.ts'
import { checkSubmission, filesIn } from './form-check.ts'
import { formOf, mayAct } from './read.ts'
import { tellQuestion } from './tell-question.ts'

type UserActor = Extract<Actor, { kind: 'user' }>

/** What of a submission may be written; its files belong to the case from now on. */
async function submission(
  deps: TaskDependencies,
  task: TaskDocument,
  actor: UserActor,
  action: string,
  sent: JsonObject,
): Promise<Result<JsonObject>> {
  const [form, instance] = await Promise.all([formOf(deps, task), deps.runtime.instance(task.processInstanceId)])
  const checked = checkSubmission(form, task, instance?.variables ?? {}, action, sent)
  if (!checked.ok) return checked
  const files = filesIn(form, checked.value)
  if (files.length === 0 || task.businessKey === null) return checked
  const attached = await deps.files.attach(actor, files, `case:${task.businessKey}`)
  return attached.ok ? checked : attached
}

/** Presses one button of a task for somebody who may read it; `key` makes it happen once. */
export async function actOn(
  deps: TaskDependencies,
  task: TaskDocument,
  actor: UserActor,
  request: ActRequest,
  key: string,
): Promise<Result<null>> {
  const { userId: by } = actor
  const { variables, ...act } = request
  // Whoever may not act, or comes too late, hears that first: the runner says it.
  const data = mayAct(task, actor)
    ? await submission(deps, task, actor, request.action, (variables ?? {}) as JsonObject)
    : ok((variables ?? {}) as JsonObject)
  if (!data.ok) return data
  const commandId = `user:${by}:${key}`
  const done =
    request.action === 'complete'
      ? await deps.runtime.completeTask(task.taskId, by, data.value, commandId, request.choose)
      : await deps.runtime.actOnTask(
          task.taskId,
          { ...act, by, ...(variables ? { variables: data.value } : {}) } as TaskAct,
          commandId,
        )
  if (done.ok) await tellQuestion(deps, task, request, actor, key)
  return done
}
