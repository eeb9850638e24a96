import type { JsonObject } from '../model/json.ts'
import type { Visit } from './element.ts'
import type { ElementInstance, ProcessInstance } from './instance.ts'
import type { Run } from './run.ts'

/**
 * A completed activity that can be undone (BPMN 13.5.5): one with a compensation handler, or a scope in which something
 * was done that has one. Kept in the order of completion.
 */
export interface Undoable {
  /** Key of the element instance that it was. */
  key: number
  at: string
  scope?: number
  /** What was its own at its end, of a scope and of one of several instances (coverage (c)9). */
  locals?: JsonObject
  /** Of a scope: what was done in it. */
  inside?: Undoable[]
  /** It still ran when its transaction was canceled: only what is inside is undone. */
  unfinished?: true
}

/** What an element instance that undoes has still to do; the last one is next. */
export interface Undoing {
  left: Undoable[]
  /** Start of the compensation event sub-process that looks after a scope instead; null is the process. */
  handler?: { id: string; scopeKey: number | null }
  /** A transaction is canceled; it leaves by its cancel event afterwards. */
  cancels?: true
  /** A case is sent back: where it goes on when all is undone. */
  returns?: Returning
}

/** Where a token goes that was sent back. */
export interface Returning {
  at: string
  scope?: number
  via?: string
  from: number[]
  /** It opens a task of its own at a start event. */
  fresh?: true
}

/** With the end of an activity: it can be undone, with what was its own. */
export interface LeftToUndo {
  locals?: JsonObject
  /** What was done inside is undone one by one, as it has no handler of its own. */
  inside?: true
}

/** As it stands inside the scope that it was in. */
export function insideOf(undoable: Undoable): Undoable {
  const inside = { ...undoable }
  delete inside.scope
  return inside
}

/** Keeps what can be undone as an element instance ends: of a completed scope as one, of one ended early nothing. */
export function keepUndoable(
  instance: ProcessInstance,
  ended: { key: number; at: string; scopeKey: number | null; completed: boolean; undo: LeftToUndo | undefined },
  element: ElementInstance | undefined,
): void {
  const { key, at, scopeKey, completed, undo } = ended
  const scope = scopeKey === null ? {} : { scope: scopeKey }
  const before = instance.undoable ?? []
  const isScope = before.some((one) => one.scope === key)
  const inside = isScope ? before.filter((one) => one.scope === key).map(insideOf) : []
  const kept = isScope ? before.filter((one) => one.scope !== key) : before
  // The instances of an activity that repeats are undone each on its own.
  if (completed && element?.loop) kept.push(...inside.map((one) => ({ ...one, ...scope })))
  if (undo)
    kept.push({
      key,
      at,
      ...scope,
      ...(undo.locals && { locals: undo.locals }),
      ...(undo.inside && inside.length > 0 && { inside }),
    })
  if (kept.length > 0) instance.undoable = kept
  else delete instance.undoable
}

/**
 * All that was done in a scope, also in those inside that have not ended: of them what is done is undone first. With
 * `only`, of the scope itself just what is among these keys.
 */
export function doneWithin(
  { elements, undoable = [] }: ProcessInstance,
  scopeKey: number | null,
  only?: ReadonlySet<number>,
): Undoable[] {
  const isIn = (scope: number | undefined, key: number) =>
    (scope ?? null) === scopeKey && (only === undefined || only.has(key))
  const found = undoable.filter(({ scope, key }) => isIn(scope, key)).map(insideOf)
  for (const element of elements) {
    if (!isIn(element.scope, element.key)) continue
    const inside = doneWithin({ elements, undoable } as ProcessInstance, element.key)
    if (inside.length === 0) continue
    if (element.loop) found.push(...inside)
    else {
      const { key, at, locals } = element
      found.push({ key, at, inside, unfinished: true, ...(locals && { locals: { ...locals } }) })
    }
  }
  return found
}

/** Takes some out, as somebody undoes them now: nothing is undone twice (coverage (c)18). */
export function takeUndoable(instance: ProcessInstance, keys: ReadonlySet<number>): void {
  const kept = (instance.undoable ?? []).filter(({ key }) => !keys.has(key))
  if (kept.length > 0) instance.undoable = kept
  else delete instance.undoable
}

/** What the end of an activity leaves to be undone; nothing where there is no handler around it. */
export function leftToUndo(run: Run, visit: Visit): { undo: LeftToUndo } | undefined {
  const { node, key, locals, index, element } = visit
  const { undo } = node
  if (undo === null || node.parsed.forCompensation || element?.loop) return undefined
  const isScope = undo.handler === null
  if (isScope && !undo.event && !run.instance.undoable?.some(({ scope }) => scope === key)) return undefined
  const keeps = locals !== null && (isScope || index > 0)
  return { undo: { ...(isScope && { inside: true }), ...(keeps && { locals: { ...locals } }) } }
}
