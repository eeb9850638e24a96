import type { JsonObject, JsonValue } from '../../workflows/model/json.ts'
import type { EngineEvent } from '../../workflows/engine/events.ts'
import type { Request } from '../../workflows/engine/requests.ts'
import { ok, type Result } from '../../workflows/model/problem.ts'
import type { TaskAct, TaskDocument } from '../../workflows/runtime/face.ts'
import type { Filter, Stored } from '../../workflows/runtime/ports.ts'
import type { ActPreview, TaskDetail, TaskSummary } from '../contract/tasks.ts'
import { CUSTOMER_ACTOR } from '../contract/cases.ts'
import { everythingEditable, visibleData, type FormDefinition } from '../contract/form-schema.ts'
import type { Actor } from '../http/route.ts'
import { isGiven, withoutHidden } from '../cases/given.rules.ts'
import { mayReadCase, nameOf, openTasksOf, stepsOf, summaryOf } from '../cases/read.ts'
import type { Outline } from '../cases/step-log.rules.ts'
import type { CaseRecord } from '../cases/record.rules.ts'
import { caseOfInstance, communicationsOf } from '../cases/public.ts'
import type { TaskDependencies } from './dependencies.ts'
import { batchOf } from './batch.rules.ts'
import { actionsOf, choicesOf, returnsOf, signersOf, standingOf } from './offers.ts'

type UserActor = Extract<Actor, { kind: 'user' }>

export type View = 'mine' | 'claimable' | 'started' | 'handled'

/** Which tasks a tab of the workbench shows. */
export function viewFilter(view: View, actor: UserActor): Filter {
  const me = actor.userId
  const free: Filter = { assignee: null, $or: [{ waitingFor: me }, { candidateRoles: { $in: [...actor.roles] } }] }
  const views: Record<View, Filter> = {
    mine: { state: 'open', $or: [{ assignee: me }, { assignee: null, waitingFor: me, approval: true }] },
    claimable: { state: 'open', approval: false, ...free },
    started: { state: 'open', initiator: me },
    handled: { state: 'closed', closedBy: me },
  }
  return views[view]
}

/**
 * May this person see that there is the task, and what was done with it? Its holders, those whom it is offered to, who
 * handled or gave it away, who began the case, and admins.
 */
export function mayReadTask(task: TaskDocument, actor: UserActor): boolean {
  const me = actor.userId
  return (
    isGiven(task, me) ||
    task.closedBy === me ||
    task.initiator === me ||
    task.items.some(({ who, from, back }) => who === me || from?.who === me || back?.who === me) ||
    task.candidateRoles.some((role) => actor.roles.includes(role)) ||
    actor.roles.includes('admin')
  )
}

export const mayAct = (task: TaskDocument, actor: UserActor): boolean =>
  task.state === 'open' &&
  task.changing === undefined &&
  (task.assignee === actor.userId || (task.assignee === null && task.waitingFor.includes(actor.userId)))

/** And what the case holds, as the step shows it: only while it is open, to whom it was given or is offered. */
const mayReadContent = (task: TaskDocument, actor: UserActor): boolean =>
  isGiven(task, actor.userId) ||
  actor.roles.includes('admin') ||
  (task.state === 'open' && task.assignee === null && task.candidateRoles.some((role) => actor.roles.includes(role)))

const mayClaim = (task: TaskDocument, actor: UserActor, outline: Outline): boolean =>
  task.state === 'open' &&
  task.changing === undefined &&
  (outline.nodes.get(task.elementId)?.claimable ?? true) &&
  task.assignee === null &&
  (task.waitingFor.includes(actor.userId) || task.candidateRoles.some((role) => actor.roles.includes(role)))

export function taskSummary(
  deps: TaskDependencies,
  task: TaskDocument,
  record: CaseRecord | undefined,
  actor: UserActor,
  outline: Outline,
): TaskSummary {
  const returned = task.state === 'open' && task.items.some(({ state }) => state === 'canceled')
  return {
    taskId: task.taskId,
    caseNo: record?.caseNo ?? task.businessKey,
    title: record?.title ?? task.name,
    step: task.name,
    customerName: record?.customerName ?? '',
    tier: record?.tier ?? '',
    amount: record?.amount ?? 0,
    currency: record?.currency ?? 'CNY',
    dueAt: task.dueAt,
    ...(task.followUpAt !== undefined && { followUpAt: task.followUpAt }),
    ...(task.externalForm !== undefined && { externalForm: task.externalForm }),
    openedAt: task.openedAt,
    assignee: nameOf(deps, task.assignee),
    claimable: mayClaim(task, actor, outline),
    approval: task.approval,
    mark: task.question ? 'asked' : returned ? 'returned' : null,
    outcome: task.outcome,
    batch: batchOf(task, actor.userId, outline),
  }
}

/** Rows of the inbox with the case that each belongs to. */
export async function taskSummaries(
  deps: TaskDependencies,
  tasks: Stored<TaskDocument>[],
  actor: UserActor,
): Promise<TaskSummary[]> {
  return Promise.all(
    tasks.map(async ({ data }) => {
      const [record, diagram] = await Promise.all([
        caseOfInstance(deps.store, data.processInstanceId),
        deps.diagrams(data.processId, data.definitionVersion),
      ])
      return taskSummary(deps, data, record ?? undefined, actor, diagram.outline)
    }),
  )
}

const object = (value: JsonValue | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}

/** The clauses that decided so far: every rule that fired, with the sentence it holds. */
function clausesOf(events: readonly EngineEvent[]): TaskDetail['clauses'] {
  const clauses = events.flatMap((event) =>
    event.type === 'decisionEvaluated'
      ? event.rules.flatMap(({ annotation, index }) =>
          annotation ? [{ sentence: annotation, decisionId: event.decisionId, rule: index }] : [],
        )
      : [],
  )
  return clauses.filter((clause, index) => clauses.findIndex(({ sentence }) => sentence === clause.sentence) === index)
}

type TaskForm = NonNullable<TaskDetail['form']> & Pick<FormDefinition, 'schema' | 'uiSchema'>

/** The form of a task, in the version that its case keeps to. */
export async function formOf(deps: TaskDependencies, task: TaskDocument): Promise<TaskForm | null> {
  if (task.formId === null) return null
  const resource = await deps.runtime.resource('form', task.formId, task.formVersion ?? undefined)
  if (!resource) return null
  const definition = JSON.parse(resource.content) as FormDefinition
  return {
    id: resource.id,
    version: resource.version,
    name: resource.name,
    schema: definition.schema,
    uiSchema: definition.uiSchema,
  } as TaskForm
}

/** What a form may show: what it declares, without fields, columns and parts that are hidden at this step. */
const formData = (form: TaskForm | null, task: TaskDocument, variables: JsonObject): JsonObject =>
  form === null
    ? {}
    : (visibleData(form.schema, task.fields ?? everythingEditable, { ...variables, ...task.locals }) as JsonObject)

/** What would open if this person agreed now, found out by the runner on a copy of the case. */
async function nextSteps(
  deps: TaskDependencies,
  task: TaskDocument,
  actor: UserActor,
  outline: Outline,
): Promise<TaskDetail['next']> {
  const offer = task.actions.find(({ name }) => name === 'approve')
  if (task.approval && !offer) return []
  const preview = await deps.runtime.previewAct(task.taskId, {
    by: actor.userId,
    action: offer?.name ?? 'complete',
    comment: '—',
    ...(offer?.signature ? { signature: '—' } : {}),
    variables: {},
  })
  return preview.ok ? opening(deps, preview.value, task.taskId, outline) : []
}

/** Tasks and jobs that requests of the runner open, by their names and for whom. */
function opening(
  deps: TaskDependencies,
  requests: readonly Request[],
  taskId: string,
  outline: Outline,
): TaskDetail['next'] {
  return requests.flatMap((request) => {
    if (request.type === 'createJob')
      return [{ name: outline.nodes.get(request.elementId)?.name || request.elementId, who: null }]
    // The task itself, brought up to date: others have still to answer.
    if (request.type !== 'openTask') return []
    if (request.taskId === taskId && request.waitingFor.length === 0) return []
    const who = request.waitingFor.map((id) => nameOf(deps, id) ?? id).join('、')
    return [{ name: request.name, who: who || null }]
  })
}

/** What an act would do, before anybody does it; refused with what would refuse the act. */
export async function actPreview(
  deps: TaskDependencies,
  task: TaskDocument,
  act: TaskAct,
): Promise<Result<ActPreview>> {
  const [requests, effects, diagram] = await Promise.all([
    deps.runtime.previewAct(task.taskId, act),
    deps.runtime.previewReturn(task.taskId, act),
    deps.diagrams(task.processId, task.definitionVersion),
  ])
  if (!requests.ok) return requests
  if (!effects.ok) return effects
  const named = (ids: readonly string[]) =>
    ids.map((elementId) => ({ elementId, name: diagram.outline.nodes.get(elementId)?.name || elementId }))
  return ok({
    next: opening(deps, requests.value, task.taskId, diagram.outline),
    void: named(effects.value.void),
    kept: named(effects.value.kept),
    restarts: named(effects.value.restarts),
    compensates: named(effects.value.compensates),
  })
}

const blocked = {
  closed: (by: string) => ({ zh: `${by} 已经处理过了。`, en: `${by} has already handled this.` }),
  claimed: (by: string) => ({
    zh: `${by} 在处理，你可以看，不能提交。`,
    en: `${by} is handling this; you can read, not send.`,
  }),
  notYours: { zh: '这一步不归你处理。', en: 'This step is not yours to handle.' },
}

/**
 * Everything the task page shows: form with this step's rights beside the order, the clause and the way so far. Whoever
 * may not read the content any more, or not yet, sees who did what with the task itself.
 */
export async function taskDetail(
  deps: TaskDependencies,
  stored: Stored<TaskDocument>,
  actor: UserActor,
): Promise<TaskDetail> {
  const task = stored.data
  const [instance, history, found, formThere] = await Promise.all([
    deps.runtime.instance(task.processInstanceId),
    deps.runtime.history(task.processInstanceId),
    caseOfInstance(deps.store, task.processInstanceId),
    formOf(deps, task),
  ])
  const diagram = await deps.diagrams(task.processId, task.definitionVersion)
  const seesContent = mayReadContent(task, actor)
  const seesCase = seesContent || (found !== null && (await mayReadCase(deps, found, actor)))
  const [form, record, events] = [seesContent ? formThere : null, seesCase ? found : null, seesCase ? history : []]
  const variables = seesCase ? (instance?.variables ?? {}) : {}
  const refund = object(variables['refund'])
  const preview = object(variables['preview'])
  const order = record ? await deps.orders.order(record.orderNo) : null
  const open = record ? ((await openTasksOf(deps, [record.processInstanceId])).get(record.processInstanceId) ?? []) : []
  const acting = mayAct(task, actor)
  const holder = nameOf(deps, task.assignee)
  return {
    task: taskSummary(deps, task, record ?? undefined, actor, diagram.outline),
    case: record ? summaryOf(deps, record, open) : null,
    form,
    data: formData(form, task, variables),
    draft: seesContent ? (task.drafts[actor.userId] ?? null) : null,
    fields: task.fields ?? { default: 'editable', fields: [] },
    actions: acting ? actionsOf(task, actor.userId) : [],
    standing: await standingOf(deps, task, actor),
    decision: task.approval ? (diagram.outline.nodes.get(task.elementId)?.approval ?? null) : null,
    signers: signersOf(task, actor.userId, (id) => nameOf(deps, id)),
    returns: acting ? await returnsOf(deps, task, actor, diagram.outline) : { targets: [], afterwards: null },
    choices: acting ? choicesOf(task, diagram.outline) : [],
    guidance: task.guidance,
    clauses: clausesOf(events),
    breakdown: (refund['breakdown'] ?? preview['breakdown'] ?? []) as unknown as TaskDetail['breakdown'],
    refund:
      typeof refund['amount'] === 'number'
        ? refund['amount']
        : typeof preview['refund'] === 'number'
          ? preview['refund']
          : null,
    orderNo: record?.orderNo ?? null,
    order: order as unknown as TaskDetail['order'],
    steps: stepsOf(deps, events, diagram.outline).map((step) => ({
      ...step,
      data: withoutHidden(task.fields, step.data as JsonObject),
    })),
    communications: record ? await communicationsOf(deps.store, record.caseNo, false) : [],
    next: acting ? await nextSteps(deps, task, actor, diagram.outline) : [],
    question: task.question
      ? {
          text: task.question.text,
          to: task.question.to === CUSTOMER_ACTOR ? '客户' : (nameOf(deps, task.question.to) ?? ''),
          at: task.question.at,
        }
      : null,
    blocked:
      acting || mayClaim(task, actor, diagram.outline)
        ? null
        : task.state === 'closed'
          ? blocked.closed(nameOf(deps, task.closedBy) ?? '系统')
          : holder
            ? blocked.claimed(holder)
            : blocked.notYours,
    version: stored.version,
  }
}
