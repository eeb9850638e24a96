import type { JsonObject } from '../model/json.ts'
import { elementOf } from './apply.ts'
import type { CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import { errorCaughtOutside, throwErrorOutward } from './outward.ts'
import type { ElementInstance } from './instance.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'
import { leaveByBoundary, startHandler } from './triggers.ts'

type Thrown = 'error' | 'escalation'

/** Who takes an error or an escalation: a boundary event of the activity, or the start of an event sub-process in it. */
export interface Catcher {
  /** The activity or scope; null is the process. */
  element: ElementInstance | null
  event: CompiledNode
}

/** One with the very code comes before one that takes all, at the same place (coverage (c)11). */
function catching(events: readonly CompiledNode[], kind: Thrown, code: string): CompiledNode | undefined {
  let takesAll: CompiledNode | undefined
  for (const event of events)
    for (const trigger of event.triggers) {
      if (trigger.kind !== kind) continue
      if (trigger.code?.text === code) return event
      if (trigger.code === null) takesAll ??= event
    }
  return takesAll
}

/** Whether an interrupting handler is at work in a scope: nothing else of it listens then (coverage (c)20). */
const isInterrupted = (run: Run, around: CompiledNode, scopeKey: number | null) =>
  run.instance.elements.some(
    (element) =>
      (element.scope ?? null) === scopeKey &&
      around.listeners.some((start) => start.interrupting && start.parent?.id === element.at),
  )

/**
 * The nearest catcher, from the thrower outward: its own boundary events, then for each scope around it the event
 * sub-processes in it and the boundary events of it. A handler does not catch what it throws itself.
 */
export function catcherOf(run: Run, thrower: Visit, kind: Thrown, code: string): Catcher | null {
  const { definition, instance } = run
  let element = thrower.element ?? undefined
  let scopeKey = thrower.scopeKey
  if (element && element.index === undefined) {
    const event = catching(thrower.node.boundaries, kind, code)
    if (event) return { element, event }
  }
  let inside = thrower.node.id
  for (;;) {
    element = scopeKey === null ? undefined : elementOf(instance, scopeKey)
    const around = element ? definition.node(element.at) : definition.root
    if (!around) return null
    // The body of a multi-instance activity listens by its instances.
    // A scope that is only there again to be undone, or an event that undoes, catches nothing.
    if (element?.undoing) {
      inside = element.at
      scopeKey = element.scope ?? null
      continue
    }
    if (around.listeners.length > 0 && !element?.loop && !isInterrupted(run, around, scopeKey)) {
      const others = around.listeners.filter((start) => start.parent?.id !== inside)
      const event = catching(others, kind, code)
      if (event) return { element: element ?? instance.root ?? null, event }
    }
    if (!element) return null
    const event = element.index === undefined ? catching(around.boundaries, kind, code) : undefined
    if (event) return { element, event }
    inside = element.at
    scopeKey = element.scope ?? null
  }
}

/** Hands it over: interrupts what is to be interrupted, and sends the token on. */
export function handOver(run: Run, { element, event }: Catcher, variables: JsonObject | null): void {
  if (event.attachedTo) leaveByBoundary(run, element as ElementInstance, event, variables)
  else startHandler(run, element, event, variables)
}

/** Stands for whoever around the call of this instance catches; no element has such an id. */
const outside = '@caller'

/** Who would catch an error: the catching event's id, somebody outside, or null. */
export const catchesError = (run: Run, thrower: Visit, code: string): string | null =>
  catcherOf(run, thrower, 'error', code)?.event.id ?? (errorCaughtOutside(run, code) ? outside : null)

/**
 * Throws a BPMN error from an element: the nearest catcher's activity or scope is interrupted and the token goes on
 * there, with the variables. False when nobody catches it; then nothing has happened.
 */
export function throwError(
  run: Run,
  thrower: Visit,
  code: string,
  message: string,
  variables: JsonObject | null,
): boolean {
  const catcher = catcherOf(run, thrower, 'error', code)
  if (!catcher) {
    if (!errorCaughtOutside(run, code)) return false
    throwErrorOutward(run, thrower, code, message, variables)
    return true
  }
  const { key, node } = thrower
  emit(run, { type: 'errorThrown', key, elementId: node.id, code, message, caughtBy: catcher.event.id })
  handOver(run, catcher, variables)
  return true
}
