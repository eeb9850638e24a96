import { literalFrame } from '../evaluation.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import type { FeelValue } from '../values.ts'
import { childAt, textOf } from './names.ts'
import type { Compiler } from './names.ts'

/** One test of a cell, when it is a comparison with values that are written in it. */
export type SimpleTest =
  | { kind: 'value'; value: FeelValue }
  | { kind: 'comparison'; sign: string; value: FeelValue }
  | { kind: 'interval'; start: FeelValue; end: FeelValue; startIncluded: boolean; endIncluded: boolean }
  /** A function of the tested value and one that is written: `starts with(?, "SO-")`. */
  | { kind: 'call'; name: string; value: FeelValue }
  | { kind: 'all'; tests: readonly SimpleTest[]; source: string }
  | { kind: 'other'; source: string }

/** What a cell of unary tests says, for whoever wants to know more than its answer. `-` has no tests. */
export interface TestShape {
  negated: boolean
  tests: readonly SimpleTest[]
}

const literals = new Set(['NumericLiteral', 'StringLiteral', 'BooleanLiteral', 'AtLiteral', 'null'])

/** Calls whose value is known when their arguments are literals. */
const constructors = /^(?:date and time|date|time|duration)$/

/** The value of a literal, a negative number, or a temporal value made of literals; undefined for anything else. */
function literalOf(node: SyntaxNode, compiler: Compiler): FeelValue | undefined {
  const children = childrenOf(node)
  const [first, second] = children
  const parameters = children.find(({ name }) => name === 'PositionalParameters')
  const isLiteral =
    literals.has(node.name) ||
    (node.name === 'ArithmeticExpression' && children.length === 2 && second?.name === 'NumericLiteral') ||
    (/^(?:FunctionInvocation|DateTimeLiteral)$/.test(node.name) &&
      first !== undefined &&
      (first.name === 'AtLiteral' || isConstruction(first, parameters, compiler)))
  return isLiteral ? compiler.compile(node, compiler)(literalFrame(), null) : undefined
}

function isConstruction(called: SyntaxNode, parameters: SyntaxNode | undefined, compiler: Compiler): boolean {
  const given = parameters ? childrenOf(parameters) : []
  return (
    constructors.test(textOf(compiler, called)) && given.length > 0 && given.every(({ name }) => literals.has(name))
  )
}

/** Functions of the tested value that say what they ask. */
const questions = new Set(['starts with', 'ends with', 'contains', 'list contains'])

/** What a comparison says of `?`, which stands on its left. */
function comparisonOf(children: readonly SyntaxNode[], compiler: Compiler): SimpleTest | undefined {
  const [, sign, first, , last] = children
  if (!sign || !first) return undefined
  if (sign.name === 'in') return first.name === 'PositiveUnaryTest' ? simpleTest(first, compiler) : undefined
  const value = literalOf(first, compiler)
  if (value === undefined) return undefined
  if (sign.name !== 'between') return { kind: 'comparison', sign: textOf(compiler, sign), value }
  const end = last && literalOf(last, compiler)
  return end === undefined ? undefined : { kind: 'interval', start: value, end, startIncluded: true, endIncluded: true }
}

function callOf(node: SyntaxNode, compiler: Compiler): SimpleTest | undefined {
  const children = childrenOf(node)
  const name = textOf(compiler, childAt(node, 0)).replaceAll(/\s+/g, ' ')
  const parameters = children.find((child) => child.name === 'PositionalParameters')
  const [subject, second, third] = parameters ? childrenOf(parameters) : []
  if (!questions.has(name) || subject?.name !== '?' || !second || third) return undefined
  const value = literalOf(second, compiler)
  return value === undefined ? undefined : { kind: 'call', name, value }
}

function simpleTest(node: SyntaxNode, compiler: Compiler): SimpleTest {
  const children = childrenOf(node)
  const [first, , third] = children
  const other: SimpleTest = { kind: 'other', source: textOf(compiler, node) }
  if (node.name === 'PositiveUnaryTest' && first) return simpleTest(first, compiler)
  if (node.name === 'Comparison' && first?.name === '?') return comparisonOf(children, compiler) ?? other
  if (node.name === 'Conjunction' && first && third) {
    const tests = [first, third].flatMap((part) => {
      const test = simpleTest(part, compiler)
      return test.kind === 'all' ? test.tests : [test]
    })
    return tests.some(({ kind }) => kind === 'other' || kind === 'value')
      ? other
      : { kind: 'all', tests, source: other.source }
  }
  if (node.name === 'FunctionInvocation') {
    const call = callOf(node, compiler)
    if (call) return call
  }
  if (node.name === 'SimplePositiveUnaryTest' && first) {
    if (first.name === 'CompareOp') {
      const value = literalOf(childAt(node, 1), compiler)
      return value === undefined ? other : { kind: 'comparison', sign: textOf(compiler, first), value }
    }
    const [start, end] = [literalOf(childAt(first, 1), compiler), literalOf(childAt(first, -2), compiler)]
    if (start === undefined || end === undefined) return other
    return {
      kind: 'interval',
      start,
      end,
      startIncluded: textOf(compiler, childAt(first, 0)) === '[',
      endIncluded: textOf(compiler, childAt(first, -1)) === ']',
    }
  }
  const value = literalOf(node, compiler)
  return value === undefined ? other : { kind: 'value', value }
}

/** The shape of unary tests; `tests` is the node of the tests, undefined for `-`. */
export const shapeOfTests = (tests: SyntaxNode | undefined, negated: boolean, compiler: Compiler): TestShape => ({
  negated,
  tests: tests
    ? childrenOf(tests)
        .filter((child) => child.name === 'PositiveUnaryTest')
        .map((child) => simpleTest(child, compiler))
    : [],
})
