import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { comparisons, textTests } from './sentence.ts'
import type { Comparison, Literal, Test, TextTest } from './sentence.ts'
import { literalAt, textOf, valueAt } from './values.ts'
import type { Source } from './values.ts'

/** What a test says `not` of, or null when it cannot be said so. */
export function negated(test: Test | null): Test | null {
  return test && 'not' in test && !test.not ? { ...test, not: true } : null
}

/** `[a..b]` and its open forms. */
export function rangeAt(source: Source, node: SyntaxNode): Test | null {
  const children = childrenOf(node)
  const [from, to] = [valueAt(source, children[1]), valueAt(source, children.at(-2))]
  const [open, close] = [children[0], children.at(-1)]
  if (!from || !to || !open || !close) return null
  return {
    kind: 'between',
    from,
    to,
    withFrom: textOf(source, open) === '[',
    withTo: textOf(source, close) === ']',
  }
}

export const comparisonAt = (source: Source, node: SyntaxNode): Comparison | null =>
  comparisons.find((each) => each === textOf(source, node)) ?? null

/** What stands in a unary test: a value, a comparison with one, a range, a list. */
export type Single =
  { kind: 'value'; value: Literal } | { kind: 'list'; values: Literal[] } | { kind: 'test'; test: Test }

export function singleAt(source: Source, node: SyntaxNode): Single | null {
  const children = childrenOf(node)
  const [first, second] = children
  switch (node.name) {
    case 'PositiveUnaryTest':
      return first && children.length === 1 ? singleAt(source, first) : null
    case 'ParenthesizedExpression':
      return second ? singleAt(source, second) : null
    case 'List': {
      const values = children.slice(1, -1).map((each) => literalAt(source, each))
      return values.includes(null) ? null : { kind: 'list', values: values as Literal[] }
    }
    case 'SimplePositiveUnaryTest': {
      if (first?.name === 'Interval') {
        const test = rangeAt(source, first)
        return test && { kind: 'test', test }
      }
      const [comparison, value] = [first && comparisonAt(source, first), valueAt(source, second)]
      return comparison && value ? { kind: 'test', test: { kind: 'compare', comparison, value } } : null
    }
    default: {
      const value = literalAt(source, node)
      return value && { kind: 'value', value }
    }
  }
}

/** Several unary tests that are each a value. */
export function valuesAt(source: Source, tests: readonly SyntaxNode[]): Literal[] | null {
  const values = tests.map((each) => singleAt(source, each))
  return values.every((each) => each?.kind === 'value')
    ? values.map((each) => (each as { value: Literal }).value)
    : null
}

/** The name of a function that is called with arguments in order, and those. */
export function callAt(source: Source, node: SyntaxNode): { name: string; args: SyntaxNode[] } | null {
  if (node.name !== 'FunctionInvocation') return null
  const [name, , args] = childrenOf(node)
  if (!name || args?.name !== 'PositionalParameters') return null
  return { name: textOf(source, name).replaceAll(/\s+/g, ' ').trim(), args: childrenOf(args) }
}

/** `contains(x, "text")` and its like, with what is looked into. */
export function textTestAt(source: Source, node: SyntaxNode): { subject: SyntaxNode; test: Test } | null {
  const call = callAt(source, node)
  const how = textTests.find((each) => each === call?.name) as TextTest | undefined
  const [subject, what, more] = call?.args ?? []
  const value = valueAt(source, what)
  return how && subject && value && !more ? { subject, test: { kind: 'text', how, value, not: false } } : null
}
