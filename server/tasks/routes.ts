import Type from 'typebox'
import { ok, type Result } from '../../workflows/model/problem.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { TaskAct, TaskDocument } from '../../workflows/runtime/face.ts'
import { Data, PageOf, PageQuery } from '../contract/shared.ts'
import { ActPreview, ActRequest, TaskDetail, TaskSummary, TaskView, WorkbenchSummary } from '../contract/tasks.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import type { TaskDependencies } from './dependencies.ts'
import { actPreview, formOf, mayAct, mayReadTask, taskDetail, taskSummaries, viewFilter } from './read.ts'
import { checkSubmission, filesIn } from './form-check.ts'
import { tellQuestion } from './tell-question.ts'
import { mayWithdraw, withdrawFrom } from './withdraw.ts'
import { taskRefusals } from './refusals.ts'
import { workbenchSummary } from './workbench.ts'

const TaskParams = Type.Object({ taskId: Type.String({ maxLength: 200 }) })
const user = (actor: Actor) => actor as Extract<Actor, { kind: 'user' }>

/** What of a submission may be written; its files belong to the case from now on. */
async function submission(
  deps: TaskDependencies,
  task: TaskDocument,
  actor: Actor,
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

/** The inbox: find, claim, fill, decide. */
export function taskRoutes(deps: TaskDependencies): Route[] {
  const readable = async (taskId: string, actor: Actor) => {
    const stored = await deps.store.load<TaskDocument>('tasks', taskId)
    return stored && mayReadTask(stored.data, user(actor)) ? stored : null
  }

  /**
   * A task that somebody has heard of: he may read it, or has a part in another one of the same run. To everybody else it
   * does not exist; of him the runner judges what he wants to do.
   */
  const known = async (taskId: string, actor: Actor) => {
    const stored = await deps.store.load<TaskDocument>('tasks', taskId)
    if (!stored || mayReadTask(stored.data, user(actor))) return stored
    const { processInstanceId } = stored.data
    const beside = await deps.store.find<TaskDocument>('tasks', { filter: { processInstanceId }, limit: 200 })
    return beside.items.some(({ data }) => mayReadTask(data, user(actor))) ? stored : null
  }

  /** What would refuse an act of somebody who may not even read the task; he is never let in by what nobody guards. */
  const refusedBeside = async (task: TaskDocument, act: TaskAct) => {
    const tried =
      act.action === 'withdraw'
        ? await mayWithdraw(deps, task, act.by)
        : await deps.runtime.previewAct(task.taskId, act)
    return tried.ok ? taskRefusals.notFound() : tried
  }

  const detail = async (taskId: string, actor: Actor) => {
    const stored = await readable(taskId, actor)
    return stored ? ok(await taskDetail(deps, stored, user(actor))) : taskRefusals.notFound()
  }

  return [
    defineRoute({
      method: 'GET',
      path: '/api/workbench',
      summary: 'The numbers of the day, the queue and what I started',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      response: WorkbenchSummary,
      handle: async ({ actor, now }) => ok(await workbenchSummary(deps, user(actor), now)),
    }),

    defineRoute({
      method: 'GET',
      path: '/api/tasks',
      summary: 'Tasks of one tab of the workbench, the most urgent first',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      query: Type.Object({ ...PageQuery, view: TaskView }),
      response: PageOf(TaskSummary),
      async handle({ query, actor }) {
        const filter = viewFilter(query.view, user(actor))
        const page = await deps.store.find<TaskDocument>('tasks', {
          filter,
          sort: query.view === 'handled' ? [['closedAt', -1]] : [['dueAt', 1]],
          limit: query.limit ?? 50,
          ...(query.after ? { after: query.after } : {}),
        })
        const total = await deps.store.count('tasks', filter)
        return ok({ items: await taskSummaries(deps, page.items, user(actor)), next: page.next, total })
      },
    }),

    defineRoute({
      method: 'GET',
      path: '/api/tasks/:taskId',
      summary: 'One task: form with this step’s rights, order, clause, the way so far',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      params: TaskParams,
      response: TaskDetail,
      handle: ({ params, actor }) => detail(params.taskId, actor),
    }),

    defineRoute({
      method: 'POST',
      path: '/api/tasks/:taskId/claim',
      summary: 'Takes a task that is offered to several',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      command: true,
      params: TaskParams,
      response: TaskDetail,
      async handle({ params, actor }) {
        if (!(await readable(params.taskId, actor))) return taskRefusals.notFound()
        const claimed = await deps.runtime.claimTask(params.taskId, user(actor).userId)
        return claimed.ok ? detail(params.taskId, actor) : claimed
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/tasks/:taskId/unclaim',
      summary: 'Gives a claimed task back',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      command: true,
      params: TaskParams,
      response: TaskDetail,
      async handle({ params, actor }) {
        if (!(await readable(params.taskId, actor))) return taskRefusals.notFound()
        const given = await deps.runtime.unclaimTask(params.taskId, user(actor).userId)
        return given.ok ? detail(params.taskId, actor) : given
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/tasks/:taskId/acts',
      summary: 'A button of the task: approve, reject, ask, hand over, complete ...',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      command: true,
      params: TaskParams,
      body: ActRequest,
      response: TaskDetail,
      async handle({ params, body, actor, idempotencyKey }) {
        const stored = await known(params.taskId, actor)
        if (!stored) return taskRefusals.notFound()
        const by = user(actor).userId
        const { variables, ...act } = body
        if (!mayReadTask(stored.data, user(actor))) return refusedBeside(stored.data, { ...act, by } as TaskAct)
        if (body.action === 'withdraw') {
          const withdrawn = await withdrawFrom(deps, stored.data, { by, comment: body.comment, key: idempotencyKey })
          return withdrawn.ok ? detail(params.taskId, actor) : withdrawn
        }
        // Whoever may not act, or comes too late, hears that first: the runner says it.
        const data = mayAct(stored.data, user(actor))
          ? await submission(deps, stored.data, actor, body.action, (variables ?? {}) as JsonObject)
          : ok((variables ?? {}) as JsonObject)
        if (!data.ok) return data
        const commandId = `user:${by}:${idempotencyKey}`
        const done =
          body.action === 'complete'
            ? await deps.runtime.completeTask(params.taskId, by, data.value, commandId, body.choose)
            : await deps.runtime.actOnTask(
                params.taskId,
                { ...act, by, ...(variables ? { variables: data.value } : {}) } as TaskAct,
                commandId,
              )
        if (!done.ok) return done
        await tellQuestion(deps, stored.data, body, user(actor), idempotencyKey)
        return detail(params.taskId, actor)
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/tasks/:taskId/preview',
      summary: 'What an act would do: what opens next, what a return ends, keeps and undoes',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      limit: 'search',
      params: TaskParams,
      body: ActRequest,
      response: ActPreview,
      async handle({ params, body, actor }) {
        const stored = await known(params.taskId, actor)
        if (!stored) return taskRefusals.notFound()
        const act = { ...body, by: user(actor).userId } as TaskAct
        if (!mayReadTask(stored.data, user(actor))) return refusedBeside(stored.data, act)
        if (act.action !== 'withdraw') return actPreview(deps, stored.data, act)
        const may = await mayWithdraw(deps, stored.data, act.by)
        return may.ok ? ok({ next: [], void: [], kept: [], restarts: [], compensates: [] }) : may
      },
    }),

    defineRoute({
      method: 'PUT',
      path: '/api/tasks/:taskId/draft',
      summary: 'Keeps what was typed; nobody else sees it',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      params: TaskParams,
      body: Type.Object({ variables: Data }),
      response: Type.Object({ savedAt: Type.String() }),
      async handle({ params, body, actor, now }) {
        if (!(await readable(params.taskId, actor))) return taskRefusals.notFound()
        const saved = await deps.runtime.saveDraft(params.taskId, user(actor).userId, body.variables as JsonObject)
        return saved.ok ? ok({ savedAt: now }) : saved
      },
    }),
  ]
}
