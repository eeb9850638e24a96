import { reopenStale } from './approval/answer.ts'
import { startClock } from './approval/deadline.ts'
import type { StepState } from './approval/task.ts'
import { done, handled as lookedAfter } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { failure } from './incidents.ts'
import type { EndedStep } from './approval/task.ts'
import { actsOutside, endDescendants, planFrom } from './returning.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'
import { contextOf, isOnPath, present } from './steps.ts'
import { entryOf, pathTo, trailOf } from './trail.ts'

/**
 * Before something acts outside, the approvals that the token brings are held against what they were given for
 * (approvals 7). A mismatch takes the token back to that step, where only the stale items are asked again.
 * `done` when all is as it was approved.
 */
export function checkApprovals(run: Run, visit: Visit): Outcome {
  const { instance, definition } = run
  if (!instance.handled?.some((step) => step.approval)) return done
  const trail = trailOf(instance)
  // What an earlier task outside already acted on is no longer the approval's business.
  const path = pathTo(trail, visit.from, (entry) => {
    const node = definition.node(entry.at)
    return node !== undefined && actsOutside(node)
  })
  for (const step of instance.handled) {
    if (!step.approval || step.void || ['rejected', 'returned', 'canceled'].includes(step.outcome)) continue
    if (!isOnPath(run, path, step.key)) continue
    const outcome = reopen(run, step)
    if (outcome !== done) return outcome
  }
  return done
}

function reopen(run: Run, step: EndedStep): Outcome {
  const { instance, definition } = run
  const trail = trailOf(instance)
  const target = entryOf(trail, step.key)
  const node = definition.node(step.elementId)
  if (!target || !node) return done
  const visit: Visit = {
    node,
    key: instance.lastEvent + 1,
    scopeKey: target.scope ?? null,
    via: target.via ?? null,
    from: target.from,
    locals: null,
    index: 0,
    element: null,
    result: null,
    mapped: false,
    trigger: null,
  }
  const context = contextOf(run, visit)
  const { items, fields } = reopenStale(step.items, context)
  if (fields.length === 0) return done
  const plan = planFrom(run, target, node)
  if (!plan.ok) return failure('approval.stale', { step: node.name || node.id, fields: fields.join(' ') })

  emit(run, {
    type: 'taskActed',
    key: step.key,
    elementId: step.elementId,
    by: 'system',
    action: 'reopened',
    comment: fields.join(' '),
    variables: {},
  })
  endDescendants(run, plan.value, { key: step.key, elementId: step.elementId, by: 'system' })
  const clock = context.policy.deadline === null ? null : startClock(context, context.policy.deadline)
  const task: StepState = {
    items,
    openedAt: run.now,
    assignee: null,
    candidateRoles: [],
    dueAt: clock?.ok ? clock.dueAt : null,
    timers: clock?.ok ? clock.timers : [],
    question: null,
    askedBefore: [],
    drafts: {},
    urgedAt: null,
    clock: 1,
    expired: false,
  }
  const opened = present(run, { ...visit, key: instance.lastEvent + 1 }, task)
  return typeof opened === 'string' ? lookedAfter : opened
}
