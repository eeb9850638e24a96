import { compare, equals, inRange } from '../compare.ts'
import { childAt, textOf, withLocal } from './names.ts'
import type { Code, Compiler, Env } from './names.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { note, noteOperands } from '../diagnostics.ts'
import { formatValue } from '../text.ts'
import { isRange, kind } from '../values.ts'
import type { FeelRange, FeelValue, Frame } from '../values.ts'

/** A unary test as a function of the value that is tested (DMN 1.5, 10.3.1.2 rule 7 and after). */
export type Test = (frame: Frame, env: Env | null, input: FeelValue) => boolean | null

/** Comparisons by their sign; `=` and `!=` compare everything, the others what has an order. */
export const comparisons: Record<string, (a: FeelValue, b: FeelValue) => boolean | null> = {
  '=': equals,
  '!=': (a, b) => {
    const same = equals(a, b)
    return same === null ? null : !same
  },
  '<': (a, b) => ordered(compare(a, b), (order) => order < 0),
  '<=': (a, b) => ordered(compare(a, b), (order) => order <= 0),
  '>': (a, b) => ordered(compare(a, b), (order) => order > 0),
  '>=': (a, b) => ordered(compare(a, b), (order) => order >= 0),
}

const ordered = (order: number | null, holds: (order: number) => boolean) => (order === null ? null : holds(order))

export const comparison = (sign: string) => comparisons[sign] ?? equals

/** Whether a node speaks of the tested value, outside of the tests nested in it. */
export function mentionsInput(node: SyntaxNode): boolean {
  if (node.name === '?') return true
  return childrenOf(node).some(mentionsInput)
}

/** Whether a value that a test gives accepts the input: it is equal, a range or list around it. */
function accepts(value: FeelValue, input: FeelValue, asCell: boolean): boolean | null {
  if (isRange(value)) return isRange(input) ? equals(value, input) : inRange(input, value)
  if (Array.isArray(value)) {
    if (Array.isArray(input) && equals(value, input) === true) return true
    return value.some((item) => (isRange(item) ? inRange(input, item) : equals(item, input)) === true)
  }
  if (Array.isArray(input)) return asCell ? input.some((item) => equals(item, value) === true) : equals(input, value)
  return equals(input, value)
}

/** A test that could not decide, told with its reason. An input of a cell that is not known is nothing to wonder about. */
const undecided = (frame: Frame, position: number, input: FeelValue, value: FeelValue, asCell: boolean) =>
  value === null || (input === null && asCell) ? null : noteOperands(frame, position, input, value)

/** `= 5` in a cell asks what `5` asks there: also whether a list has it. */
const isCellValue = (input: FeelValue, value: FeelValue) =>
  Array.isArray(input) && !Array.isArray(value) && !isRange(value) ? accepts(value, input, true) : equals(input, value)

function rangeTest(range: Code, position: number, asCell: boolean): Test {
  return (frame, env, input) => {
    const value = range(frame, env)
    return isRange(value) ? (inRange(input, value) ?? undecided(frame, position, input, value, asCell)) : null
  }
}

/** Compiles one positive unary test. `asCell`: it stands in a decision table, not after `in`. */
export function compileTest(node: SyntaxNode, compiler: Compiler, asCell: boolean): Test {
  const [first] = childrenOf(node)
  if (first && (node.name === 'PositiveUnaryTest' || node.name === 'PositiveUnaryTests'))
    return node.name === 'PositiveUnaryTest'
      ? compileTest(first, compiler, asCell)
      : compileTests(node, compiler, asCell)
  if (node.name === 'ParenthesizedExpression' && !mentionsInput(node)) {
    const inner = childrenOf(node)[1]
    if (inner) return compileTest(inner, compiler, asCell)
  }
  if (node.name === 'SimplePositiveUnaryTest' && first) {
    if (first.name !== 'CompareOp') return rangeTest(compileInterval(first, compiler), node.from, asCell)
    const sign = textOf(compiler, first)
    const operator = asCell && sign === '=' ? isCellValue : comparison(sign)
    const endpoint = compiler.compile(childAt(node, 1), compiler)
    return (frame, env, input) => {
      const value = endpoint(frame, env)
      return operator(input, value) ?? undecided(frame, node.from, input, value, asCell)
    }
  }
  if (mentionsInput(node)) {
    const code = compiler.compile(node, withLocal(compiler, '?'))
    return (frame, env, input) => {
      const value = code(frame, { value: input, parent: env })
      return typeof value === 'boolean' ? value : null
    }
  }
  const code = compiler.compile(node, compiler)
  // `true` as a cell asks for true; a condition that gives true holds whatever the column has.
  const isCondition = asCell && node.name !== 'BooleanLiteral'
  return (frame, env, input) => {
    const value = code(frame, env)
    if (isCondition && typeof value === 'boolean' && typeof input !== 'boolean') return value
    return accepts(value, input, asCell) ?? undecided(frame, node.from, input, value, asCell)
  }
}

/** Any of several tests; null when none holds and one could not be decided. */
export function compileTests(node: SyntaxNode, compiler: Compiler, asCell: boolean): Test {
  const tests = childrenOf(node)
    .filter((child) => child.name === 'PositiveUnaryTest')
    .map((child) => compileTest(child, compiler, asCell))
  const [only] = tests
  if (only && tests.length === 1) return only
  return (frame, env, input) => {
    let result: boolean | null = false
    for (const test of tests) {
      const holds = test(frame, env, input)
      if (holds === true) return true
      if (holds === null) result = null
    }
    return result
  }
}

/** `[a..b]` and its open forms as a value; null when its ends do not belong together. */
export function compileInterval(node: SyntaxNode, compiler: Compiler): Code {
  const start = compiler.compile(childAt(node, 1), compiler)
  const end = compiler.compile(childAt(node, -2), compiler)
  const startIncluded = textOf(compiler, childAt(node, 0)) === '['
  const endIncluded = textOf(compiler, childAt(node, -1)) === ']'
  return (frame, env) => {
    const [from, to] = [start(frame, env), end(frame, env)]
    return (
      rangeOf(from, to, startIncluded, endIncluded) ??
      note(frame, 'feel.ends', node.from, `${formatValue(from)}, ${formatValue(to)}`.slice(0, 100))
    )
  }
}

/** A range with two ends; null when they have no common order or the wrong one. One end may be null: nothing is known of it. */
export function rangeOf(
  start: FeelValue,
  end: FeelValue,
  startIncluded: boolean,
  endIncluded: boolean,
): FeelRange | null {
  if (start === null && end === null) return null
  if (start !== null && end !== null) {
    const order = compare(start, end)
    if (order === null || order > 0) return null
  } else if (compare(start ?? end, start ?? end) === null) return null
  return { [kind]: 'range', start, end, startIncluded, endIncluded }
}

const above = (start: FeelValue, startIncluded: boolean, test: string): FeelRange => ({
  [kind]: 'range',
  start,
  end: undefined,
  startIncluded,
  endIncluded: false,
  test,
})

const below = (end: FeelValue, endIncluded: boolean, test: string): FeelRange => ({
  [kind]: 'range',
  start: undefined,
  end,
  startIncluded: false,
  endIncluded,
  test,
})

/** The range that `(> 5)` stands for as a value (DMN 1.5, 10.3.2.7). */
const ranges: Record<string, (value: FeelValue) => FeelRange> = {
  '=': (value) => ({ ...above(value, true, '='), end: value, endIncluded: true }),
  '<': (value) => below(value, false, '<'),
  '<=': (value) => below(value, true, '<='),
  '>': (value) => above(value, false, '>'),
  '>=': (value) => above(value, true, '>='),
}

export function compileTestAsValue(node: SyntaxNode, compiler: Compiler): Code {
  const first = childAt(node, 0)
  if (first.name !== 'CompareOp') return compileInterval(first, compiler)
  const range = ranges[textOf(compiler, first)]
  const endpoint = compiler.compile(childAt(node, 1), compiler)
  return (frame, env) => {
    const value = endpoint(frame, env)
    return value === null || !range ? null : range(value)
  }
}
