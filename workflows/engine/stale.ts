import { reopenStale } from './approval/answer.ts'
import { SYSTEM } from './approval/task.ts'
import { done, handled as lookedAfter } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { failure } from './incidents.ts'
import type { EndedStep } from './approval/task.ts'
import { endForAgain, reopenStep, restartOf, visitAgain } from './reopening.ts'
import { actsOutside, beginAgain, planFrom } from './returning.ts'
import type { Run } from './run.ts'
import { contextOf, isOnPath } from './steps.ts'
import { pathTo, trailOf } from './trail.ts'

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

/** Asks again whoever saw something else; `done` when nobody did. */
function reopen(run: Run, step: EndedStep): Outcome {
  const visit = visitAgain(run, step)
  if (!visit) return done
  const context = contextOf(run, visit)
  const { items, fields } = reopenStale(step.items, context)
  if (fields.length === 0) return done
  const { name, id } = visit.node
  const target = restartOf(run, step)
  const node = target && run.definition.node(target.at)
  const isOwn = target?.key === step.key
  const plan = target && node && planFrom(run, target, node, isOwn ? 'rerun' : 'affected')
  if (!target || !plan?.ok) return failure('approval.stale', { step: name || id, fields: fields.join(' ') })

  const log = { by: SYSTEM, action: 'reopened', comment: fields.join(' ') }
  if (isOwn && plan.value.undo.length === 0) return reopenStep(run, step, plan.value, items, log)
  // The scope of the step is over: it is run again, and only those who see something new are asked.
  endForAgain(run, step, plan.value, log)
  beginAgain(run, plan.value, target)
  return lookedAfter
}
