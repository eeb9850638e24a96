import type { JsonObject, JsonValue } from '../model/json.ts'
import { elementOf } from './apply.ts'
import type { CompiledAssociation, CompiledPlace } from './compiled.ts'
import { readStore, writeStore } from './data-stores.ts'
import type { Visit } from './element.ts'
import { evaluate, put } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import { limits } from './limits.ts'
import { emit, setOwn } from './run.ts'
import type { Run } from './run.ts'
import { hasRoomFor } from './size.ts'

/** Whose variables hold a place: the visit's own, those of a scope around it by key, or the process (null). */
function holderOf(run: Run, visit: Visit, { name, scope }: CompiledPlace): 'own' | number | null {
  if (scope === null) return null
  if (scope === visit.node && Object.hasOwn(visit.locals ?? {}, name)) return 'own'
  for (let key = visit.scopeKey; key !== null;) {
    const element = elementOf(run.instance, key)
    if (!element) break
    if (element.at === scope.id && Object.hasOwn(element.locals ?? {}, name)) return key
    key = element.scope ?? null
  }
  return scope === visit.node ? 'own' : null
}

/** The value of a data object, a data input or output, or a data store; null where there is none. */
export function readPlace(run: Run, visit: Visit, place: CompiledPlace): JsonValue {
  if (place.store) return readStore(run, place.name)
  const holder = holderOf(run, visit, place)
  const variables =
    holder === 'own' ? visit.locals : holder === null ? run.instance.variables : elementOf(run.instance, holder)?.locals
  return variables && Object.hasOwn(variables, place.name) ? (variables[place.name] as JsonValue) : null
}

/** Writes a place exactly where it is kept, or a part of it. */
export function writePlace(
  run: Run,
  visit: Visit,
  place: CompiledPlace,
  path: readonly string[],
  value: JsonValue,
): Failure | null {
  const whole: JsonObject = { [place.name]: path.length === 0 ? null : readPlace(run, visit, place) }
  put(whole, [place.name, ...path], value)
  if (!hasRoomFor(run.instance, whole)) return failure('variables.too_large', { limit: limits.variableBytes })
  if (place.store) {
    writeStore(run, visit, place.name, whole[place.name] as JsonValue)
    return null
  }
  const holder = holderOf(run, visit, place)
  if (holder === 'own') setOwn(run, visit, whole)
  else emit(run, { type: 'variablesSet', scopeKey: holder, variables: whole, by: null })
  return null
}

/** What a transformation or an assignment reads: the sources by their names, then everything in sight. */
function withSources(run: Run, visit: Visit, { sources }: CompiledAssociation): Visit {
  if (sources.length === 0) return visit
  const locals: JsonObject = { ...visit.locals }
  for (const source of sources) {
    const value = readPlace(run, visit, source)
    locals[source.ref] = value
    locals[source.name] = value
  }
  return { ...visit, locals }
}

/** BPMN 10.4.2: the transformation replaces the target, then each assignment sets its part; with neither, a copy. */
function associate(run: Run, visit: Visit, association: CompiledAssociation): Failure | null {
  const { sources, target, transformation, assignments } = association
  const [source] = sources
  if (transformation && target) {
    const result = evaluate(run, withSources(run, visit, association), transformation)
    const failed = result.ok ? writePlace(run, visit, target, [], result.value) : result.failure
    if (failed) return failed
  } else if (assignments.length === 0 && source && target) {
    const failed = writePlace(run, visit, target, [], readPlace(run, visit, source))
    if (failed) return failed
  }
  for (const { from, place, path } of assignments) {
    const result = evaluate(run, withSources(run, visit, association), from)
    const failed = result.ok ? writePlace(run, visit, place, path, result.value) : result.failure
    if (failed) return failed
  }
  return null
}

export function associateAll(run: Run, visit: Visit, associations: readonly CompiledAssociation[]): Failure | null {
  for (const association of associations) {
    const failed = associate(run, visit, association)
    if (failed) return failed
  }
  return null
}

/** An element is entered: its data outputs and objects are there, without a value, and what comes in is copied. */
export function takeData(run: Run, visit: Visit): Failure | null {
  const { data } = visit.node
  if (data === null) return null
  const locals: JsonObject = { ...visit.locals }
  for (const name of data.locals) locals[name] ??= null
  visit.locals = locals
  return associateAll(run, visit, data.inputs)
}

/** An element is done: what goes out is copied. */
export function giveData(run: Run, visit: Visit): Failure | null {
  const { data, parsed } = visit.node
  if (data === null) return null
  if (parsed.bpmnType === 'startEvent') {
    // What started the process has already become its variables.
    const { variables } = run.instance
    visit.locals = { ...visit.locals }
    for (const name of data.locals) if (Object.hasOwn(variables, name)) visit.locals[name] = variables[name] ?? null
  }
  return associateAll(run, visit, data.outputs)
}

/** What a throwing event or a send task hands out: its data inputs. */
export function dataPayload(visit: Visit): JsonObject {
  const payload: JsonObject = {}
  for (const name of visit.node.data?.payload ?? []) payload[name] = visit.locals?.[name] ?? null
  return payload
}
