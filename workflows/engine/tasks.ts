import { entryOf } from '../model/json.ts'
import type { CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import { readText } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { TaskState } from './instance.ts'
import type { OpenTask } from './requests.ts'
import { pinOf } from './pins.ts'
import type { Run } from './run.ts'

/** How urgent a task is by its `zeebe:priorityDefinition`; undefined when that says no number. */
export function priorityOf(run: Run, visit: Visit): number | undefined {
  const said = visit.node.priority ? readText(run, visit, visit.node.priority) : null
  const number = said?.ok && said.value !== null ? Number(said.value) : NaN
  return Number.isFinite(number) ? number : undefined
}

/** The form of another application that a task is done in; undefined where there is none. */
export function externalFormOf(run: Run, visit: Visit): string | undefined {
  const said = visit.node.externalForm ? readText(run, visit, visit.node.externalForm) : null
  return said?.ok && said.value !== null && said.value !== '' ? said.value : undefined
}

/** The version of its form that a case keeps to; null where it has no form, or none is published. */
export function formVersionOf(run: Run, { parsed: { formId }, formBinding }: CompiledNode): number | null {
  return formId === undefined ? null : (entryOf(run.instance.pinned.forms, pinOf(formId, formBinding)) ?? null)
}

/** A form that is bound to a version, where that was never published; without a binding the task has no form then. */
export function formMissing(run: Run, node: CompiledNode): Failure | null {
  const { parsed, formBinding } = node
  if (formBinding.kind === 'latest' || formVersionOf(run, node) !== null) return null
  const tag = formBinding.kind === 'versionTag' ? ` (${formBinding.tag})` : ''
  return failure('form.not_found', { formId: `${parsed.formId ?? ''}${tag}` })
}

/** The inbox's whole picture of a task without approval policy. */
export function taskPicture(run: Run, visit: Visit, task: TaskState, openedAt?: string): OpenTask {
  const { node, key } = visit
  const { assignee = null, candidateUsers = [], candidateRoles = [], dueAt = null, followUpAt, priority = 50 } = task
  const { parsed } = node
  const externalForm = externalFormOf(run, visit)
  const picture: OpenTask = {
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
    formVersion: formVersionOf(run, node),
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
  if (followUpAt !== undefined) picture.followUpAt = followUpAt
  if (externalForm !== undefined) picture.externalForm = externalForm
  if (task.change) picture.changing = task.change.to
  return picture
}
