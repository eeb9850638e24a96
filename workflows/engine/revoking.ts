import type { Refusal } from '../model/problem.ts'
import { refuseClosed } from './approval/act.ts'
import { refusals } from './approval/refusals.ts'
import { revokeAnswer } from './approval/revoke.ts'
import { SYSTEM, type EndedStep } from './approval/task.ts'
import { elementOf } from './apply.ts'
import type { CompiledNode } from './compiled.ts'
import type { ActorId } from './instance.ts'
import { reopenStep } from './reopening.ts'
import { planFrom } from './returning.ts'
import type { Run } from './run.ts'
import { setVariables } from './variables.ts'
import { entryOf, trailOf, type TrailEntry } from './trail.ts'

/** Kinds that only lead on: passing them is no work of anybody. */
const leadsOn = /Gateway$|^none|^task$|^manualTask$|^scriptTask$|^businessRuleTask$|^subProcess$/

/**
 * The one who decided a step takes that back while nothing after it was handled or carried out: what has come of it
 * ends, and his item is asked again. `busy`: keys of the elements whose jobs are at work.
 */
export function revokeStep(
  run: Run,
  step: EndedStep,
  by: ActorId,
  comment: string | null,
  busy: readonly number[],
): Refusal | null {
  const { instance, definition, host } = run
  const closed = refuseClosed(step, host, { by, action: 'revoke' })
  if (closed.code !== 'task.closed') return closed
  const isUndone = step.void || ['returned', 'canceled', 'terminated'].includes(step.outcome)
  if (isUndone || !step.approval || instance.state !== 'active') return refusals.revokeTooLate()
  const items = revokeAnswer(step.items, by, step.by)
  if (!items.ok) return items.refusal

  const trail = trailOf(instance)
  const entry = entryOf(trail, step.key)
  const node = definition.node(step.elementId)
  const around = entry?.scope === undefined ? null : elementOf(instance, entry.scope)
  if (!entry || !node || around === undefined || around?.loop) return refusals.revokeTooLate()
  const plan = planFrom(run, entry, node)
  if (!plan.ok) return refusals.revokeTooLate()
  const after = trail.filter(({ key }) => key !== step.key && plan.value.ends.has(key))
  if (busy.some((key) => plan.value.ends.has(key)) || after.some((one) => isHandled(run, one)))
    return refusals.revokeTooLate()

  reopenStep(run, step, plan.value, items.value, { by, action: 'revoke', comment })
  setVariables(run, entry.scope ?? null, { [step.elementId]: null })
  return null
}

/** Whether somebody or something outside has done its part there. */
function isHandled(run: Run, entry: TrailEntry): boolean {
  const { instance, definition } = run
  const node: CompiledNode | undefined = definition.node(entry.at)
  if (!node || entry.void) return false
  const element = elementOf(instance, entry.key)
  if (element?.step) return element.step.items.some((item) => item.turn !== undefined)
  if (element) return (element.loop?.completed ?? 0) > 0
  if (node.kind === 'userTask') {
    const step = instance.handled?.find((one) => one.key === entry.key)
    return step?.by !== SYSTEM
  }
  return !leadsOn.test(node.kind)
}
