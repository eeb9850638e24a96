import { asksByRules } from '../model/approval.ts'
import type { FieldRights, Participant, TaskPolicy } from '../model/approval.ts'
import type { JsonObject } from '../model/json.ts'
import type { Result } from '../model/problem.ts'
import { actOnTask, type ActInput } from './approval/act.ts'
import { fireTaskTimer } from './approval/expire.ts'
import { openAgain, openTask } from './approval/open.ts'
import { stepPolicy } from './approval/step-policy.ts'
import {
  waitingFor,
  type StepPolicy,
  type StepState,
  type TaskChange,
  type TaskContext,
  type TaskIncident,
} from './approval/task.ts'
import type { CompiledNode } from './compiled.ts'
import { done, waits } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { evaluate } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { ActorId, ElementInstance, TimerState, WorkItem } from './instance.ts'
import { visibleVariables } from './jobs.ts'
import { open } from './opening.ts'
import type { OpenTask } from './requests.ts'
import { answerCaller } from './outward.ts'
import { planReturn, sendBack } from './returning.ts'
import { timerIdOf } from './ids.ts'
import { emit, move, taskIdOf, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { endInstance, terminateInside } from './scopes.ts'
import { externalFormOf, formVersionOf, priorityOf } from './tasks.ts'
import { finish } from './tokens.ts'
import { entryOf, pathTo, trailOf } from './trail.ts'
import { propagate, setVariables } from './variables.ts'
import { armTimer } from './waits.ts'

export const isStep = ({ parsed }: CompiledNode): boolean => asksByRules(parsed.policy)

/** What the initiator does again when a case comes back to him who had no task: his own start form, afresh. */
const startOver: TaskPolicy = {
  participants: {
    list: [{ kind: 'initiator' }],
    whenNobody: 'assign',
    whenInitiator: 'keep',
    whenRepeated: 'ask',
  },
}

function policyOf(node: CompiledNode, fallback: readonly Participant[]): StepPolicy {
  const policy = node.kind === 'userTask' ? node.parsed.policy : startOver
  return stepPolicy(policy, fallback)
}

/** What is only worked out when a rule asks for it, and then once. */
function whenAsked<T>(find: () => T): () => T {
  let found: { value: T } | null = null
  return () => (found ??= { value: find() }).value
}

const hasResult = ({ kind, parsed: { policy } }: CompiledNode) =>
  kind === 'userTask' && (policy?.participants ?? policy?.approval ?? policy?.actions) !== undefined

function fieldsOf(run: Run, node: CompiledNode | undefined): readonly string[] | null {
  const formId = node?.parsed.formId
  if (node === undefined || formId === undefined) return null
  return run.host.formFields?.(formId, formVersionOf(run, node)) ?? null
}

/** Who has the form that the initiator filled first: his first task, else the start event. */
function initiatorForm(run: Run): CompiledNode | undefined {
  const { definition, instance } = run
  const own = (instance.handled ?? []).find((step) => step.by === instance.initiator)
  const node = own && definition.node(own.elementId)
  const asks = (one: CompiledNode | undefined) => one?.parsed.formId !== undefined
  return asks(node) ? node : startEvents(run).find(asks)
}

const startEvents = (run: Run): CompiledNode[] =>
  run.definition.nodes.filter((node) => node.parent === null && node.parsed.bpmnType === 'startEvent')

/** Whether an ended step lies on a path: itself, or a scope around it that is over. */
export function isOnPath(run: Run, path: ReadonlySet<number>, key: number): boolean {
  if (path.has(key)) return true
  const trail = trailOf(run.instance)
  for (let at = entryOf(trail, key)?.scope; at !== undefined;) {
    const around = entryOf(trail, at)
    if (around?.ended !== 'completed') return false
    if (path.has(at)) return true
    at = around.scope
  }
  return false
}

/** The newest void activation whose agreements may serve again. */
const before = ({ instance }: Run, { id }: CompiledNode) => {
  const newest = instance.handled?.findLast((step) => step.elementId === id)
  return newest?.again ? newest : null
}

/** Steps that have ended, and whether each lies on the path of this visit's token. */
function handledBefore(run: Run, visit: Visit): TaskContext['handled'] {
  const { instance } = run
  const origins = visit.element ? (entryOf(trailOf(instance), visit.key)?.from ?? []) : visit.from
  const path = pathTo(trailOf(instance), origins)
  return (instance.handled ?? [])
    .filter((step) => step.outcome !== 'canceled')
    .map((step) => ({ ...step, onPath: isOnPath(run, path, step.key) }))
}

/** Steps besides this one that are open, or were ended before they were decided. */
const unfinishedBeside = ({ instance }: Run, visit: Visit): TaskContext['unfinished'] => [
  ...(instance.handled ?? []).filter((step) => step.outcome === 'canceled'),
  ...instance.elements.flatMap(({ key, at, step }) =>
    step && key !== visit.key ? [{ elementId: at, items: step.items }] : [],
  ),
]

/**
 * All that a decision about this task may look at. What grows with the instance (its history, its other steps, its
 * variables) is looked up when a rule asks for it: most acts do not.
 */
export function contextOf(run: Run, visit: Visit, fallback: readonly Participant[] = []): TaskContext {
  const { node } = visit
  const { definition, host, instance } = run
  const handled = whenAsked(() => handledBefore(run, visit))
  const unfinished = whenAsked(() => unfinishedBeside(run, visit))
  const variables = whenAsked(() => visibleVariables(run, visit))
  return {
    elementId: node.id,
    name: node.name || node.id,
    policy: policyOf(node, fallback),
    initiator: instance.initiator,
    now: run.now,
    timeZone: host.timeZone,
    people: host.people,
    calendars: host.calendars,
    get variables() {
      return variables()
    },
    formFields: fieldsOf(run, node),
    get initiatorFields() {
      return fieldsOf(run, initiatorForm(run))
    },
    get handled() {
      return handled()
    },
    get unfinished() {
      return unfinished()
    },
    get startElements() {
      return startEvents(run).map((start) => start.id)
    },
    get reserved() {
      return definition.nodes.filter(hasResult).map((task) => task.id)
    },
    urgeEvery: definition.case?.urgeEvery ?? 'PT1H',
    get before() {
      return before(run, node)
    },
    choose: instance.choose ?? {},
    evaluate(text) {
      const expression = node.expressions.get(text)
      const result = expression && evaluate(run, visit, expression)
      if (!result) return { ok: false, message: `there is no expression ${text}.` }
      return result.ok ? result : { ok: false, message: String(result.failure.values['reason'] ?? text) }
    },
  }
}

/** The step as its acts see it: with the timers that stand with all others. */
export function stateOf(element: ElementInstance): StepState {
  const { step } = element
  if (!step) throw new Error(`${element.at} is no open step`)
  const timers = (element.timers ?? []).flatMap(({ id, what, due }) =>
    what === 'deadline' || what === 'reminder' ? [{ id: logicalId(id), what, dueAt: due }] : [],
  )
  return { ...step, timers }
}

// A timer that was disarmed never comes back (its id is used up), so each arming has ids of its own. The sign is none
// that an element id may have.
const physicalId = (id: string, clock: number) => (clock === 1 ? `@${id}` : `@${id}@${clock}`)
const logicalId = (id: string) => id.split('@')[1] ?? id

const incidentOf = ({ code, values }: TaskIncident) =>
  failure(code, {
    ...values,
    reason: values['message'] ?? values['user'] ?? JSON.stringify(values['value'] ?? null),
    value: values['due'] ?? values['value'] ?? values['message'] ?? null,
  })

/** Activates a step: asks its participants, or passes when a rule decides it at once. */
export function openStep(run: Run, visit: Visit, fallback: readonly Participant[], followUpAt?: string): Outcome {
  const context = contextOf(run, visit, fallback)
  const opening = visit.back ? openAgain(context, visit.back) : openTask(context)
  if (!opening.ok) return incidentOf(opening.incident)
  const { change } = opening
  if (change.outcome !== null) {
    tellEnd(run, visit, context, change)
    setResult(run, visit, change)
    return done
  }
  return present(run, visit, followUpAt === undefined ? change.task : { ...change.task, followUpAt })
}

/** Makes a step that is ready to be worked on part of the instance. */
export function present(run: Run, visit: Visit, task: StepState): Outcome {
  const failed = visit.node.kind === 'userTask' ? open(run, visit) : move(run, visit, 'activated')
  if (failed) return failed
  keep(run, visit, { ...task, timers: [] }, task)
  return waits
}

/** One person's act on an open step; refused before anything happened. */
export function actOnStep(run: Run, element: ElementInstance, input: ActInput): Result<null> {
  const visit = visitOf(run, element)
  const context = contextOf(run, visit)
  const before = stateOf(element)
  const result = actOnTask(before, context, input)
  if (!result.ok) return result
  const change = result.value
  if (change.returnTo !== null) {
    const plan = planReturn(run, element, context, change.returnTo)
    if (!plan.ok) return plan
    carry(run, visit, context, before, change)
    sendBack(run, element, plan.value, input.by, before.items)
    return { ok: true, value: null }
  }
  carry(run, visit, context, before, change)
  if (change.endsCase) endCase(run, input.by, change.outcome?.comment ?? null, input.action)
  else if (change.outcome !== null) finish(run, visitOf(run, element, change.variables))
  return { ok: true, value: null }
}

/** Ends the case with everything in it: a called process is only a part, so its caller ends as well. */
export function endCase(run: Run, by: ActorId, reason: string | null, action: string): void {
  run.ending = { by, action }
  terminateInside(run, null)
  endInstance(run, 'terminated', by, reason)
  answerCaller(run, { kind: 'caseEnded', by, reason, action, variables: {} })
}

/** A deadline or a reminder of an open step has come due. */
export function fireStepTimer(run: Run, element: ElementInstance, timerId: string): void {
  const visit = visitOf(run, element)
  const context = contextOf(run, visit)
  // The timer itself is gone from the instance; the rules want to see it.
  const left = stateOf(element)
  const id = logicalId(timerId)
  const what = id === 'deadline' ? 'deadline' : 'reminder'
  const change = fireTaskTimer({ ...left, timers: [...left.timers, { id, what, dueAt: run.now }] }, context, id)
  if (change.returnTo !== null) {
    const plan = planReturn(run, element, context, change.returnTo)
    if (plan.ok) {
      carry(run, visit, context, left, change)
      return sendBack(run, element, plan.value, 'system', left.items)
    }
    // What cannot go back stays with its holders, who are told that time is up.
    const told: TaskChange = {
      ...change,
      task: { ...left, expired: true },
      log: [{ by: 'system', action: 'remind', comment: plan.refusal.message.zh, variables: {} }],
      notices: [{ to: waitingFor(left), why: 'afterDue' }],
      outcome: null,
      returnTo: null,
    }
    return carry(run, visit, context, left, told)
  }
  carry(run, visit, context, left, change)
  if (change.outcome !== null) finish(run, visitOf(run, element, change.variables))
}

/** Writes down what a change did to an open step; with an outcome it ends here, the token leaves after it. */
function carry(run: Run, visit: Visit, context: TaskContext, before: StepState, change: TaskChange): void {
  for (const { by, action, comment, signature, to, variables, choose } of change.log)
    emit(run, {
      type: 'taskActed',
      key: visit.key,
      elementId: visit.node.id,
      by,
      action,
      comment,
      ...(signature !== undefined && { signature }),
      ...(to && { to }),
      variables,
      ...(choose && { choose }),
    })
  for (const [by, variables] of Object.entries(change.task.drafts))
    if (before.drafts[by] !== variables)
      emit(run, { type: 'draftSaved', key: visit.key, elementId: visit.node.id, by, variables })
  if (change.outcome === null) {
    if (Object.keys(change.variables).length > 0) propagate(run, visit, change.variables)
    keep(run, visit, before, change.task)
  } else {
    tellEnd(run, visit, context, change)
    setResult(run, visit, change)
  }
  for (const { to, why } of change.notices) {
    const taskId = `${run.instance.id}:${visit.key}`
    if (to.length > 0)
      run.requests.push({ type: 'remind', reminderId: `${taskId}:${run.instance.lastEvent}:${why}`, taskId, to, why })
  }
}

/** Keeps the new state, and brings timers and inbox in line with it. */
function keep(run: Run, visit: Visit, before: StepState, task: StepState): void {
  const { items, timers, drafts: _drafts, ...step } = task
  const { key, node } = visit
  // Of a step with many signers one answer tells one item.
  const changed = visit.element?.step === undefined ? null : changedItems(before.items, items)
  const told = changed === null ? { items } : { items: changed, partial: true as const }
  emit(run, { type: 'itemsChanged', key, elementId: node.id, ...told, step })
  for (const old of before.timers) {
    const kept = timers.some((timer) => timer.id === old.id && timer.dueAt === old.dueAt)
    if (kept) continue
    const id = physicalId(old.id, before.clock)
    const timerId = timerIdOf(run.instance.id, key, { id })
    emit(run, { type: 'timerDisarmed', key, timerId, id, elementId: node.id })
    run.requests.push({ type: 'disarmTimer', timerId })
  }
  for (const timer of timers) {
    if (before.timers.some((old) => old.id === timer.id && old.dueAt === timer.dueAt)) continue
    const state: TimerState = { id: physicalId(timer.id, task.clock), at: node.id, due: timer.dueAt, what: timer.what }
    armTimer(run, key, state)
  }
  run.requests.push(stepPicture(run, visit))
}

/** The items that are new in their old places; null when there are others or more than before. */
function changedItems(before: readonly WorkItem[], after: readonly WorkItem[]): WorkItem[] | null {
  if (after.length !== before.length) return null
  const changed: WorkItem[] = []
  for (let place = 0; place < after.length; place += 1) {
    const item = after[place] as WorkItem
    if (item === before[place]) continue
    if (item.id !== before[place]?.id) return null
    changed.push(item)
  }
  return changed
}

interface Shown {
  items: readonly WorkItem[]
  shown: readonly WorkItem[]
}

const nothingShown: Shown = { items: [], shown: [] }

/**
 * Items as the outside may see them: what an approval was bound to would tell of fields that its reader may not see. Of
 * very many only one is new each time; the others are as they were shown before.
 */
function shownItems(items: readonly WorkItem[], before = nothingShown): WorkItem[] {
  const shown = [...items]
  for (let place = 0; place < items.length; place += 1) {
    const item = items[place] as WorkItem
    shown[place] = item === before.items[place] ? (before.shown[place] as WorkItem) : withoutSeen(item)
  }
  return shown
}

function withoutSeen(item: WorkItem): WorkItem {
  if (item.seen === undefined) return item
  const { seen: _seen, ...own } = item
  return own
}

/** What the last picture of a step showed. */
const pictures = new WeakMap<ElementInstance, Shown>()

/** The step is over: nobody can act on it any more, also while an incident keeps its element. */
function tellEnd(run: Run, visit: Visit, context: TaskContext, change: TaskChange): void {
  const result = change.outcome!
  const { items, question, askedBefore } = change.task
  const asked = question ? [...askedBefore, question.to] : askedBefore
  const wasOpen = visit.element?.step !== undefined
  emit(run, {
    type: 'stepEnded',
    key: visit.key,
    elementId: visit.node.id,
    approval: context.policy.approval,
    items,
    asked,
    result,
  })
  if (!wasOpen) return
  run.requests.push({
    type: 'closeTask',
    taskId: `${run.instance.id}:${visit.key}`,
    outcome: result.outcome,
    by: result.by,
    at: result.at,
    comment: result.comment,
    items: shownItems(items),
  })
}

/** The variable that is named by the step: written once, before the token leaves. */
function setResult(run: Run, visit: Visit, { outcome, task }: TaskChange): void {
  if (!outcome || !hasResult(visit.node)) return
  const { action: _action, ...result } = outcome
  const approval = policyOf(visit.node, []).approval
  const value: JsonObject = approval
    ? {
        ...result,
        items: task.items.map(({ who, state, comment, answeredAt }) => ({ who, state, comment, at: answeredAt })),
      }
    : { outcome: result.outcome, by: result.by, at: result.at }
  setVariables(run, visit.scopeKey, { [visit.node.id]: value })
}

/** The step ends from outside: by a boundary event, a return, a withdrawal or the end of the case. */
export function endStepEarly(run: Run, element: ElementInstance): void {
  const { step } = element
  if (!step) return
  const items = step.items.map((item) =>
    item.state === 'open' || item.state === 'waiting' ? { ...item, state: 'canceled' as const } : item,
  )
  const visit = visitOf(run, element)
  const { by, action } = run.ending
  const ended = {
    task: { ...stateOf(element), items },
    outcome: { outcome: 'canceled', by, at: run.now, comment: null, action },
  }
  tellEnd(run, visit, contextOf(run, visit), { ...ended, log: [], variables: {}, notices: [], returnTo: null })
}

/** The inbox's whole picture of a step. */
export function stepPicture(run: Run, visit: Visit): OpenTask {
  const { node, key } = visit
  const element = visit.element!
  const task = stateOf(element)
  const policy = policyOf(node, [])
  const fields: FieldRights | null = policy.fields
  const items = shownItems(task.items, pictures.get(element))
  pictures.set(element, { items: task.items, shown: items })
  const externalForm = externalFormOf(run, visit)
  return {
    type: 'openTask',
    taskId: taskIdOf(run, element),
    elementId: node.id,
    elementInstanceKey: key,
    name: node.name || node.id,
    approval: policy.approval,
    items,
    waitingFor: waitingFor(task),
    candidateRoles: task.candidateRoles,
    assignee: task.assignee,
    formId: node.parsed.formId ?? null,
    formVersion: formVersionOf(run, node),
    fields,
    actions: policy.actions,
    openedAt: task.openedAt,
    dueAt: task.question ? null : task.dueAt,
    ...(task.followUpAt !== undefined && { followUpAt: task.followUpAt }),
    ...(externalForm !== undefined && { externalForm }),
    priority: priorityOf(run, visit) ?? 50,
    guidance: node.parsed.policy?.guidance ?? null,
    publicStep: node.parsed.publicStep ?? null,
    question: task.question && {
      by: task.question.by,
      to: task.question.to,
      text: task.question.text,
      at: task.question.at,
    },
    ...(task.copies && { copies: task.copies }),
    locals: visit.locals ?? {},
    drafts: task.drafts,
  }
}
