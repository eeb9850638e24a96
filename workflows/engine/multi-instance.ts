import type { JsonObject, JsonValue } from '../model/json.ts'
import type { CompiledLoop } from './compiled.ts'
import type { Visit } from './element.ts'
import { readPlace } from './data.ts'
import { evaluate, holds } from './evaluate.ts'
import type { Valued } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { LoopState } from './instance.ts'
import { limits } from './limits.ts'
import type { Run } from './run.ts'

type Items = { ok: true; count: number; items: readonly JsonValue[] | null } | { ok: false; failure: Failure }

const invalid = (...given: Parameters<typeof failure>): Items => ({ ok: false, failure: failure(...given) })

const told = (value: JsonValue) => JSON.stringify(value)?.slice(0, 100) ?? 'null'

function valueOf(run: Run, visit: Visit, loop: CompiledLoop): Valued {
  if (loop.collection === null && loop.listPlace) return { ok: true, value: readPlace(run, visit, loop.listPlace) }
  const expression = loop.collection ?? loop.cardinality
  if (!expression) throw new Error(`${visit.node.id} repeats over nothing`)
  return evaluate(run, visit, expression)
}

/**
 * What a multi-instance activity repeats over: a list, or a number of instances from 0 to
 * the limit (reliability B34); looked at once, at entry ((c)7).
 */
export function itemsOf(run: Run, visit: Visit, loop: CompiledLoop): Items {
  const isList = loop.collection !== null || loop.listPlace !== null
  const result = valueOf(run, visit, loop)
  if (!result.ok) return result
  const { value } = result
  const isCount = typeof value === 'number' && Number.isInteger(value) && value >= 0
  if (isList && !Array.isArray(value)) return invalid('collection.invalid', { result: told(value) })
  const count = Array.isArray(value) ? value.length : Number(value)
  if ((!isList && !isCount) || count > limits.multiInstance)
    return invalid('mi.limit', { count: isList ? count : told(value), limit: limits.multiInstance })
  return { ok: true, count, items: Array.isArray(value) ? value : null }
}

/** What a completion condition may read besides the instance's variables (BPMN table 10.30). */
export const counters = ({ total, completed, terminated }: LoopState, sequential: boolean): JsonObject => ({
  numberOfInstances: total,
  numberOfActiveInstances: sequential ? 0 : total - completed - terminated,
  numberOfCompletedInstances: completed,
  numberOfTerminatedInstances: terminated,
})

/** Whether the body is over when the counts stand like this: all are through, or its completion condition holds. */
export function countedEnough(run: Run, visit: Visit, loop: CompiledLoop, after: LoopState): boolean | Failure {
  const through = after.completed + after.terminated >= after.total
  if (!loop.completionCondition) return through
  const locals = { ...visit.locals, ...counters(after, loop.kind === 'sequential') }
  const holding = holds(run, { ...visit, locals }, loop.completionCondition)
  return holding === false ? through : holding
}
