import { elementOf } from './apply.ts'
import { startClock } from './approval/deadline.ts'
import { openReady } from './approval/items.ts'
import type { EndedStep, StepState } from './approval/task.ts'
import { handled } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import type { ActorId, WorkItem } from './instance.ts'
import { endDescendants, type ReturnPlan } from './returning.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'
import { contextOf, present } from './steps.ts'
import { entryOf, trailOf, type TrailEntry } from './trail.ts'

export interface Reopening {
  by: ActorId
  action: string
  comment: string | null
}

/** A step that has ended, as it would be entered once more; null when the diagram does not know it. */
export function visitAgain(run: Run, step: EndedStep): Visit | null {
  const { instance, definition } = run
  const entry = entryOf(trailOf(instance), step.key)
  const node = definition.node(step.elementId)
  if (!entry || !node) return null
  return {
    node,
    key: instance.lastEvent + 1,
    scopeKey: entry.scope ?? null,
    via: entry.via ?? null,
    from: entry.from,
    locals: null,
    index: 0,
    element: null,
    result: null,
    mapped: false,
    trigger: null,
    fresh: false,
    detour: null,
    back: null,
  }
}

/** Where a step that has ended can be taken up again: itself, or the outermost scope around it that is over. */
export function restartOf(run: Run, step: EndedStep): TrailEntry | undefined {
  const trail = trailOf(run.instance)
  let restart = entryOf(trail, step.key)
  for (let at = restart; at?.scope !== undefined; at = entryOf(trail, at.scope))
    if (!elementOf(run.instance, at.scope)) restart = entryOf(trail, at.scope)
  return restart
}

/** Ends what came of a step, without the new beginning. */
export function endForAgain(run: Run, step: EndedStep, plan: ReturnPlan, log: Reopening): void {
  emit(run, { type: 'taskActed', key: step.key, elementId: step.elementId, ...log, variables: {} })
  endDescendants(run, plan, { key: step.key, elementId: step.elementId, by: log.by }, log.action)
}

/** Takes a step up again with the items as they are given: what came of it ends, its clock starts anew. */
export function reopenStep(
  run: Run,
  step: EndedStep,
  plan: ReturnPlan,
  items: readonly WorkItem[],
  log: Reopening,
): Outcome {
  endForAgain(run, step, plan, log)
  const visit = visitAgain(run, step)
  if (!visit) throw new Error(`${step.elementId} cannot be taken up again`)
  const context = contextOf(run, visit)
  const clock = context.policy.deadline === null ? null : startClock(context, context.policy.deadline, items)
  const task: StepState = {
    items: openReady(items, context),
    openedAt: run.now,
    assignee: null,
    candidateRoles: [],
    dueAt: clock?.ok ? clock.dueAt : null,
    timers: clock?.ok ? clock.timers : [],
    ...(clock?.ok && { calendar: clock.calendar }),
    question: null,
    askedBefore: [],
    drafts: {},
    urgedAt: null,
    clock: 1,
    expired: false,
  }
  const opened = present(run, visit, task)
  return typeof opened === 'string' ? handled : opened
}
