import { elementOf } from './apply.ts'
import type { CompiledNode } from './compiled.ts'
import { done, handled, waits } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import type { ElementInstance } from './instance.ts'
import { open } from './opening.ts'
import { emit, endToken, sendToken, sendTriggered, sendUndoing } from './run.ts'
import type { Run } from './run.ts'
import { terminate } from './scopes.ts'
import { finish } from './tokens.ts'
import { leaveByBoundary } from './triggers.ts'
import type { Returning, Undoable, Undoing } from './undoable.ts'

/** The key of the scope that a node stands for, looked for outward; null is the process, undefined: not around here. */
function scopeKeyOf(run: Run, from: number | null, scope: CompiledNode): number | null | undefined {
  if (scope === run.definition.root) return null
  for (let key = from; key !== null;) {
    const element = elementOf(run.instance, key)
    if (!element) return undefined
    if (element.at === scope.id && !element.loop) return key
    key = element.scope ?? null
  }
  return undefined
}

/** What is to be undone, in the order of completion, and who looks after a scope instead. */
export interface Work {
  left: readonly Undoable[]
  handler: NonNullable<Undoing['handler']> | null
}

const doneIn = (run: Run, scopeKey: number | null | undefined): Undoable[] =>
  scopeKey === undefined ? [] : (run.instance.undoable ?? []).filter((one) => (one.scope ?? null) === scopeKey)

/**
 * A throw names an activity, or means its own scope; what stands in an event sub-process means the scope that it
 * belongs to as well (coverage (c)9, (c)18). A scope with a compensation event sub-process leaves it to that one.
 */
function workOf(run: Run, visit: Visit, activityRef: string | null): Work {
  const { definition } = run
  const around = visit.node.parent ?? definition.root
  const outer = around.kind === 'eventSubProcess' ? (around.parent ?? definition.root) : null
  if (activityRef !== null) {
    const scope = definition.node(activityRef)?.parent ?? definition.root
    const scopeKey = scopeKeyOf(run, visit.scopeKey, scope)
    return { left: doneIn(run, scopeKey).filter(({ at }) => at === activityRef), handler: null }
  }
  const own = doneIn(run, visit.scopeKey)
  const byOwn = handledBy(run, around, visit.scopeKey)
  if (!outer || byOwn) return byOwn ?? { left: own, handler: null }
  const outerKey = scopeKeyOf(run, visit.scopeKey, outer)
  const isHandler = outer.undo?.event?.parent === around
  const byHandler = isHandler ? null : handledBy(run, outer, outerKey)
  if (byHandler) return { ...byHandler, left: own }
  return { left: [...doneIn(run, outerKey), ...own], handler: null }
}

/** The compensation event sub-process of a scope, once. */
export function handledBy(run: Run, { undo }: CompiledNode, scopeKey: number | null | undefined): Work | null {
  if (!undo?.event || scopeKey === undefined) return null
  const scope = scopeKey === null ? run.instance : elementOf(run.instance, scopeKey)
  return scope?.undone ? { left: [], handler: null } : { left: [], handler: { id: undo.event.id, scopeKey } }
}

/** What several triggers of one event mean, each activity once, in the order of completion. */
function together(run: Run, works: readonly Work[]): Work {
  const wanted = new Set(works.flatMap(({ left }) => left.map(({ key }) => key)))
  const left = (run.instance.undoable ?? []).filter(({ key }) => wanted.has(key))
  const handler = works.find((work) => work.handler)?.handler ?? null
  return works.length === 1 ? works[0]! : { left, handler }
}

/** Undoes what a compensation event means: the thrower waits for it, or goes on at once. */
export function compensate(run: Run, visit: Visit): Outcome {
  const wanted = visit.node.triggers.filter((trigger) => trigger.kind === 'compensate')
  const work = together(
    run,
    wanted.map(({ activityRef }) => workOf(run, visit, activityRef)),
  )
  const waitsForIt = wanted.some(({ waitForCompletion }) => waitForCompletion)
  if (work.left.length === 0 && !work.handler) return done
  if (waitsForIt) {
    const failed = open(run, visit)
    if (failed) return failed
    beginUndoing(run, visit.node.id, visit.key, work)
    return waits
  }
  finish(run, visit)
  beginUndoing(run, visit.node.id, visit.scopeKey, work)
  return handled
}

/** Begins to undo, in a scope of its own: what ends that scope ends the undoing too. */
export function beginUndoing(
  run: Run,
  elementId: string,
  scopeKey: number | null,
  work: Work,
  { cancels = false, returns }: { cancels?: boolean; returns?: Returning } = {},
): void {
  const key = run.instance.lastEvent + 1
  const handler = work.handler ? { handler: work.handler } : {}
  emit(run, {
    type: 'undoingStarted',
    key,
    elementId,
    scopeKey,
    left: [...work.left],
    ...handler,
    ...(cancels && { cancels: true as const }),
    ...(returns && { returns }),
  })
  undoNext(run, elementOf(run.instance, key) as ElementInstance)
}

/** A scope that has ended is there again, with the variables that it had, while what was done in it is undone. */
function reviveScope(run: Run, around: ElementInstance, undoable: Undoable, node: CompiledNode): void {
  const key = run.instance.lastEvent + 1
  const handler = undoable.unfinished ? null : (node.undo?.event ?? null)
  const inside = undoable.inside ?? []
  emit(run, {
    type: 'undoingStarted',
    key,
    elementId: undoable.at,
    scopeKey: around.key,
    revives: undoable.key,
    left: handler ? [] : inside,
    ...(undoable.locals && { locals: undoable.locals }),
    // The event sub-process decides what of it is undone.
    ...(handler && { handler: { id: handler.id, scopeKey: key }, kept: inside.map((one) => ({ ...one, scope: key })) }),
  })
  undoNext(run, elementOf(run.instance, key) as ElementInstance)
}

/** Who asked for the undoing, for those who look back; the undoing itself is no step on the way. */
function originsOf(run: Run, undoing: ElementInstance): number[] {
  let around: ElementInstance | undefined = undoing
  while (around?.undoing && around.scope !== undefined) around = elementOf(run.instance, around.scope)
  return around && !around.undoing ? [around.key] : []
}

function undoOne(run: Run, undoing: ElementInstance, undoable: Undoable): void {
  const node = run.definition.node(undoable.at)
  if (!node) throw new Error(`the definition of ${run.instance.processId} has no element ${undoable.at}`)
  const handler = undoable.unfinished ? null : (node.undo?.handler ?? null)
  if (!handler) return reviveScope(run, undoing, undoable, node)
  const { key } = undoing
  emit(run, { type: 'activityUndone', key, undone: undoable.key, elementId: undoable.at, handler: handler.id })
  run.budget += handler.size
  const from = [undoable.key, ...originsOf(run, undoing)]
  sendUndoing(run, handler, { scopeKey: key, from }, undoable.locals ?? null)
}

/** The next handler runs when the one before is done, the last activity's first (coverage (c)18). */
export function undoNext(run: Run, undoing: ElementInstance): void {
  const { left, handler } = undoing.undoing!
  const { key } = undoing
  const last = left.at(-1)
  if (last) return undoOne(run, undoing, last)
  if (handler !== undefined) {
    const start = run.definition.node(handler.id)
    const node = start?.parent
    if (!start || !node) throw new Error(`the definition of ${run.instance.processId} has no handler ${handler.id}`)
    emit(run, { type: 'activityUndone', key, undone: null, elementId: undoing.at, handler: node.id })
    sendTriggered(run, node, start, { via: null, scopeKey: key, from: originsOf(run, undoing) }, null)
    return
  }
  endUndoing(run, undoing)
}

function endUndoing(run: Run, undoing: ElementInstance): void {
  const { key, at, scope = null } = undoing
  const { cancels, returns } = undoing.undoing!
  emit(run, { type: 'undoingEnded', key, elementId: at, stopped: false })
  if (returns) sendReturned(run, returns)
  else if (cancels) leaveCanceled(run, scope as number)
  else endToken(run, scope)
}

/** The step that a case is sent back to is entered afresh. */
export function sendReturned(run: Run, { at, via, scope, from, fresh }: Returning): void {
  const node = run.definition.node(at)
  if (!node) throw new Error(`the definition of ${run.instance.processId} has no element ${at}`)
  sendToken(run, node, via ?? null, scope ?? null, from, null, fresh ?? false)
}

/** All is undone: the transaction has ended, and goes on where it was canceled. */
function leaveCanceled(run: Run, scopeKey: number): void {
  const whole = elementOf(run.instance, scopeKey) as ElementInstance
  const boundary = run.definition.node(whole.at)?.boundaries.find(({ kind }) => kind === 'cancelBoundaryEvent')
  if (boundary) return leaveByBoundary(run, whole, boundary, null)
  terminate(run, whole)
  endToken(run, whole.scope ?? null)
}
