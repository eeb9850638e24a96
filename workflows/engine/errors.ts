import type { JsonObject } from '../model/json.ts'
import { elementOf } from './apply.ts'
import type { CompiledNode } from './compiled.ts'
import type { Visit } from './element.ts'
import { errorCaughtOutside, throwErrorOutward } from './outward.ts'
import { emit, sendToken } from './run.ts'
import type { Run } from './run.ts'
import { terminate } from './scopes.ts'
import type { ElementInstance } from './instance.ts'

interface Catcher {
  element: ElementInstance
  boundary: CompiledNode
}

/** A catcher with the very code comes before one that takes all, at the same activity (coverage (c)11). */
function boundaryFor(node: CompiledNode, code: string): CompiledNode | undefined {
  const catching = node.boundaries.filter((boundary) => boundary.kind === 'errorBoundaryEvent')
  return (
    catching.find((boundary) => boundary.errorCode === code) ?? catching.find((boundary) => boundary.errorCode === null)
  )
}

/** The nearest activity around, the thrower itself first, that catches the error. */
function catcherOf(run: Run, thrower: Visit, code: string): Catcher | null {
  let element = thrower.element ?? undefined
  let scopeKey = thrower.scopeKey
  for (;;) {
    const node = element && run.definition.node(element.at)
    const boundary = element && node && element.index === undefined ? boundaryFor(node, code) : undefined
    if (element && boundary) return { element, boundary }
    if (scopeKey === null) return null
    element = elementOf(run.instance, scopeKey)
    scopeKey = element?.scope ?? null
  }
}

/** Stands for whoever around the call of this instance catches; no element has such an id. */
const outside = '@caller'

/** Who would catch an error: the boundary event's id, somebody outside, or null. */
export const catchesError = (run: Run, thrower: Visit, code: string): string | null =>
  catcherOf(run, thrower, code)?.boundary.id ?? (errorCaughtOutside(run, code) ? outside : null)

/**
 * Throws a BPMN error from an element: the nearest catcher's activity is interrupted and its boundary event goes on,
 * with the variables. False when nobody catches it; then nothing has happened.
 */
export function throwError(
  run: Run,
  thrower: Visit,
  code: string,
  message: string,
  variables: JsonObject | null,
): boolean {
  const catcher = catcherOf(run, thrower, code)
  if (!catcher) {
    if (!errorCaughtOutside(run, code)) return false
    throwErrorOutward(run, thrower, code, message, variables)
    return true
  }
  const { element, boundary } = catcher
  emit(run, { type: 'errorThrown', key: thrower.key, elementId: thrower.node.id, code, message, caughtBy: boundary.id })
  const scopeKey = element.scope ?? null
  terminate(run, element)
  sendToken(run, boundary, null, scopeKey, [element.key], variables)
  return true
}
