import type { CompiledLoop } from './compiled.ts'
import type { Visit } from './element.ts'
import { holds } from './evaluate.ts'
import type { Failure } from './incidents.ts'
import type { Run } from './run.ts'

/**
 * Whether a standard loop goes round once more after so many rounds: while its condition holds and never beyond its
 * maximum ((c)7). Tested before a round, the condition reads the number of the round to come; after it, the one just
 * done, which always has its first.
 */
export function goesRound(run: Run, visit: Visit, loop: CompiledLoop, rounds: number): boolean | Failure {
  if (loop.maximum !== null && rounds >= loop.maximum) return false
  if (loop.loopCondition === null || (rounds === 0 && !loop.testBefore)) return true
  const loopCounter = loop.testBefore ? rounds + 1 : rounds
  return holds(run, { ...visit, locals: { ...visit.locals, loopCounter } }, loop.loopCondition)
}
