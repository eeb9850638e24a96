import type { Visit } from './element.ts'
import { readText } from './evaluate.ts'
import type { TaskState } from './instance.ts'
import type { OpenTask } from './requests.ts'
import type { Run } from './run.ts'

/** How urgent a task is by its `zeebe:priorityDefinition`; undefined when that says no number. */
export function priorityOf(run: Run, visit: Visit): number | undefined {
  const said = visit.node.priority ? readText(run, visit, visit.node.priority) : null
  const number = said?.ok && said.value !== null ? Number(said.value) : NaN
  return Number.isFinite(number) ? number : undefined
}

/** The inbox's whole picture of a task without approval policy. */
export function taskPicture(run: Run, visit: Visit, task: TaskState, openedAt?: string): OpenTask {
  const { node, key } = visit
  const { assignee = null, candidateUsers = [], candidateRoles = [], dueAt = null, priority = 50 } = task
  const { parsed } = node
  return {
    type: 'openTask',
    taskId: `${run.instance.id}:${key}`,
    elementId: node.id,
    elementInstanceKey: key,
    name: node.name || node.id,
    approval: false,
    items: [],
    waitingFor: assignee === null ? candidateUsers : [assignee],
    candidateRoles,
    assignee,
    formId: parsed.formId ?? null,
    fields: parsed.policy?.fields ?? null,
    actions: [],
    openedAt: openedAt ?? run.now,
    dueAt,
    priority,
    guidance: parsed.policy?.guidance ?? null,
    publicStep: parsed.publicStep ?? null,
    question: null,
    locals: visit.locals ?? {},
  }
}
