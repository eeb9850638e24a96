import Type from 'typebox'
import { ok, type Result } from '../../workflows/model/problem.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { TaskAct, TaskDocument } from '../../workflows/runtime/face.ts'
import { Data, PageOf, PageQuery } from '../contract/shared.ts'
import {
  ActPreview,
  ActRequest,
  BatchRequest,
  BatchResult,
  TaskDetail,
  TaskSummary,
  TaskView,
  WorkbenchSummary,
} from '../contract/tasks.ts'
import { defineRoute, type Actor, type Route } from '../http/route.ts'
import type { TaskDependencies } from './dependencies.ts'
import { actOn } from './act.ts'
import { actPreview, mayReadTask, taskDetail, taskSummaries, viewFilter } from './read.ts'
import { mayWithdraw, withdrawFrom } from './withdraw.ts'
import { taskRefusals } from './refusals.ts'
import { workbenchSummary } from './workbench.ts'

const TaskParams = Type.Object({ taskId: Type.String({ maxLength: 200 }) })
const user = (actor: Actor) => actor as Extract<Actor, { kind: 'user' }>

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

  /** One act of somebody who has heard of the task; whoever may not read it hears what would refuse him. */
  const act = async (taskId: string, actor: Actor, request: ActRequest, key: string): Promise<Result<null>> => {
    const stored = await known(taskId, actor)
    if (!stored) return taskRefusals.notFound()
    const { userId: by } = user(actor)
    const { variables: _, ...asked } = request
    if (!mayReadTask(stored.data, user(actor))) return refusedBeside(stored.data, { ...asked, by } as TaskAct)
    return request.action === 'withdraw'
      ? withdrawFrom(deps, stored.data, { by, comment: request.comment, key })
      : actOn(deps, stored.data, user(actor), request, key)
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
        const done = await act(params.taskId, actor, body, idempotencyKey)
        return done.ok ? detail(params.taskId, actor) : done
      },
    }),

    defineRoute({
      method: 'POST',
      path: '/api/tasks/batch',
      summary: 'Several acts, each on its own with its own result: what one refuses does not hold up the others',
      tag: 'tasks',
      authorize: { allow: 'signed-in' },
      command: true,
      body: BatchRequest,
      response: BatchResult,
      async handle({ body, actor, idempotencyKey }) {
        const results: BatchResult['results'] = []
        for (const [index, { taskId, ...request }] of body.acts.entries()) {
          const done = await act(taskId, actor, request, `${idempotencyKey}:${index}`)
          results.push(
            done.ok
              ? { taskId, code: 'ok', message: null }
              : { taskId, code: done.refusal.code, message: done.refusal.message },
          )
        }
        return ok({ results })
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
