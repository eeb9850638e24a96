import { ok, type Result } from '../model/problem.ts'
import { refusals } from './approval/refusals.ts'
import type { TaskChange, TaskContext } from './approval/task.ts'
import { elementOf } from './apply.ts'
import type { CompiledNode } from './compiled.ts'
import type { ActorId, ElementInstance } from './instance.ts'
import { emit, move, sendToken } from './run.ts'
import type { Run } from './run.ts'
import { terminate } from './scopes.ts'
import { descendantsOf, entryOf, pathTo, trailOf, type TrailEntry } from './trail.ts'

/** Where a case goes back to, and what that ends. */
export interface ReturnPlan {
  target: TrailEntry
  node: CompiledNode
  /** Keys of all that descends from the target's activation. */
  ends: ReadonlySet<number>
}

type Goal = NonNullable<TaskChange['returnTo']>

/**
 * Finds the activation of the target on the path of this token, in its own or an enclosing scope, and refuses when
 * something that descends from it has acted outside and may not act again (approvals 3).
 */
export function planReturn(run: Run, element: ElementInstance, context: TaskContext, goal: Goal): Result<ReturnPlan> {
  const trail = trailOf(run.instance)
  const path = pathTo(trail, entryOf(trail, element.key)?.from ?? [])
  const target = targetOf(run, path, context, goal)
  const node = target && run.definition.node(target.at)
  if (!target || !node) return { ok: false, refusal: refusals.targetNotOnPath(goal.element ?? goal.to) }
  const wanted = goal.element
  if (wanted !== null && wanted !== 'initiator' && wanted !== target.at)
    return { ok: false, refusal: refusals.targetNotAllowed(wanted) }
  return planFrom(run, target, node)
}

/** The same for a target that is known. */
export function planFrom(run: Run, target: TrailEntry, node: CompiledNode): Result<ReturnPlan> {
  const trail = trailOf(run.instance)
  const ends = descendantsOf(trail, target.key)
  for (const entry of trail) {
    const acted = ends.has(entry.key) && entry.ended === 'completed' ? run.definition.node(entry.at) : undefined
    if (acted && actsOutside(acted) && acted.parsed.repeatable !== true)
      return { ok: false, refusal: refusals.cannotUndo(acted.id, acted.name) }
  }
  return ok({ target, node, ends })
}

/** Script and business rule tasks are not the outside world. */
export const actsOutside = (node: CompiledNode) => node.kind === 'serviceTask' || node.kind === 'sendTask'

function targetOf(
  run: Run,
  path: ReadonlySet<number>,
  { initiator, handled }: TaskContext,
  { to, element }: Goal,
): TrailEntry | undefined {
  const passed = trailOf(run.instance).filter((entry) => path.has(entry.key))
  const newest = (at: string | undefined) => passed.findLast((entry) => entry.at === at)
  const isUserTask = (entry: TrailEntry) => run.definition.node(entry.at)?.kind === 'userTask'
  switch (to) {
    case 'previous':
      return passed.findLast((entry) => isUserTask(entry) && entry.ended === 'completed')
    case 'initiator': {
      const own = handled.find((step) => step.onPath && !step.void && step.by === initiator)
      return newest(own?.elementId) ?? passed.find((entry) => entry.from.length === 0 && entry.scope === undefined)
    }
    case 'listed':
    case 'any': {
      const found = newest(element ?? undefined)
      return found && isUserTask(found) ? found : undefined
    }
  }
}

/** Ends all that descends from the target, puts tokens of other branches back at their joins, and starts afresh. */
export function sendBack(run: Run, element: ElementInstance, plan: ReturnPlan, by: ActorId): void {
  endDescendants(run, plan, { key: element.key, elementId: element.at, by })
  const { target, node } = plan
  if (node.kind === 'userTask') sendToken(run, node, target.via ?? null, target.scope ?? null, target.from)
  else sendToken(run, node, null, null, target.from, null, true)
}

/** What a return or a void approval ends, without the new beginning. */
export function endDescendants(
  run: Run,
  { target, ends }: ReturnPlan,
  { key, elementId, by }: { key: number; elementId: string; by: ActorId },
): void {
  const { instance } = run
  const before = trailOf(instance).filter((entry) => ends.has(entry.key) && entry.flows !== undefined)
  run.ending = { by, action: 'return' }
  for (const token of run.tokens.slice(run.next)) if (token.from.some((origin) => ends.has(origin))) token.lost = true
  const ended = instance.elements.filter((one) => ends.has(one.key))
  for (const one of ended.toReversed()) if (elementOf(instance, one.key)) terminate(run, one)
  const voided = (instance.handled ?? []).filter((step) => ends.has(step.key) && !step.void).map((step) => step.key)
  emit(run, { type: 'caseReturned', key, elementId, to: target.at, by, voided })
  for (const join of before) putBack(run, join, ends)
}

/** The tokens of branches that do not descend from the target wait at the join again. */
function putBack(run: Run, join: TrailEntry, ends: ReadonlySet<number>): void {
  const { instance, definition } = run
  const kept = join.from.flatMap((origin, index) => (ends.has(origin) ? [] : [{ origin, flow: join.flows![index]! }]))
  if (kept.length === 0 || (join.scope !== undefined && !elementOf(instance, join.scope))) return
  const waiting = instance.elements.find((one) => one.at === join.at && one.scope === join.scope && one.arrived)
  if (waiting) {
    for (const { origin, flow } of kept)
      emit(run, { type: 'tokenArrived', key: waiting.key, flowId: flow, from: origin })
    return
  }
  const arrived: Record<string, number> = {}
  for (const { flow } of kept) arrived[flow] = (arrived[flow] ?? 0) + 1
  const visit = {
    node: definition.node(join.at)!,
    key: instance.lastEvent + 1,
    scopeKey: join.scope ?? null,
    via: join.via ?? null,
    from: kept.map(({ origin }) => origin),
    locals: null,
    index: 0,
    element: null,
    result: null,
    mapped: false,
    trigger: null,
  }
  move(run, visit, 'activated', { arrived, flows: kept.map(({ flow }) => flow) })
}
