import { limits } from './budget.ts'
import { forbiddenNames, normalizedName } from './contexts.ts'
import { compileNode } from './nodes/table.ts'
import { evaluationOf, frameOf } from './evaluation.ts'
import type { Evaluation, Scope } from './evaluation.ts'
import type { Code, Compiler, Env } from './nodes/names.ts'
import { shapeOfTests } from './nodes/test-shape.ts'
import type { TestShape } from './nodes/test-shape.ts'
import { compileTests } from './nodes/tests.ts'
import { childrenOf, parse } from './parse.ts'
import type { Shape, SyntaxNode } from './parse.ts'
import { sentence } from './problems.ts'
import type { ExpressionProblem, Refusal } from './problems.ts'
import type { FeelType, FeelValue, Frame } from './values.ts'

export type { ExpressionProblem } from './problems.ts'
export type { Evaluation, Scope } from './evaluation.ts'
export type { FeelValue } from './values.ts'

/** A compiled expression: compile once, evaluate as often as wanted. It keeps nothing between evaluations. */
export interface Expression {
  source: string
  /** The names that it reads from its scope, as they are spelled there. */
  variables: readonly string[]
  /** What its author may want to know although it can run, such as a function that does not exist. */
  notes: readonly ExpressionProblem[]
  evaluate(scope: Scope): Evaluation
  /** Evaluates inside of an evaluation in progress, on its budget; failures pass through to where that began. */
  within(frame: Frame): FeelValue
}

/** Unary tests as a cell of a decision table has them; the value is true, false, or null when it cannot be decided. */
export interface UnaryTests {
  source: string
  variables: readonly string[]
  notes: readonly ExpressionProblem[]
  /** What the tests compare with, where that is written in them. */
  shape: TestShape
  evaluate(scope: Scope, input: FeelValue): Evaluation
  within(frame: Frame, input: FeelValue): FeelValue
}

export type Compiled = { ok: true; expression: Expression } | { ok: false; problem: ExpressionProblem }
export type CompiledTests = { ok: true; tests: UnaryTests } | { ok: false; problem: ExpressionProblem }

export interface CompileOptions {
  /** Variables that are known, so that names with spaces or operators in them are read as one name. */
  names?: readonly string[]
  /** The same with a sample of what each variable holds, so that names inside of it are known as well. */
  shape?: Shape
  /** What reading a variable does that the scope does not know: null and a warning (default), or a failure. */
  unknownVariables?: 'null' | 'fail'
  /** Names and paths that hold money in minor units: multiplying and dividing them by hand is refused (reliability F16). */
  money?: readonly string[]
  /** Types beyond FEEL's own, for `instance of`. */
  typeOf?: (name: string) => FeelType | undefined
}

function compilerFor(source: string, options: CompileOptions): Compiler {
  const names = [...(options.names ?? []), ...Object.keys(options.shape ?? {})]
  return {
    source,
    locals: null,
    known: new Map(names.filter((name) => !forbiddenNames.has(name)).map((name) => [normalizedName(name), name])),
    free: new Set(),
    notes: [],
    strict: options.unknownVariables === 'fail',
    iterations: 1,
    money: new Set(options.money ?? []),
    typeOf: options.typeOf ?? (() => undefined),
    compile: compileNode,
  }
}

function shapeOf(options: CompileOptions): Shape | undefined {
  if (!options.names) return options.shape
  const shape: Shape = {}
  for (const name of options.names) if (!forbiddenNames.has(name)) shape[name] = 1
  return { ...shape, ...options.shape }
}

/** Does what may refuse a source; the refusal is the problem. */
function attempt<T>(source: string, compile: () => T): { made: T } | { problem: ExpressionProblem } {
  try {
    return { made: compile() }
  } catch (thrown) {
    if (typeof thrown === 'object' && thrown !== null && 'refused' in thrown)
      return { problem: (thrown as Refusal).refused }
    if (thrown instanceof RangeError)
      return { problem: { code: 'feel.size', message: sentence('feel.size', `${source.length}`), position: 0 } }
    throw thrown
  }
}

const noInput: Env = { value: null, parent: null }

/** The tested value is the outermost local variable, so that `?` costs nothing where it is not used. */
const withInput = (compiler: Compiler): Compiler => ({
  ...compiler,
  locals: { name: '?', opened: false, parent: null },
})

/**
 * Compiles a FEEL expression (DMN 1.5, chapter 10) to closures.
 *
 * Refuses what is no FEEL (`feel.syntax`), what is too large to be wanted (`feel.size`, `feel.range`), what reaches for
 * JavaScript (`feel.forbidden_name`) and external functions (`feel.external`), with the place in the source.
 * Evaluation never throws; it fails with `feel.budget` or, when asked for, `feel.unknown_variable`.
 */
export function compileExpression(source: string, options: CompileOptions = {}): Compiled {
  const compiler = withInput(compilerFor(source, options))
  const result = attempt(source, () => compileNode(parse(source, 'Expression', shapeOf(options)), compiler))
  if ('problem' in result) return { ok: false, problem: result.problem }
  const code = result.made
  const expression: Expression = {
    source,
    variables: [...compiler.free],
    notes: compiler.notes,
    evaluate: (scope) => evaluationOf(frameOf(scope, limits.steps), code, noInput),
    within: (frame) => code(frame, noInput),
  }
  return { ok: true, expression }
}

function compileTop(top: SyntaxNode, compiler: Compiler): { code: Code; shape: TestShape } {
  const children = childrenOf(top)
  const tests = children.find((child) => child.name === 'PositiveUnaryTests')
  if (!tests) return { code: () => true, shape: shapeOfTests(undefined, false, compiler) }
  const negative = children[0]?.name === 'not'
  const test = compileTests(tests, compiler, true)
  const code: Code = (frame, env) => {
    const holds = test(frame, env, env?.value ?? null)
    return negative && holds !== null ? !holds : holds
  }
  return { code, shape: shapeOfTests(tests, negative, compiler) }
}

/** Compiles unary tests (an input cell or an allowed-values clause); `-` accepts everything. */
export function compileUnaryTests(source: string, options: CompileOptions = {}): CompiledTests {
  const compiler = withInput(compilerFor(source, options))
  const result = attempt(source, () => compileTop(parse(source, 'UnaryTests', shapeOf(options)), compiler))
  if ('problem' in result) return { ok: false, problem: result.problem }
  const { code, shape } = result.made
  const tests: UnaryTests = {
    source,
    variables: [...compiler.free],
    notes: compiler.notes,
    shape,
    evaluate: (scope, input) => evaluationOf(frameOf(scope, limits.steps), code, { value: input, parent: null }),
    within: (frame, input) => code(frame, { value: input, parent: null }),
  }
  return { ok: true, tests }
}
