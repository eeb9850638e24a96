import { chainAt, isChain } from '../chains.ts'
import type { Chain, Operand } from '../chains.ts'
import { childrenOf, parse } from '../parse.ts'
import type { Shape, SyntaxNode } from '../parse.ts'
import { callAt, comparisonAt, negated, singleAt, textTestAt, valuesAt } from './read-test.ts'
import { isGroup, normalized } from './sentence.ts'
import type { Comparison, Group, Term, Test } from './sentence.ts'
import { fieldAt, literalAt, valueAt } from './values.ts'
import type { Source } from './values.ts'

/** A comparison seen from its other side. */
const turned: Record<Comparison, Comparison> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }

const term = (field: string | null, test: Test | null): Term | null => (field !== null && test ? { field, test } : null)

function membership(source: Source, tests: readonly SyntaxNode[]): Test | null {
  const [only] = tests
  const single = only && tests.length === 1 ? singleAt(source, only) : null
  if (single?.kind === 'test') return single.test.kind === 'between' ? single.test : null
  if (single?.kind === 'list') return { kind: 'oneOf', values: single.values, not: false, asList: true }
  const values = valuesAt(source, tests)
  return values && { kind: 'oneOf', values, not: false }
}

function comparison(source: Source, node: SyntaxNode): Term | null {
  const [left, sign, ...rest] = childrenOf(node)
  if (!left || !sign) return null
  if (sign.name === 'CompareOp') {
    const how = comparisonAt(source, sign)
    if (!how) return null
    if (literalAt(source, left)) {
      const value = literalAt(source, left)
      return value && term(fieldAt(source, rest[0]), { kind: 'compare', comparison: turned[how], value })
    }
    const value = valueAt(source, rest[0])
    return value && term(fieldAt(source, left), { kind: 'compare', comparison: how, value })
  }
  if (sign.name === 'between') {
    const [from, to] = [valueAt(source, rest[0]), valueAt(source, rest[2])]
    return from && to
      ? term(fieldAt(source, left), { kind: 'between', from, to, withFrom: true, withTo: true, asWords: true })
      : null
  }
  const tests = rest.flatMap((each) => (each.name === 'PositiveUnaryTests' ? childrenOf(each) : [each]))
  return term(
    fieldAt(source, left),
    membership(
      source,
      tests.filter(({ name }) => name === 'PositiveUnaryTest'),
    ),
  )
}

function joined(source: Source, chain: Chain): Group | null {
  const parts = chain.parts.map((each) => (isChain(each) ? joined(source, each) : operand(source, each)))
  return parts.includes(null) ? null : { join: chain.join, parts: parts as (Term | Group)[] }
}

const operand = (source: Source, { node, subject }: Operand) =>
  subject ? term(fieldAt(source, subject), membership(source, [node])) : part(source, node)

function part(source: Source, node: SyntaxNode): Term | Group | null {
  const chain = chainAt(node)
  if (chain) return joined(source, chain)
  switch (node.name) {
    case 'ParenthesizedExpression': {
      const [, inner] = childrenOf(node)
      return inner ? part(source, inner) : null
    }
    case 'Comparison':
      return comparison(source, node)
    case 'VariableName':
    case 'PathExpression':
      return term(fieldAt(source, node), { kind: 'holds', not: false })
    case 'FunctionInvocation': {
      const text = textTestAt(source, node)
      if (text) return term(fieldAt(source, text.subject), text.test)
      const call = callAt(source, node)
      const [argument, more] = call?.name === 'not' ? call.args : []
      const inner = argument && !more ? part(source, argument) : null
      return inner && !isGroup(inner) ? term(inner.field, negated(inner.test)) : null
    }
    default:
      return null
  }
}

/** Comments say what no sentence does. */
export function hasComment(top: SyntaxNode): boolean {
  const cursor = top.cursor()
  do if (cursor.name.endsWith('Comment')) return true
  while (cursor.next())
  return false
}

/**
 * Reads a condition as a sentence; null when it says more than one can, and must stay an expression. An empty text is the
 * empty group.
 *
 * @param names The variables that are known, for names with spaces; see `Shape`.
 */
export function readCondition(text: string, names: Shape = {}): Group | null {
  if (text.trim() === '') return { join: 'and', parts: [] }
  let top: SyntaxNode
  try {
    top = parse(text, 'Expression', names)
  } catch {
    return null
  }
  const [node, more] = childrenOf(top)
  if (!node || more || hasComment(top)) return null
  const read = part({ text }, node)
  if (!read) return null
  return normalized(isGroup(read) ? read : { join: 'and', parts: [read] })
}
