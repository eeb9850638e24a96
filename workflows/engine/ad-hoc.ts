import type { JsonObject } from '../model/json.ts'
import type { CompiledNode } from './compiled.ts'
import type { ElementInstance } from './instance.ts'
import { emit, sendToken } from './run.ts'
import type { Run } from './run.ts'

/** Whether an ad-hoc sub-process offers an element of this id: those that no flow inside leads to ((c)8). */
export const isOffered = (node: CompiledNode, id: string) => node.starts.some((start) => start.id === id)

/** Activates an element of an ad-hoc sub-process, with variables of its own. */
export function beginInner(run: Run, scope: ElementInstance, inner: string, variables: JsonObject = {}): void {
  const node = run.definition.node(inner)
  if (!node) throw new Error(`${scope.at} offers no element ${inner}`)
  emit(run, { type: 'innerActivated', key: scope.key, elementId: scope.at, inner })
  sendToken(run, node, null, scope.key, [scope.key])
  if (Object.keys(variables).length > 0) run.tokens.at(-1)!.locals = { ...variables }
}

/** Activates elements of an ad-hoc sub-process. */
export function begin(run: Run, scope: ElementInstance, inner: readonly string[]): void {
  for (const id of inner) beginInner(run, scope, id)
}
