import type { JsonObject } from '../model/json.ts'
import { ok, type Refusal, type Result } from '../model/problem.ts'
import { agrees, isDecided } from './approval/groups.ts'
import { refusals } from './approval/refusals.ts'
import { SYSTEM, type ReturnGoal, type TaskContext } from './approval/task.ts'
import { elementOf } from './apply.ts'
import type { CompiledNode } from './compiled.ts'
import type { ReturnEffects } from './events.ts'
import type { ActorId, Detour, ElementInstance, WorkItem } from './instance.ts'
import { beginUndoing, sendReturned } from './compensation.ts'
import { emit, move } from './run.ts'
import type { Run } from './run.ts'
import { terminate } from './scopes.ts'
import { doneWithin, type Returning, type Undoable } from './undoable.ts'
import { descendantsOf, entryOf, pathTo, trailOf, type TrailEntry } from './trail.ts'

/** Where a case goes back to, and what that ends. */
export interface ReturnPlan {
  target: TrailEntry
  node: CompiledNode
  afterwards: ReturnGoal['afterwards']
  /** Keys of all that descends from the target's activation; of a detour only the step that is left. */
  ends: ReadonlySet<number>
  effects: ReturnEffects
  /** Keys whose approvals become void. */
  voids: ReadonlySet<number>
  /** What is undone before the target opens, in the order of completion. */
  undo: readonly Undoable[]
}

/**
 * Finds the activation of the target on the path of this token, in its own or an enclosing scope, and refuses when
 * something that descends from it has acted outside and may not act again (approvals 3). A detour undoes nothing, so
 * nothing can be in its way.
 */
export function planReturn(
  run: Run,
  element: ElementInstance,
  context: TaskContext,
  goal: ReturnGoal,
): Result<ReturnPlan> {
  const trail = trailOf(run.instance)
  const path = pathTo(trail, entryOf(trail, element.key)?.from ?? [])
  const target = targetOf(run, path, context, goal)
  const node = target && run.definition.node(target.at)
  if (!target && goal.to === 'any' && goal.element === null)
    return { ok: false, refusal: refusals.targetNotAllowed(null) }
  if (!target || !node) return { ok: false, refusal: refusals.targetNotOnPath(goal.element ?? goal.to) }
  const wanted = goal.element
  if (wanted !== null && wanted !== 'initiator' && wanted !== target.at)
    return { ok: false, refusal: refusals.targetNotAllowed(wanted) }
  if (goal.afterwards !== 'back') return planFrom(run, target, node, goal.afterwards)
  const ends = new Set([element.key])
  // The target is done once more; what it had approved before is replaced by that.
  const inside = trail.filter((entry) => entry.scope === target.key).map((entry) => entry.key)
  const voids = new Set([target.key, ...inside])
  return ok({ target, node, ends, afterwards: 'back', effects: effectsOf(run, node, ends, [], voids), voids, undo: [] })
}

/** The same for a target that is known. */
export function planFrom(
  run: Run,
  target: TrailEntry,
  node: CompiledNode,
  afterwards: 'rerun' | 'affected' = 'rerun',
): Result<ReturnPlan> {
  const trail = trailOf(run.instance)
  const ends = descendantsOf(trail, target.key)
  const undo = doneWithin(run.instance, target.scope ?? null, ends)
  const undone = keysUndone(run, undo)
  for (const entry of trail) {
    const isDone = ends.has(entry.key) && entry.ended === 'completed' && !entry.void && !undone.has(entry.key)
    const acted = isDone ? run.definition.node(entry.at) : undefined
    if (
      acted &&
      !undoes(acted) &&
      (actsOutside(acted) || acted.kind === 'callActivity') &&
      acted.parsed.repeatable !== true
    )
      return { ok: false, refusal: refusals.cannotUndo(acted.id, acted.name) }
  }
  // What an earlier return is still undoing must be over first.
  const busy = run.instance.elements.find(({ undoing }) => undoing?.returns?.from.some((origin) => ends.has(origin)))
  if (busy) return { ok: false, refusal: refusals.cannotUndo(busy.at, run.definition.node(busy.at)?.name ?? '') }
  return ok({ target, node, ends, afterwards, effects: effectsOf(run, node, ends, undo, ends), voids: ends, undo })
}

/** It belongs to what undoes something, so there is nothing of its own to undo. */
function undoes(node: CompiledNode): boolean {
  const { parent } = node
  return node.parsed.forCompensation || (parent !== null && (parent.undo?.event?.parent === node || undoes(parent)))
}

/** Keys of the activities that a compensation handler undoes, or one around them. */
function keysUndone(run: Run, undo: readonly Undoable[], isCovered = false): ReadonlySet<number> {
  const keys = new Set<number>()
  for (const { key, at, inside = [], unfinished } of undo) {
    const covers =
      isCovered || (!unfinished && !!(run.definition.node(at)?.undo?.handler ?? run.definition.node(at)?.undo?.event))
    if (covers) keys.add(key)
    for (const one of keysUndone(run, inside, covers)) keys.add(one)
  }
  return keys
}

/** What is undone and by what, the last first. */
function undoneBy(run: Run, undo: readonly Undoable[]): { at: string; handler: string | null }[] {
  return undo.toReversed().flatMap(({ at, inside = [], unfinished }) => {
    const own = unfinished ? null : (run.definition.node(at)?.undo ?? null)
    const handler = own?.handler?.id ?? own?.event?.parent?.id ?? null
    return handler === null ? undoneBy(run, inside) : [{ at, handler }]
  })
}

const hasApproval = ({ items }: { items: readonly WorkItem[] }) => items.some(agrees)

/** What a return does to approvals and clocks: told before it is done, and done the same. */
function effectsOf(
  run: Run,
  node: CompiledNode,
  ends: ReadonlySet<number>,
  undo: readonly Undoable[],
  voids: ReadonlySet<number>,
): ReturnEffects {
  const { instance } = run
  const undone = undoneBy(run, undo)
  const ended = (instance.handled ?? []).filter((step) => step.approval && !step.void && step.outcome !== 'canceled')
  const running = instance.elements.filter((element) => element.step && isApproval(run, element))
  const approved = [
    ...ended.filter((step) => step.outcome !== 'rejected' && step.outcome !== 'returned' && hasApproval(step)),
    ...running.filter((element) => hasApproval(element.step!)).map(({ key, at }) => ({ key, elementId: at })),
  ].toSorted((left, right) => left.key - right.key)
  const named = (isVoid: boolean) =>
    unique(approved.filter(({ key }) => voids.has(key) === isVoid).map(({ elementId }) => elementId))
  const clocks = instance.elements.filter(
    (element) => ends.has(element.key) && ((element.timers?.length ?? 0) > 0 || element.step?.question),
  )
  return {
    void: named(true),
    kept: named(false),
    restarts: unique([...(hasClock(node) ? [node.id] : []), ...clocks.map(({ at }) => at)]),
    compensates: unique(undone.map(({ at }) => at)),
    handlers: unique(undone.flatMap(({ handler }) => handler ?? [])),
  }
}

const unique = (ids: readonly string[]) => [...new Set(ids)]

const hasClock = (node: CompiledNode) =>
  node.parsed.policy?.deadline !== undefined || node.boundaries.some((boundary) => boundary.kind.startsWith('timer'))

const isApproval = ({ definition }: Run, { at }: ElementInstance) => {
  const policy = definition.node(at)?.parsed.policy
  return policy?.approval !== undefined || policy?.actions !== undefined
}

/** Who decided a step, and who of several answered there. */
const handledBy = ({ by, items }: { by: ActorId; items: readonly WorkItem[] }, who: ActorId) =>
  by === who || items.some((item) => item.who === who && isDecided(item))

/** Script and business rule tasks are not the outside world. */
export const actsOutside = (node: CompiledNode) => node.kind === 'serviceTask' || node.kind === 'sendTask'

function targetOf(
  run: Run,
  path: ReadonlySet<number>,
  { initiator, handled }: TaskContext,
  { to, element }: ReturnGoal,
): TrailEntry | undefined {
  const passed = trailOf(run.instance).filter((entry) => path.has(entry.key))
  const newest = (at: string | undefined) => passed.findLast((entry) => entry.at === at)
  const isUserTask = (entry: TrailEntry) => run.definition.node(entry.at)?.kind === 'userTask'
  const newestTask = (at: string | null) => {
    const found = newest(at ?? undefined)
    return found && isUserTask(found) ? found : undefined
  }
  switch (to) {
    case 'previous':
      return passed.findLast((entry) => isUserTask(entry) && entry.ended === 'completed')
    case 'initiator': {
      const own = handled.find((step) => step.onPath && !step.void && handledBy(step, initiator))
      return newest(own?.elementId) ?? passed.find((entry) => entry.from.length === 0 && entry.scope === undefined)
    }
    case 'listed':
      return newestTask(element)
    case 'any': {
      const tasks = new Set(passed.filter(isUserTask).map((entry) => entry.at))
      return newestTask(element ?? (tasks.size === 1 ? [...tasks][0]! : null))
    }
  }
}

/** Ends all that descends from the target, puts tokens of other branches back at their joins, and starts afresh. */
export function sendBack(
  run: Run,
  element: ElementInstance,
  plan: ReturnPlan,
  by: ActorId,
  items: readonly WorkItem[],
): void {
  const { target, node } = plan
  const detour = plan.afterwards === 'back' ? detourOf(run, element, by, items) : null
  endDescendants(run, plan, { key: element.key, elementId: element.at, by })
  if (node.kind === 'userTask') beginAgain(run, plan, target)
  else beginAgain(run, plan, { at: node.id, from: target.from, fresh: true })
  if (detour) run.tokens.at(-1)!.detour = detour
}

/** Undoes what must be undone, then enters the target afresh; where a handler fails it stays closed. */
export function beginAgain(run: Run, { undo, target }: ReturnPlan, { at, from, via, scope, fresh }: Returning): void {
  const returns: Returning = {
    at,
    from: [...from],
    ...(via !== undefined && { via }),
    ...(scope !== undefined && { scope }),
    ...(fresh && { fresh }),
  }
  if (undo.length === 0) sendReturned(run, returns)
  else beginUndoing(run, at, target.scope ?? null, { left: undo, handler: null }, { returns })
}

/** How the step of the one who returns the case stands, for when it comes back to him. */
function detourOf(run: Run, element: ElementInstance, by: ActorId, items: readonly WorkItem[]): Detour {
  const entry = entryOf(trailOf(run.instance), element.key)
  const { inputElement, outputName } = run.definition.node(element.at)?.loop ?? {}
  const own: JsonObject = {}
  for (const name of ['loopCounter', inputElement, outputName]) {
    const value = name && element.locals?.[name]
    if (name && value !== undefined && value !== '') own[name] = value
  }
  return {
    at: element.at,
    from: [...(entry?.from ?? [])],
    by: by === SYSTEM ? null : by,
    items: [...items],
    ...(element.scope !== undefined && { scope: element.scope }),
    ...(element.via !== undefined && { via: element.via }),
    ...(element.index !== undefined && { index: element.index, locals: own }),
    ...(element.detour && { onward: element.detour }),
  }
}

/** What a return or a void approval ends, without the new beginning. */
export function endDescendants(
  run: Run,
  { target, ends, afterwards, effects, voids }: ReturnPlan,
  { key, elementId, by }: { key: number; elementId: string; by: ActorId },
  action = 'return',
): void {
  const { instance } = run
  const isDetour = afterwards === 'back'
  const before = trailOf(instance).filter((entry) => ends.has(entry.key) && entry.flows !== undefined && !entry.void)
  run.ending = { by, action }
  for (const token of run.tokens.slice(run.next)) if (token.from.some((origin) => ends.has(origin))) token.lost = true
  const ended = instance.elements.filter((one) => ends.has(one.key))
  for (const one of ended.toReversed()) if (elementOf(instance, one.key)) terminate(run, one, isDetour)
  const voided = (instance.handled ?? [])
    .filter((step) => (ends.has(step.key) || voids.has(step.key)) && !step.void)
    .map((step) => step.key)
  emit(run, {
    type: 'caseReturned',
    key,
    elementId,
    to: target.at,
    by,
    voided,
    ...(!isDetour && { target: target.key }),
    ...(afterwards === 'affected' && { affected: true }),
    effects,
  })
  for (const join of before) putBack(run, join, ends)
}

/**
 * Everything ends, and the initiator has his first task again; where he had none, one at the start event. Refused when
 * something has acted outside that may not act again.
 */
export function withdrawToDraft(run: Run, by: ActorId): Refusal | null {
  const { instance, definition } = run
  const trail = trailOf(instance)
  const start = trail.findLast((entry) => entry.from.length === 0 && entry.scope === undefined)
  const first = trail.find((entry) => !entry.void && isOwnTask(run, entry, by))
  let target = first ?? start
  for (let at = target; at?.scope !== undefined; at = entryOf(trail, at.scope))
    target = entryOf(trail, at.scope) ?? target
  const node = target && definition.node(target.at)
  if (!start || !target || !node) return refusals.withdrawTooLate()
  const plan = planFrom(run, start, node)
  if (!plan.ok) return refusals.withdrawTooLate()
  const [path, after] = [pathTo(trail, target.from), descendantsOf(trail, target.key)]
  const hasOtherBranches = trail.some(({ key, void: isVoid }) => !isVoid && !path.has(key) && !after.has(key))
  emit(run, {
    type: 'taskActed',
    key: target.key,
    elementId: target.at,
    by,
    action: 'withdraw',
    comment: null,
    variables: {},
  })
  endDescendants(run, plan.value, { key: target.key, elementId: target.at, by }, 'withdraw')
  const isStart = node.parsed.bpmnType === 'startEvent'
  // Beside other branches his task alone would leave a join without its tokens, so the case begins at its start.
  const beside = !isStart && hasOtherBranches
  if (beside) beginAgain(run, plan.value, { at: start.at, from: [] })
  else if (isStart) beginAgain(run, plan.value, { at: node.id, from: target.from, fresh: true })
  else beginAgain(run, plan.value, target)
  return null
}

function isOwnTask({ instance, definition }: Run, { at, key }: TrailEntry, who: ActorId): boolean {
  if (definition.node(at)?.kind !== 'userTask') return false
  const open = elementOf(instance, key)?.step?.items.some((item) => item.who === who && item.state === 'open')
  return open ?? instance.handled?.some((step) => step.key === key && handledBy(step, who)) ?? false
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
    fresh: false,
    detour: null,
    back: null,
  }
  move(run, visit, 'activated', { arrived, flows: kept.map(({ flow }) => flow) })
}
