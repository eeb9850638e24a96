import type { Expression } from '../expressions/compile.ts'
import { toJson } from '../expressions/json.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { CompiledMapping, Source } from './compiled.ts'
import type { Visit } from './element.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import { scopeAt } from './run.ts'
import type { Run } from './run.ts'
import { valuesAbsent, valuesOf, withoutSecrets } from './told-values.ts'

export type Valued = { ok: true; value: JsonValue } | { ok: false; failure: Failure }

function fault(
  run: Run,
  visit: Visit,
  expression: Expression,
  message: { zh: string; en: string },
): { ok: false; failure: Failure } {
  const read = valuesMissed(run, visit, expression)
  const told = (text: string) => withoutSecrets(text, expression, (name) => run.scope.get(name))
  const values = { expression: expression.source, reason: told(message.en), reasonZh: told(message.zh), read }
  return { ok: false, failure: failure('expression.failed', values) }
}

/** Evaluates FEEL as the visit sees it. The value is plain JSON, ready to be a variable. */
export function evaluate(run: Run, visit: Visit, expression: Expression): Valued {
  const result = expression.evaluate(scopeAt(run, visit.locals, visit.scopeKey))
  if (!result.ok) return fault(run, visit, expression, result.message)
  return { ok: true, value: toJson(result.value) }
}

/** A fixed text, or the expression's value. */
export function read(run: Run, visit: Visit, source: Source): Valued {
  if (source.expression === null) return { ok: true, value: source.text }
  return evaluate(run, visit, source.expression)
}

/** The same where a text is wanted: numbers are written out; null, lists and contexts are no text. */
export function readText(
  run: Run,
  visit: Visit,
  source: Source,
): { ok: true; value: string | null } | { ok: false; failure: Failure } {
  const result = read(run, visit, source)
  if (!result.ok) return result
  const { value } = result
  return { ok: true, value: typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null }
}

/** A condition: true, false, or the incident that it is neither (coverage (c)1; never false in silence). */
export function holds(run: Run, visit: Visit, condition: Expression): boolean | Failure {
  const result = condition.evaluate(scopeAt(run, visit.locals, visit.scopeKey))
  if (!result.ok) return fault(run, visit, condition, result.message).failure
  const { value } = result
  if (value === true || value === false) return value
  const read = valuesMissed(run, visit, condition)
  const said = withoutSecrets(JSON.stringify(toJson(value)) ?? 'null', condition, (name) => run.scope.get(name))
  return failure('condition.not_boolean', { expression: condition.source, result: said.slice(0, 100), read })
}

/** What a condition read, for the history. */
export const valuesRead = (run: Run, visit: Visit, condition: Expression): Record<string, JsonValue> => {
  const scope = scopeAt(run, visit.locals, visit.scopeKey)
  return valuesOf(condition, (name) => scope.get(name))
}

/** No way on from an element: what the conditions of its flows have read. */
export const noFlow = (run: Run, visit: Visit): Failure =>
  failure('gateway.no_flow', {
    read: Object.assign(
      {},
      ...visit.node.outgoing.map(({ condition }) => (condition ? valuesRead(run, visit, condition) : {})),
    ) as JsonObject,
  })

/** What an expression that failed read, and what it wanted to read and nobody has given. */
function valuesMissed(run: Run, visit: Visit, expression: Expression): Record<string, JsonValue> {
  const scope = scopeAt(run, visit.locals, visit.scopeKey)
  return { ...valuesRead(run, visit, expression), ...valuesAbsent(expression, (name) => scope.get(name)) }
}

/** Puts a value at a path: what the path goes through is copied, so that nothing shared changes. */
export function put(target: JsonObject, path: readonly string[], value: JsonValue): void {
  const [name, ...rest] = path
  if (name === undefined) return
  if (rest.length === 0) {
    target[name] = value
    return
  }
  const inside = target[name]
  const copy: JsonObject = typeof inside === 'object' && inside !== null && !Array.isArray(inside) ? { ...inside } : {}
  put(copy, rest, value)
  target[name] = copy
}

/** Input mappings make variables of the element's own, each seeing the ones before. */
export function mapInputs(run: Run, visit: Visit): Failure | null {
  if (visit.node.inputs.length === 0) return null
  const locals: JsonObject = { ...visit.locals }
  visit.locals = locals
  for (const mapping of visit.node.inputs) {
    const result = read(run, visit, mapping.source)
    if (!result.ok) return result.failure
    put(locals, mapping.target, result.value)
  }
  return null
}

/** Evaluates output mappings, each seeing the ones before; what they give goes up to the scope around. */
export function mapOutputs(
  run: Run,
  visit: Visit,
  mappings: readonly CompiledMapping[],
): { ok: true; variables: JsonObject } | { ok: false; failure: Failure } {
  const variables: JsonObject = {}
  let seeing = visit
  for (const mapping of mappings) {
    const result = read(run, seeing, mapping.source)
    if (!result.ok) return result
    const [name] = mapping.target
    if (name !== undefined && mapping.target.length > 1 && !Object.hasOwn(variables, name)) {
      // A path changes a part of the variable as it stands outside.
      const outside = scopeAt(run, null, visit.scopeKey).get(name)
      if (outside !== undefined) variables[name] = outside as JsonValue
    }
    put(variables, mapping.target, result.value)
    if (mappings.length > 1) seeing = { ...visit, locals: { ...visit.locals, ...variables } }
  }
  return { ok: true, variables }
}
