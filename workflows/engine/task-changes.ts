import type { TaskTime } from '../model/definition.ts'
import type { JsonObject } from '../model/json.ts'
import type { Refusal } from '../model/problem.ts'
import type { JobResult } from './commands.ts'
import type { CompiledJob } from './compiled.ts'
import type { Visit } from './element.ts'
import type { Corrections, ElementInstance, TaskChanging, TaskState } from './instance.ts'
import { requestJob, visibleVariables, workOf } from './jobs.ts'
import { listenerJobId } from './listeners.ts'
import { refusals } from './refusals.ts'
import { emit, taskIdOf, visitOf } from './run.ts'
import type { Happening, Run } from './run.ts'
import { taskPicture } from './tasks.ts'
import { instantIn } from './timers.ts'
import { finish, stop } from './tokens.ts'

/** Changes that a listener may deny; what the process itself does cannot be (as in Camunda 8). */
const deniable = new Set<TaskTime>(['assigning', 'updating', 'completing'])

const taskOf = (element: ElementInstance): TaskState => {
  if (!element.task) throw new Error(`${element.at} has no open task`)
  return element.task
}

const show = (run: Run, element: ElementInstance) =>
  void run.requests.push(taskPicture(run, visitOf(run, element), taskOf(element)))

const deeds: Record<TaskTime, (change: TaskChanging) => string> = {
  creating: () => 'create',
  assigning: ({ assignee, by }) => (assignee === by ? 'claim' : assignee === null ? 'unassign' : 'assign'),
  updating: () => 'update',
  completing: () => 'complete',
  canceling: () => 'cancel',
}

const attributes = {
  assignee: 'assignee',
  candidateUsers: 'candidateUsers',
  candidateRoles: 'candidateGroups',
  dueAt: 'dueDate',
  followUpAt: 'followUpDate',
  priority: 'priority',
} as const

/** What a listener is told of the task, under the names that Camunda 8 gives it. */
function headersOf(run: Run, element: ElementInstance, job: CompiledJob, change: TaskChanging): Record<string, string> {
  const { assignee, corrects = {} } = change
  const changed: Corrections = { ...(assignee !== undefined && { assignee }), ...corrects }
  const seen: Record<string, unknown> = { ...taskOf(element), ...changed }
  const told = Object.entries(attributes).flatMap(([name, as]) => {
    const value = seen[name]
    if (value === undefined || value === null) return []
    return [[as, Array.isArray(value) ? JSON.stringify(value) : String(value)] as const]
  })
  const names = Object.keys(changed).map((name) => attributes[name as keyof typeof attributes])
  const all = [
    ['action', deeds[change.to](change)] as const,
    ...told,
    ['changedAttributes', JSON.stringify(names)] as const,
    ['userTaskKey', taskIdOf(run, element)] as const,
  ]
  return { ...job.headers, ...Object.fromEntries(all.map(([name, value]) => [`io.camunda.zeebe:${name}`, value])) }
}

/** Asks the next listener of the change that is at work; when all have been asked it is carried out. */
function ask(run: Run, element: ElementInstance): void {
  const task = taskOf(element)
  const { change } = task
  if (!change) throw new Error(`${element.at} has no change at work`)
  const visit = visitOf(run, element)
  const turn = task.turns ?? 1
  const { listening: before } = element
  const isBegun = before?.on === change.to && before.turn === turn
  const next = isBegun ? before.next : 0
  const job = visit.node.taskListeners?.[change.to][next]
  if (!job) return conclude(run, element, change)
  const work = workOf(run, visit, job)
  if ('code' in work) return stop(run, visit, 'activated', work)
  const tries = isBegun ? (before.tries ?? 0) : 0
  const asked = { on: change.to, turn, next }
  const jobId = listenerJobId(run.instance.id, element.key, { ...asked, job: tries + 1 })
  const said = { key: element.key, elementId: element.at, jobId, jobType: work.jobType }
  emit(run, { type: 'listenerAsked', ...said, ...asked, occurrence: tries + 1 })
  requestJob(run, visit, work, {
    jobId,
    effectKey: `${run.instance.id}:${element.key}:${change.to}~${turn}-${next}`,
    headers: headersOf(run, element, job, change),
    variables: { ...visibleVariables(run, visit), ...change.variables },
  })
}

/** Begins a change of a task: its listeners are asked one after the other, without any it is carried out at once. */
export function changeTask(run: Run, element: ElementInstance, change: TaskChanging): void {
  const { to } = change
  const listeners = run.definition.node(element.at)?.taskListeners?.[to] ?? []
  if (listeners.length === 0) return carryOut(run, element, change)
  emit(run, { type: 'taskChanging', key: element.key, elementId: element.at, change })
  ask(run, element)
  // Nobody sees a task before it is created.
  if (to !== 'creating' && element.task?.change) show(run, element)
}

/** After an incident: the listener that failed is asked once more. */
export function retryChange(run: Run, element: ElementInstance): void {
  if (element.task?.change) ask(run, element)
}

function conclude(run: Run, element: ElementInstance, change: TaskChanging): void {
  const { assignee, ...corrects } = change.corrects ?? {}
  const told = Object.keys(corrects).length > 0 ? { corrects } : {}
  emit(run, { type: 'taskChanged', key: element.key, elementId: element.at, to: change.to, ...told })
  if (assignee === undefined) return carryOut(run, element, change)
  if (change.to === 'assigning' || change.to === 'creating') return carryOut(run, element, { ...change, assignee })
  assign(run, element, assignee, change.by)
  carryOut(run, element, change)
}

function assign(run: Run, element: ElementInstance, assignee: string | null, by: string): void {
  if (assignee !== (taskOf(element).assignee ?? null))
    emit(run, { type: 'taskAssigned', key: element.key, elementId: element.at, assignee, by })
}

function carryOut(run: Run, element: ElementInstance, change: TaskChanging): void {
  const { to, by, assignee = null, variables = {} } = change
  if (to === 'completing') return complete(run, element, change)
  if (to === 'creating' && assignee !== null)
    return changeTask(run, element, { to: 'assigning', by: 'system', assignee })
  if (to === 'assigning') assign(run, element, assignee, by)
  if (to === 'updating') emit(run, { type: 'variablesSet', scopeKey: element.key, variables, by })
  show(run, element)
}

/** The task is done with what the person filled in. */
function complete(run: Run, element: ElementInstance, { by, variables = {}, choose }: TaskChanging): void {
  const { key, at: elementId } = element
  const acted: Extract<Happening, { type: 'taskActed' }> = {
    type: 'taskActed',
    key,
    elementId,
    by,
    action: 'complete',
    comment: null,
    variables,
  }
  if (choose) acted.choose = choose
  emit(run, acted)
  run.requests.push({
    type: 'closeTask',
    taskId: taskIdOf(run, element),
    outcome: 'completed',
    by,
    at: run.now,
    comment: null,
    items: [],
  })
  if (run.definition.traced)
    emit(run, {
      type: 'stepEnded',
      key,
      elementId,
      approval: false,
      items: [],
      asked: [],
      result: { outcome: 'completed', by, at: run.now, comment: null, action: 'complete' },
    })
  finish(run, visitOf(run, element, variables))
}

const isList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

type Read = { ok: true; corrects: Corrections } | { ok: false; what: string }

/** What a listener corrects, as the task keeps it; null says nothing, what is empty takes away. */
function readCorrections(run: Run, correct: NonNullable<JobResult['correct']>): Read {
  const { assignee, candidateUsers, candidateGroups, priority } = correct
  const corrects: Corrections = {}
  const wrong = (what: string): Read => ({ ok: false, what })
  if (assignee !== undefined && assignee !== null) {
    if (typeof assignee !== 'string') return wrong('assignee')
    corrects.assignee = assignee === '' ? null : assignee
  }
  for (const [name, list] of [
    ['candidateUsers', candidateUsers] as const,
    ['candidateRoles', candidateGroups] as const,
  ])
    if (list !== undefined && list !== null) {
      if (!isList(list)) return wrong(attributes[name])
      corrects[name] = [...list]
    }
  for (const [name, date] of [['dueAt', correct.dueDate] as const, ['followUpAt', correct.followUpDate] as const])
    if (date !== undefined && date !== null) {
      const instant = date === '' ? null : instantIn(String(date), run.host.timeZone)
      if (instant === null && date !== '') return wrong(`${attributes[name]} ${String(date)}`)
      corrects[name] = instant
    }
  if (priority !== undefined && priority !== null) {
    if (!Number.isInteger(priority) || priority < 0 || priority > 100) return wrong(`priority ${priority}`)
    corrects.priority = priority
  }
  return { ok: true, corrects }
}

/** The job that a listener of a task was asked by has been answered; null when it was carried on. */
export function answerTaskListener(
  run: Run,
  element: ElementInstance,
  jobId: string,
  variables: JsonObject,
  result: JobResult,
): Refusal | null {
  const task = taskOf(element)
  const { change } = task
  if (!change) return refusals.noJob()
  const { key, at: elementId } = element
  const { to, by } = change
  if (Object.keys(variables).length > 0) return refusals.listenerVariables()
  const { deny = false } = result
  if (deny !== false) {
    if (!deniable.has(to)) return refusals.cannotDeny(to)
    const reason = typeof deny === 'string' ? deny : null
    emit(run, { type: 'listenerAnswered', key, jobId, done: true })
    emit(run, { type: 'taskChangeDenied', key, elementId, to, by, reason })
    show(run, element)
    return null
  }
  const read = readCorrections(run, result.correct ?? {})
  if (!read.ok) return refusals.cannotCorrect(read.what)
  const { corrects } = read
  // Whom the diagram names is changed where he is assigned.
  const isNamed = to === 'creating' && (change.assignee ?? task.assignee) !== undefined
  if (isNamed && corrects.assignee !== undefined) return refusals.cannotCorrect('assignee')
  const told = Object.keys(corrects).length > 0 ? { corrects } : {}
  emit(run, { type: 'listenerAnswered', key, jobId, done: true, ...told })
  ask(run, element)
  return null
}

/**
 * Tells the listeners of a task that it is canceled. What ends it does not wait for them: their jobs go on by themselves,
 * with their own attempts, while the case goes on.
 */
export function tellCanceled(run: Run, element: ElementInstance): void {
  const listeners = run.definition.node(element.at)?.taskListeners?.canceling ?? []
  if (listeners.length === 0) return
  const visit: Visit = visitOf(run, element)
  const turn = (taskOf(element).turns ?? 0) + 1
  const change: TaskChanging = { to: 'canceling', by: run.ending.by }
  for (const [next, job] of listeners.entries()) {
    const work = workOf(run, visit, job)
    // Nothing is left that an incident could hold.
    if ('code' in work) continue
    const jobId = listenerJobId(run.instance.id, element.key, { on: 'canceling', turn, next })
    const headers = headersOf(run, element, job, change)
    requestJob(run, visit, work, { jobId, effectKey: jobId, headers, detached: true })
  }
}
