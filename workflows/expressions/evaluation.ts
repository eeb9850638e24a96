import { limits, overBudget } from './budget.ts'
import { sentence } from './problems.ts'
import type { ExpressionWarning, FeelValue, Frame } from './values.ts'

/** Where an expression reads its variables, and the time that `now()` and `today()` give. */
export interface Scope {
  /** The value of a variable (JSON data or a value of FEEL); undefined when there is none of that name. */
  get(name: string): unknown
  /** An ISO 8601 instant. */
  now: string
  /** The IANA time zone of `now()` and `today()`. */
  timeZone: string
}

export interface Failure {
  ok: false
  code: string
  message: { zh: string; en: string }
  /** The decision or business knowledge model in whose logic it failed. */
  elementId?: string
  /** What was null before it failed, which may be the reason. */
  warnings?: readonly ExpressionWarning[]
}

export type Evaluation = { ok: true; value: FeelValue; warnings: readonly ExpressionWarning[] } | Failure

/** Thrown through the closures of one evaluation, caught where it began; leaves neither this folder nor decisions. */
export interface Ended {
  ended: { code: string; message: { zh: string; en: string } }
}

/** Ends the evaluation in progress with a failure. */
export function end(code: string, message: { zh: string; en: string }): never {
  throw { ended: { code, message } } satisfies Ended
}

/** What ended an evaluation: the budget, the stack, or a failure that was named. Anything else is a defect. */
function failureOf(thrown: unknown): Failure {
  if (thrown === overBudget || thrown instanceof RangeError)
    return { ok: false, code: 'feel.budget', message: sentence('feel.budget') }
  if (typeof thrown === 'object' && thrown !== null && 'ended' in thrown)
    return { ok: false, ...(thrown as Ended).ended }
  throw thrown
}

const noWarnings: readonly ExpressionWarning[] = []

export function frameOf(scope: Scope, steps: number): Frame {
  return { scope, now: scope.now, timeZone: scope.timeZone, steps, depth: 0, warnings: null }
}

/** Runs work (compiled code and its local variables) on the budget of its frame. Never throws for what the work may expect. */
export function evaluationOf<Locals>(
  frame: Frame,
  work: (frame: Frame, locals: Locals) => FeelValue,
  locals: Locals,
): Evaluation {
  try {
    const value = work(frame, locals)
    return { ok: true, value, warnings: frame.warnings ?? noWarnings }
  } catch (thrown) {
    const failure = failureOf(thrown)
    return frame.warnings ? { ...failure, warnings: frame.warnings } : failure
  }
}

/** Runs work with other variables and returns to those of before. */
export function inScope(frame: Frame, scope: Frame['scope'], work: () => FeelValue): FeelValue {
  const outer = frame.scope
  frame.scope = scope
  const value = work()
  frame.scope = outer
  return value
}

/** A frame for what has no variables and no clock: literals that are computed at compile time. */
export const literalFrame = (): Frame => ({
  scope: { get: () => null },
  now: '',
  timeZone: 'UTC',
  steps: limits.steps,
  depth: 0,
  warnings: null,
})
