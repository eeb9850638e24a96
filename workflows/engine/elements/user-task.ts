import type { Participant } from '../../model/approval.ts'
import type { JsonValue } from '../../model/json.ts'
import type { Source } from '../compiled.ts'
import { waits } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { read, readText } from '../evaluate.ts'
import { failure } from '../incidents.ts'
import type { Failure } from '../incidents.ts'
import type { ElementInstance, TaskState } from '../instance.ts'
import { open } from '../opening.ts'
import { emit, taskIdOf } from '../run.ts'
import type { Run } from '../run.ts'
import { endStepEarly, isStep, openStep } from '../steps.ts'
import { changeTask, retryChange, tellCanceled } from '../task-changes.ts'
import { instantIn } from '../timers.ts'
import { formMissing, taskPicture } from '../tasks.ts'

type Read<T> = { ok: true; value: T } | { ok: false; failure: Failure }

/** A list of names: FEEL giving a list, or text with commas. */
function names(run: Run, visit: Visit, source: Source | null): Read<string[]> {
  if (!source) return { ok: true, value: [] }
  const result = read(run, visit, source)
  if (!result.ok) return result
  const value: JsonValue = result.value
  if (value === null) return { ok: true, value: [] }
  const list = typeof value === 'string' ? value.split(',').map((name) => name.trim()) : value
  if (!Array.isArray(list) || list.some((name) => typeof name !== 'string')) {
    const reason = `a list of names was expected, but there is ${JSON.stringify(value)}.`
    return { ok: false, failure: failure('participants.expression_failed', { reason }) }
  }
  return { ok: true, value: (list as string[]).filter((name) => name !== '') }
}

function textOr<T>(run: Run, visit: Visit, source: Source | null, fallback: T): Read<string | T> {
  if (!source) return { ok: true, value: fallback }
  const result = readText(run, visit, source)
  return result.ok ? { ok: true, value: result.value ?? fallback } : result
}

const none: Read<null> = { ok: true, value: null }

/** An instant that a task's schedule names; null where it names none. */
function dateOf(run: Run, visit: Visit, source: Source | null): Read<string | null> {
  if (!source) return none
  const said = textOr(run, visit, source, null)
  if (!said.ok || said.value === null) return said
  const instant = instantIn(said.value, run.host.timeZone)
  return instant === null
    ? { ok: false, failure: failure('deadline.invalid', { value: said.value }) }
    : { ok: true, value: instant }
}

/** Who may do a task without approval policy: by its assignment, else the role that its lane names (coverage (c)13). */
function plainTask(run: Run, visit: Visit): Read<TaskState> {
  const { assignment, priority, dueDate, followUpDate, externalForm, parsed } = visit.node
  const assignee = textOr(run, visit, assignment?.assignee ?? null, null)
  if (!assignee.ok) return assignee
  const users = names(run, visit, assignment?.candidateUsers ?? null)
  if (!users.ok) return users
  const roles = names(run, visit, assignment?.candidateGroups ?? null)
  if (!roles.ok) return roles
  const weight = textOr(run, visit, priority, null)
  if (!weight.ok) return weight
  const elsewhere = externalForm ? textOr(run, visit, externalForm, null) : none
  if (!elsewhere.ok) return elsewhere
  const due = dateOf(run, visit, dueDate)
  if (!due.ok) return due
  const followUp = dateOf(run, visit, followUpDate)
  if (!followUp.ok) return followUp
  const nobody = assignee.value === null && users.value.length === 0 && roles.value.length === 0
  const offered = nobody && parsed.lane ? [parsed.lane] : roles.value
  const task: TaskState = {}
  if (assignee.value !== null) task.assignee = assignee.value
  if (users.value.length > 0) task.candidateUsers = users.value
  if (offered.length > 0) task.candidateRoles = offered
  if (due.value !== null) task.dueAt = due.value
  if (followUp.value !== null) task.followUpAt = followUp.value
  const number = Number(weight.value ?? NaN)
  if (Number.isFinite(number)) task.priority = number
  return { ok: true, value: task }
}

/** Whom a step asks that names nobody itself: its assignment, else the role that its lane names (coverage (c)13). */
function fallback({ assignee, candidateUsers, candidateRoles }: TaskState): Participant[] {
  const users = assignee === undefined ? (candidateUsers ?? []) : [assignee]
  return [
    ...users.map((value): Participant => ({ kind: 'user', value })),
    ...(candidateRoles ?? []).map((value): Participant => ({ kind: 'role', value })),
  ]
}

function activate(run: Run, visit: Visit): Outcome {
  const missing = formMissing(run, visit.node)
  if (missing) return missing
  const task = plainTask(run, visit)
  if (!task.ok) return task.failure
  if (isStep(visit.node)) return openStep(run, visit, fallback(task.value), task.value.followUpAt)
  const failed = open(run, visit)
  if (failed) return failed
  const opened = { type: 'taskOpened' as const, key: visit.key, elementId: visit.node.id }
  const { taskListeners } = visit.node
  if (taskListeners === null) {
    emit(run, { ...opened, task: task.value })
    run.requests.push(taskPicture(run, visit, task.value))
    return waits
  }
  // Whom the diagram names is assigned once the listeners of that have answered.
  const { assignee, ...rest } = task.value
  const isAsked = assignee !== undefined && taskListeners.assigning.length > 0
  emit(run, { ...opened, task: isAsked ? rest : task.value })
  changeTask(run, visit.element!, { to: 'creating', by: 'system', ...(isAsked && { assignee }) })
  return waits
}

function terminate(run: Run, element: ElementInstance): void {
  endStepEarly(run, element)
  if (!element.task) return
  tellCanceled(run, element)
  run.requests.push({
    type: 'closeTask',
    taskId: taskIdOf(run, element),
    outcome: 'canceled',
    by: null,
    at: run.now,
    comment: null,
    items: [],
  })
}

/** BPMN 10.3.3: work of a person, in the inbox until it is completed. */
export const userTask: Element = {
  name: { zh: '用户任务', en: 'user task' },
  activate,
  retry(run, visit) {
    if (visit.element) retryChange(run, visit.element)
    return waits
  },
  terminate,
}
