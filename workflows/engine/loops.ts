import { named } from '../model/json.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import { elementOf } from './apply.ts'
import type { CompiledLoop } from './compiled.ts'
import { associateAll, writePlace } from './data.ts'
import { waits } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { evaluate } from './evaluate.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance, LoopState } from './instance.ts'
import { countedEnough, itemsOf } from './multi-instance.ts'
import { open } from './opening.ts'
import { endToken, move, sendInner } from './run.ts'
import type { Run } from './run.ts'
import { terminateInside } from './scopes.ts'
import { goesRound } from './standard-loop.ts'
import type { Throw } from './throws.ts'
import { leftToUndo } from './undoable.ts'
import { setVariables } from './variables.ts'
import { dropWaits } from './waits.ts'

/** What an instance in the body begins with: its number, its item, and a place for its output. */
function localsAt(loop: CompiledLoop, index: number, item: JsonValue | undefined): JsonObject {
  const locals: JsonObject = loop.outputName === null ? {} : named(loop.outputName, null as JsonValue)
  locals['loopCounter'] = index
  if (loop.inputElement !== null && item !== undefined) locals[loop.inputElement] = item
  return locals
}

/** Sends the next of those that come one after the other. */
function sendNext(run: Run, visit: Pick<Visit, 'node'>, bodyKey: number, state: LoopState): void {
  const loop = visit.node.loop as CompiledLoop
  const index = state.completed + state.terminated + 1
  // A standard loop has no end that is known; its budget is that of any loop (reliability R12).
  if (loop.kind === 'sequential') run.budget += visit.node.size
  sendInner(run, visit.node, bodyKey, index, localsAt(loop, index, state.items?.[index - 1]))
}

/** Activates the body of an activity that repeats, and its instances: all of them, or the first (BPMN 13.3.6, 13.3.7). */
export function enterLoop(run: Run, visit: Visit): Outcome {
  const { node } = visit
  const loop = node.loop as CompiledLoop
  if (loop.kind === 'standard') return enterStandardLoop(run, visit, loop)
  const failedData = associateAll(run, visit, node.data?.inputsOfWhole ?? [])
  if (failedData) return failedData
  const found = itemsOf(run, visit, loop)
  if (!found.ok) return found.failure
  const { count, items } = found
  const state: LoopState = { total: count, completed: 0, terminated: 0 }
  if (loop.outputCollection !== null || loop.outputPlace) state.output = Array.from({ length: count }, () => null)
  if (loop.kind === 'sequential' && items) state.items = [...items]
  const failed = open(run, visit, { loop: state })
  if (failed) return failed
  if (count === 0) endToken(run, visit.key)
  else if (loop.kind === 'sequential') sendNext(run, visit, visit.key, state)
  else {
    run.budget += count * node.size
    for (let index = 1; index <= count; index++)
      sendInner(run, node, visit.key, index, localsAt(loop, index, items?.[index - 1]))
  }
  return waits
}

function enterStandardLoop(run: Run, visit: Visit, loop: CompiledLoop): Outcome {
  const round = goesRound(run, visit, loop, 0)
  if (typeof round !== 'boolean') return round
  const state: LoopState = { total: 0, completed: 0, terminated: 0 }
  const failed = open(run, visit, { loop: state })
  if (failed) return failed
  if (round) sendNext(run, visit, visit.key, state)
  else endToken(run, visit.key)
  return waits
}

/** Whether the whole is over once this instance is done. */
function isOver(run: Run, visit: Visit, loop: CompiledLoop, after: LoopState): boolean | Failure {
  if (loop.kind !== 'standard') return countedEnough(run, visit, loop, after)
  const round = goesRound(run, visit, loop, after.completed + after.terminated)
  return typeof round === 'boolean' ? !round : round
}

const noThrows: readonly Throw[] = []

/** One instance is done: its output is collected, the next one begins, or the body ends. */
export function leaveLoop(run: Run, visit: Visit): Failure | null {
  const loop = visit.node.loop as CompiledLoop
  const body = elementOf(run.instance, visit.scopeKey as number)
  if (!body?.loop) throw new Error(`${visit.node.id} has no body in ${run.instance.id}`)
  let output: JsonValue | undefined
  if (loop.outputName !== null) output = visit.locals?.[loop.outputName] ?? null
  else if (loop.outputElement) {
    const result = evaluate(run, visit, loop.outputElement)
    if (!result.ok) return result.failure
    output = result.value
  }
  const after: LoopState = { ...body.loop, completed: body.loop.completed + 1 }
  const over = isOver(run, visit, loop, after)
  if (typeof over !== 'boolean') return over
  const throws = loop.throwsOf === null ? noThrows : loop.throwsOf(run, visit, loop, after)
  if ('code' in throws) return throws
  if (visit.element) dropWaits(run, visit.element)
  const left: Parameters<typeof move>[3] = visit.node.undo === null ? {} : { ...leftToUndo(run, visit) }
  if (output !== undefined) left.output = output
  move(run, visit, 'completed', left)
  for (const one of throws) if (elementOf(run.instance, body.key) === body) one.act(run, visit)
  if (elementOf(run.instance, body.key) === body) goOn(run, visit, body, over)
  return null
}

function goOn(run: Run, visit: Visit, body: ElementInstance, over: boolean): void {
  const { kind } = visit.node.loop as CompiledLoop
  if (over) {
    terminateInside(run, body.key)
    endToken(run, body.key)
  } else if (kind !== 'parallel') sendNext(run, visit, body.key, body.loop as LoopState)
}

/** The body is done: the collected outputs become a variable, and what belongs to the whole goes out. */
export function carryUpLoop(run: Run, visit: Visit): Failure | null {
  const { loop, data } = visit.node
  const output = visit.element?.loop?.output
  if (loop?.outputCollection && output) setVariables(run, visit.scopeKey, named(loop.outputCollection, [...output]))
  if (loop?.outputPlace && output) {
    const failed = writePlace(run, visit, loop.outputPlace, [], [...output])
    if (failed) return failed
  }
  return associateAll(run, visit, data?.outputsOfWhole ?? [])
}
