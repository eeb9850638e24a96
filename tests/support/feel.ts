import { compileExpression, compileUnaryTests } from '../../workflows/expressions/compile.ts'
import type { CompileOptions, Evaluation, Scope } from '../../workflows/expressions/compile.ts'
import { toJson } from '../../workflows/expressions/json.ts'
import type { JsonValue } from '../../workflows/expressions/json.ts'
import type { FeelValue } from '../../workflows/expressions/values.ts'

/** A scope over plain data; the time is a Wednesday afternoon in Shanghai. */
export function aScope(variables: Record<string, unknown> = {}, change: Partial<Scope> = {}): Scope {
  return {
    get: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
    now: '2026-11-25T10:30:00Z',
    timeZone: 'Asia/Shanghai',
    ...change,
  }
}

/** Evaluates and answers the whole evaluation; throws when the source is refused. */
export function evaluation(
  source: string,
  variables: Record<string, unknown> = {},
  options: CompileOptions = {},
): Evaluation {
  const compiled = compileExpression(source, options)
  if (!compiled.ok) throw new Error(`${compiled.problem.code}: ${compiled.problem.message.en}`)
  return compiled.expression.evaluate(aScope(variables))
}

/** The value of an expression as a value of FEEL. */
export function feelValue(source: string, variables: Record<string, unknown> = {}): FeelValue {
  const result = evaluation(source, variables)
  if (!result.ok) throw new Error(result.code)
  return result.value
}

/** The value of an expression as it would be stored. */
export const feel = (source: string, variables: Record<string, unknown> = {}): JsonValue =>
  toJson(feelValue(source, variables))

/** The code with which a source is refused, or null. */
export function refusal(source: string): string | null {
  const compiled = compileExpression(source)
  return compiled.ok ? null : compiled.problem.code
}

/** What unary tests say of an input. */
export function accepts(source: string, input: FeelValue, variables: Record<string, unknown> = {}): FeelValue {
  const compiled = compileUnaryTests(source)
  if (!compiled.ok) throw new Error(compiled.problem.code)
  const result = compiled.tests.evaluate(aScope(variables), input)
  if (!result.ok) throw new Error(result.code)
  return result.value
}
