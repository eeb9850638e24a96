import type { JsonObject, JsonValue } from '../model/json.ts'
import { elementOf } from './apply.ts'
import { waits } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { evaluate, holds } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { LoopState } from './instance.ts'
import { limits } from './limits.ts'
import { open } from './opening.ts'
import { endToken, move, sendInner } from './run.ts'
import type { Run } from './run.ts'
import { terminateInside } from './scopes.ts'
import { setVariables } from './variables.ts'
import { dropWaits } from './waits.ts'
import type { CompiledLoop } from './compiled.ts'

type Items = { ok: true; count: number; items: readonly JsonValue[] | null } | { ok: false; failure: Failure }

const invalid = (value: JsonValue): Items => ({
  ok: false,
  failure: failure('collection.invalid', { result: JSON.stringify(value)?.slice(0, 100) ?? 'null' }),
})

function itemsOf(run: Run, visit: Visit, loop: CompiledLoop): Items {
  const expression = loop.collection ?? loop.cardinality
  if (!expression) throw new Error(`${visit.node.id} repeats over nothing`)
  const result = evaluate(run, visit, expression)
  if (!result.ok) return result
  const { value } = result
  if (loop.collection) return Array.isArray(value) ? { ok: true, count: value.length, items: value } : invalid(value)
  const whole = typeof value === 'number' && Number.isInteger(value) && value >= 0
  return whole ? { ok: true, count: value, items: null } : invalid(value)
}

/** Activates the body of a parallel multi-instance activity, and an instance for each item (BPMN 13.3.7, (c)7). */
export function enterLoop(run: Run, visit: Visit): Outcome {
  const { node } = visit
  const loop = node.loop as CompiledLoop
  const items = itemsOf(run, visit, loop)
  if (!items.ok) return items.failure
  const { count } = items
  if (count > limits.multiInstance) return failure('mi.limit', { count, limit: limits.multiInstance })
  const state: LoopState = { total: count, completed: 0, terminated: 0 }
  if (loop.outputCollection !== null) state.output = Array.from({ length: count }, () => null)
  const failed = open(run, visit, { loop: state })
  if (failed) return failed
  run.budget += count * node.size
  for (let index = 1; index <= count; index++) {
    const locals: JsonObject = { loopCounter: index }
    if (loop.outputName !== null) locals[loop.outputName] = null
    if (loop.inputElement !== null && items.items) locals[loop.inputElement] = items.items[index - 1] as JsonValue
    sendInner(run, node, visit.key, index, locals)
  }
  if (count === 0) endToken(run, visit.key)
  return waits
}

/** What a completion condition may read besides the instance's variables (BPMN table 10.30). */
const counters = ({ total, completed, terminated }: LoopState): JsonObject => ({
  numberOfInstances: total,
  numberOfActiveInstances: total - completed - terminated,
  numberOfCompletedInstances: completed,
  numberOfTerminatedInstances: terminated,
})

/** One instance is done: its output is collected, and the body ends when it was the last or the condition holds. */
export function leaveLoop(run: Run, visit: Visit): Failure | null {
  const loop = visit.node.loop as CompiledLoop
  const body = elementOf(run.instance, visit.scopeKey as number)
  if (!body?.loop) throw new Error(`${visit.node.id} has no body in ${run.instance.id}`)
  let output: JsonValue | undefined
  if (loop.outputElement) {
    const result = evaluate(run, visit, loop.outputElement)
    if (!result.ok) return result.failure
    output = result.value
  }
  const after: LoopState = { ...body.loop, completed: body.loop.completed + 1 }
  let over = after.completed + after.terminated >= after.total
  if (loop.completionCondition) {
    const seen: Visit = { ...visit, locals: { ...visit.locals, ...counters(after) } }
    const holding = holds(run, seen, loop.completionCondition)
    if (typeof holding !== 'boolean') return holding
    over ||= holding
  }
  if (visit.element) dropWaits(run, visit.element)
  move(run, visit, 'completed', output === undefined ? undefined : { output })
  if (!over) return null
  terminateInside(run, body.key)
  endToken(run, body.key)
  return null
}

/** The body is done: the collected outputs become a variable. */
export function carryUpLoop(run: Run, visit: Visit): null {
  const name = visit.node.loop?.outputCollection
  const output = visit.element?.loop?.output
  if (name && output) setVariables(run, visit.scopeKey, { [name]: [...output] })
  return null
}
