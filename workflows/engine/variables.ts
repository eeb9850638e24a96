import type { JsonObject, JsonValue } from '../model/json.ts'
import { elementOf } from './apply.ts'
import { giveData } from './data.ts'
import type { Visit } from './element.ts'
import { mapOutputs } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import { limits } from './limits.ts'
import { emit, setOwn } from './run.ts'
import type { Run } from './run.ts'
import { hasRoomFor } from './size.ts'

/** Parts variables in those that a scope has already and the others. */
function part(variables: JsonObject, locals: JsonObject): { own: JsonObject | null; rest: JsonObject | null } {
  let own: JsonObject | null = null
  let rest: JsonObject | null = null
  for (const name in variables) {
    if (Object.hasOwn(locals, name)) (own ??= {})[name] = variables[name] as JsonValue
    else (rest ??= {})[name] = variables[name] as JsonValue
  }
  return { own, rest }
}

/** Each variable goes to the nearest scope from here on that has its name, else to the process (coverage (c)22). */
export function setVariables(run: Run, scopeKey: number | null, variables: JsonObject, by: string | null = null): void {
  let rest: JsonObject | null = variables
  let key = scopeKey
  while (key !== null && rest !== null) {
    const scope = elementOf(run.instance, key)
    if (!scope) break
    if (scope.locals) {
      const parted = part(rest, scope.locals)
      if (parted.own) emit(run, { type: 'variablesSet', scopeKey: key, variables: parted.own, by })
      rest = parted.rest
    }
    key = scope.scope ?? null
  }
  if (rest === null) return
  for (const _ in rest) {
    emit(run, { type: 'variablesSet', scopeKey: null, variables: rest, by })
    return
  }
}

/** What a visit brings goes up from its own variables on. */
export function propagate(run: Run, visit: Visit, variables: JsonObject): void {
  if (visit.locals === null) return setVariables(run, visit.scopeKey, variables)
  const { own, rest } = part(variables, visit.locals)
  if (own) setOwn(run, visit, own)
  if (rest) setVariables(run, visit.scopeKey, rest)
}

/** Output mappings, or without one everything that the element brought. */
export function carryUp(run: Run, visit: Visit): Failure | null {
  const { result, node } = visit
  if (result === null && node.outputs.length === 0) return giveData(run, visit)
  // What comes with a command was weighed before anything happened.
  if (visit.element === null && result !== null && !hasRoomFor(run.instance, result))
    return failure('variables.too_large', { limit: limits.variableBytes })
  visit.result = null
  if (node.outputs.length === 0) {
    if (result !== null) propagate(run, visit, result)
    return giveData(run, visit)
  }
  if (result !== null) setOwn(run, visit, result)
  const mapped = mapOutputs(run, visit, node.outputs)
  if (!mapped.ok) return mapped.failure
  // One of several instances writes to what is its own first: its output element is.
  if (visit.index > 0) propagate(run, visit, mapped.variables)
  else setVariables(run, visit.scopeKey, mapped.variables)
  return giveData(run, visit)
}
