import type { Static } from 'typebox'
import type { JsonObject } from '../../workflows/model/json.ts'
import type { EngineEvent } from '../../workflows/engine/events.ts'
import { tellHistory } from '../../workflows/engine/explain/history.ts'
import { explainWaits } from '../../workflows/engine/explain/waits.ts'
import type { Words } from '../../workflows/engine/explain/words.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { ParsedProcess } from '../../workflows/model/definition.ts'
import type { IncidentDocument } from '../../workflows/runtime/documents.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import {
  CUSTOMER_ACTOR,
  type CaseDetail,
  type CaseDiagram,
  type CaseHistory,
  type CaseSummary,
  type StepLogEntry,
} from '../contract/cases.ts'
import { messages } from '../contract/messages.ts'
import type { Actor } from '../http/route.ts'
import { openerRoles, readsAllCases, seesCasesOf, visibleData } from './access.rules.ts'
import { instancesOf } from './called.ts'
import type { CaseDependencies } from './dependencies.ts'
import { freeWorkOf } from './free-work.rules.ts'
import { helpWith, stepNameOf } from './incidents.ts'
import { isGiven, withoutHidden } from './given.rules.ts'
import type { Diagrams } from './outlines.ts'
import type { CaseRecord } from './record.rules.ts'
import { diagramState, stepLog, type Outline } from './step-log.rules.ts'
import { caseByNumber, communicationsOf } from './store.ts'

export interface CaseReading extends CaseDependencies {
  diagrams: Diagrams
}

/** Open tasks of some cases, by process instance. */
export async function openTasksOf(deps: CaseDependencies, instanceIds: string[]): Promise<Map<string, TaskDocument[]>> {
  const found = new Map<string, TaskDocument[]>()
  if (instanceIds.length === 0) return found
  const page = await deps.store.find<TaskDocument>('tasks', {
    filter: { processInstanceId: { $in: instanceIds }, state: 'open' },
    limit: 1000,
  })
  for (const { data } of page.items)
    found.set(data.processInstanceId, [...(found.get(data.processInstanceId) ?? []), data])
  return found
}

/** Names of people for a list of ids; the customer and the system have words of their own. */
export const nameOf = (deps: Pick<CaseDependencies, 'people'>, id: string | null): string | null =>
  id === null ? null : id === CUSTOMER_ACTOR ? '客户' : id === 'system' ? '系统' : (deps.people.person(id)?.name ?? id)

/** Whose clock runs (pack §0): the customer's while she is asked or chooses, else ours; nobody's after the end. */
function clockHolder(record: CaseRecord, tasks: TaskDocument[]): string {
  if (record.state !== 'open') return 'none'
  const customers = tasks.some(
    (task) => task.question?.to === CUSTOMER_ACTOR || task.waitingFor.includes(CUSTOMER_ACTOR),
  )
  return customers ? 'customer' : tasks.length > 0 ? 'ours' : 'system'
}

export function summaryOf(deps: CaseDependencies, record: CaseRecord, tasks: TaskDocument[]): CaseSummary {
  const due = tasks.map(({ dueAt }) => dueAt).filter((dueAt) => dueAt !== null)
  return {
    caseNo: record.caseNo,
    kind: record.kind,
    title: record.title,
    state: record.state,
    orderNo: record.orderNo,
    customerName: record.customerName,
    tier: record.tier,
    amount: record.amount,
    currency: record.currency,
    steps: tasks.map((task) => ({
      elementId: task.elementId,
      name: task.name,
      waitingFor: [task.assignee, ...task.waitingFor]
        .filter((id, index, all): id is string => id !== null && all.indexOf(id) === index)
        .slice(0, task.assignee === null ? 5 : 1)
        .map((id) => nameOf(deps, id) ?? id),
      since: task.openedAt,
    })),
    clockHolder: clockHolder(record, tasks),
    openedAt: record.openedAt,
    dueAt: record.state === 'open' ? (due.toSorted()[0] ?? record.dueAt) : null,
    closedAt: record.closedAt,
    processInstanceId: record.processInstanceId,
  }
}

/**
 * May this person see the case? Desk roles see all, others those of a process that names their role, what they opened,
 * and by a task that they have, while it lives.
 */
export async function mayReadCase(deps: CaseReading, record: CaseRecord, actor: Actor): Promise<boolean> {
  if (actor.kind === 'customer') return 'caseNo' in actor.scope && actor.scope.caseNo === record.caseNo
  if (actor.kind !== 'user') return false
  if (await seesAll(deps, record, actor)) return true
  return (await tasksGiven(deps, record, actor.userId)).length > 0
}

async function seesAll(
  deps: CaseReading,
  { initiator, processId, definitionVersion }: CaseRecord,
  { roles, userId }: Extract<Actor, { kind: 'user' }>,
): Promise<boolean> {
  if (readsAllCases(roles) || initiator === userId) return true
  const isThere = (await deps.runtime.resource('process', processId, definitionVersion)) !== null
  return isThere && seesCasesOf((await deps.diagrams(processId, definitionVersion)).process, roles)
}

/** Open tasks of a case that let somebody read it. */
async function tasksGiven(deps: CaseDependencies, record: CaseRecord, who: string): Promise<TaskDocument[]> {
  const instance = await deps.runtime.instance(record.processInstanceId)
  const ids = instance ? await instancesOf(deps.runtime, instance) : [record.processInstanceId]
  const open = [...(await openTasksOf(deps, ids)).values()].flat()
  return open.filter((task) => isGiven(task, who))
}

type Seeing = (data: JsonObject) => JsonObject

/** What of a case's data somebody sees: all of it, or what the tasks show by which alone he reads it. */
async function seeingOf(
  deps: CaseReading,
  record: CaseRecord,
  actor: Extract<Actor, { kind: 'user' }>,
): Promise<Seeing> {
  if (await seesAll(deps, record, actor)) return (data) => data
  const given = await tasksGiven(deps, record, actor.userId)
  return (data) => Object.assign({}, ...given.map(({ fields }) => withoutHidden(fields, data))) as JsonObject
}

/** The record, brought up to date from the instance while it is there; null when it is absent or not this actor's. */
export async function readableCase(deps: CaseReading, caseNo: string, actor: Actor): Promise<CaseRecord | null> {
  const record = await caseByNumber(deps.store, caseNo)
  if (!record || !(await mayReadCase(deps, record, actor))) return null
  return record
}

const asStep = (deps: CaseDependencies, step: ReturnType<typeof stepLog>[number]): Static<typeof StepLogEntry> => ({
  elementId: step.elementId,
  name: step.name,
  kind: step.kind,
  who: nameOf(deps, step.who),
  startedAt: step.startedAt,
  endedAt: step.endedAt,
  act: step.act,
  result: step.result,
  data: step.data,
})

/** The log of steps, newest first. */
export const stepsOf = (deps: CaseDependencies, events: readonly EngineEvent[], outline: Outline): StepLogEntry[] =>
  stepLog(events, outline)
    .toReversed()
    .map((step) => asStep(deps, step))

const breakdownOf = (instance: ProcessInstance): CaseDetail['breakdown'] => {
  const refund = instance.variables['refund'] as JsonObject | undefined
  const preview = instance.variables['preview'] as JsonObject | undefined
  return (refund?.['breakdown'] ?? preview?.['breakdown'] ?? []) as unknown as CaseDetail['breakdown']
}

const wordsOf = (deps: CaseDependencies, sees: Seeing = (data) => data): Words => ({
  person: (id) => nameOf(deps, id) ?? id,
  timeZone: deps.timeZone,
  message: (name) => messages.find((one) => one.name === name)?.label,
  shows: (path) => Object.keys(visibleData(sees({ [path.split('.')[0] ?? '']: true }))).length > 0,
})

/** What happened to a case, in plain words: why each way was taken, which rule fired, who decided. */
export async function caseHistory(
  deps: CaseReading,
  record: CaseRecord,
  actor: Extract<Actor, { kind: 'user' }>,
): Promise<CaseHistory> {
  const words = wordsOf(deps, await seeingOf(deps, record, actor))
  const events = await deps.runtime.history(record.processInstanceId)
  const { process } = await deps.diagrams(record.processId, record.definitionVersion)
  return {
    events: tellHistory(process, events, words).map(({ at, elementId, text }) => ({ at, elementId, text })),
  }
}

/** Where an instance waits and how it goes on, in plain words. */
export const waitsOf = (
  deps: CaseDependencies,
  process: ParsedProcess,
  instance: Readonly<ProcessInstance>,
  sees?: Seeing,
) => explainWaits(process, instance, wordsOf(deps, sees))

/** Everything a colleague reads on the case page. */
export async function caseDetail(
  deps: CaseReading,
  record: CaseRecord,
  actor: Extract<Actor, { kind: 'user' }>,
): Promise<CaseDetail> {
  const instance = await deps.runtime.instance(record.processInstanceId)
  const ids = instance ? await instancesOf(deps.runtime, instance) : [record.processInstanceId]
  const [events, tasks, order, communications, incidents] = await Promise.all([
    deps.runtime.history(record.processInstanceId),
    openTasksOf(deps, ids),
    deps.orders.order(record.orderNo),
    communicationsOf(deps.store, record.caseNo, false),
    incidentsOf(deps, ids),
  ])
  const diagram = await deps.diagrams(record.processId, record.definitionVersion)
  const sees = await seeingOf(deps, record, actor)
  const variables = sees(instance?.variables ?? {})
  const open = [...tasks.values()].flat()
  const balance = order?.balance ?? { paid: 0, refunded: 0, held: 0, refundable: 0 }
  const settled = record.refunded > 0
  return {
    summary: summaryOf(deps, record, open),
    process: { id: record.processId, name: diagram.name, version: record.definitionVersion },
    request: (variables['req'] ?? {}) as JsonObject,
    balance: {
      paid: balance.paid,
      refunded: balance.refunded,
      thisCase: settled || record.state !== 'open' ? 0 : record.amount,
      held: balance.held,
      refundable: balance.refundable,
    },
    breakdown: instance ? breakdownOf(instance) : [],
    steps: stepsOf(deps, events, diagram.outline).map((step) => ({ ...step, data: sees(step.data as JsonObject) })),
    waits: instance ? waitsOf(deps, diagram.process, instance, sees) : [],
    freeWork:
      instance && record.state === 'open' && actor.roles.some((role) => openerRoles.includes(role))
        ? freeWorkOf(diagram.process, instance, events)
        : [],
    communications,
    data: visibleData(variables),
    incidents,
    myTasks: open
      .filter(
        (task) => task.assignee === actor.userId || (task.assignee === null && task.waitingFor.includes(actor.userId)),
      )
      .map(({ taskId, name }) => ({ taskId, name })),
    outcome: record.outcome,
    explanation: record.explanation,
  }
}

export async function incidentsOf(deps: CaseReading, ids: readonly string[]): Promise<CaseDetail['incidents']> {
  const filter = { processInstanceId: { $in: [...ids] }, state: 'open' }
  const page = await deps.store.find<IncidentDocument>('incidents', { filter, limit: 50 })
  return Promise.all(
    page.items.map(async ({ data }) => ({
      id: data.incidentId,
      elementId: data.elementId,
      step: await stepNameOf(deps, data),
      code: data.code,
      message: data.message,
      ...helpWith(data),
      at: data.at,
    })),
  )
}

/** The diagram with what was passed, how long it took, and where it waits now and for whom. */
export const caseDiagram = (deps: CaseReading, { state, ...record }: CaseRecord): Promise<CaseDiagram> =>
  runningDiagram(deps, { ...record, isOpen: state === 'open' })

interface Running {
  processInstanceId: string
  processId: string
  definitionVersion: number
  isOpen: boolean
}

export async function runningDiagram(deps: CaseReading, running: Running): Promise<CaseDiagram> {
  const { processInstanceId, processId, definitionVersion, isOpen } = running
  const [events, tasks, incidents] = await Promise.all([
    deps.runtime.history(processInstanceId),
    openTasksOf(deps, [processInstanceId]),
    incidentsOf(deps, [processInstanceId]),
  ])
  const diagram = await deps.diagrams(processId, definitionVersion)
  const state = diagramState(events, diagram.outline)
  const open = tasks.get(processInstanceId) ?? []
  const who = (elementId: string): string => {
    const task = open.find((candidate) => candidate.elementId === elementId)
    const first = task?.assignee ?? task?.waitingFor[0] ?? null
    const others = task && task.assignee === null ? task.waitingFor.length - 1 : 0
    return first === null ? '' : `${nameOf(deps, first) ?? ''}${others > 0 ? ` +${others}` : ''}`
  }
  return {
    xml: diagram.xml,
    visited: state.visited,
    flows: state.flows,
    tokens: isOpen ? state.tokens.map((token) => ({ ...token, who: who(token.elementId) })) : [],
    incidents: incidents.map(({ elementId, message }) => ({ elementId, message })),
  }
}
