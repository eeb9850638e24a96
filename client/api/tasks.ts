import type {
  ActPreview,
  ActRequest,
  BatchRequest,
  BatchResult,
  TaskDetail,
  TaskSummary,
  WorkbenchSummary,
} from '../../server/contract/tasks.ts'
import { get, post, put } from './http.ts'
import type { Paged } from './orders.ts'

export type TaskViewName = 'mine' | 'claimable' | 'started' | 'handled'

const at = (taskId: string) => `/api/tasks/${encodeURIComponent(taskId)}`

export const readWorkbench = () => get<WorkbenchSummary>('/api/workbench')
export const listTasks = (view: TaskViewName, query: { after?: string; limit?: number } = {}) =>
  get<Paged<TaskSummary>>('/api/tasks', { view, ...query })
export const readTask = (taskId: string) => get<TaskDetail>(at(taskId))
export const claimTask = (taskId: string, idempotencyKey: string) =>
  post<TaskDetail>(`${at(taskId)}/claim`, undefined, { idempotencyKey })
export const unclaimTask = (taskId: string, idempotencyKey: string) =>
  post<TaskDetail>(`${at(taskId)}/unclaim`, undefined, { idempotencyKey })

/** A button of the task; `complete` for work without a verdict. */
export const actOnTask = (taskId: string, act: ActRequest, idempotencyKey: string) =>
  post<TaskDetail>(`${at(taskId)}/acts`, act, { idempotencyKey })

/** Several acts, each with a result of its own. */
export const actTogether = (acts: BatchRequest['acts'], idempotencyKey: string) =>
  post<BatchResult>('/api/tasks/batch', { acts }, { idempotencyKey })

/** What an act would do; refused with what would refuse the act. Nothing is done. */
export const previewAct = (taskId: string, act: ActRequest) => post<ActPreview>(`${at(taskId)}/preview`, act)

export const saveTaskDraft = (taskId: string, variables: Record<string, unknown>) =>
  put<{ savedAt: string }>(`${at(taskId)}/draft`, { variables })
