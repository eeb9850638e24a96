import { chainAt, isChain } from '../../expressions/chains.ts'
import type { Chain } from '../../expressions/chains.ts'
import { compileExpression } from '../../expressions/compile.ts'
import { childrenOf, parse } from '../../expressions/parse.ts'
import type { Shape, SyntaxNode } from '../../expressions/parse.ts'
import { isFunction, isRange } from '../../expressions/values.ts'
import type { FeelValue } from '../../expressions/values.ts'

/** A value in a cell at which its answer may change: one that it asks for, or the end of a range. */
export interface Constant {
  readonly value: FeelValue
  readonly isEnd: boolean
}

const outside = { get: () => undefined, now: '2000-01-01T00:00:00Z', timeZone: 'UTC' }

const clock = /\b(?:now|today)\b/

/**
 * The value of an expression that is the same whenever it is computed; undefined when it reads variables or the clock, or
 * cannot be computed.
 */
export function constantValue(text: string): FeelValue | undefined {
  if (clock.test(text)) return undefined
  const compiled = compileExpression(text, { unknownVariables: 'fail' })
  if (!compiled.ok || compiled.expression.variables.length > 0) return undefined
  const result = compiled.expression.evaluate(outside)
  return result.ok ? result.value : undefined
}

interface Cell {
  readonly text: string
  readonly found: Constant[]
}

const mentionsInput = (node: SyntaxNode): boolean => node.name === '?' || childrenOf(node).some(mentionsInput)

function add({ found }: Cell, value: FeelValue, isEnd: boolean): boolean {
  if (isRange(value))
    return [value.start, value.end].every((end) => end === undefined || add({ text: '', found }, end, true))
  if (Array.isArray(value)) return value.every((item) => add({ text: '', found }, item, isEnd))
  // Texts have an order too, but nobody would know what lies between two of them.
  if ((isEnd && typeof value === 'string') || isFunction(value)) return false
  found.push({ value, isEnd })
  return true
}

/** Takes in a part that must be constant; false when it is not. */
function constant(cell: Cell, node: SyntaxNode | undefined, isEnd: boolean): boolean {
  if (!node || mentionsInput(node)) return false
  const value = constantValue(cell.text.slice(node.from, node.to))
  return value !== undefined && add(cell, value, isEnd)
}

const equality = new Set(['=', '!='])
const tokens = new Set(['(', ')', 'not'])

const parts = (node: SyntaxNode) => childrenOf(node).filter(({ name }) => !tokens.has(name))

/** A comparison of the tested value with what is constant. */
function comparison(cell: Cell, node: SyntaxNode): boolean {
  const children = childrenOf(node)
  const [left, sign, right] = children
  if (!left || !sign || !right) return false
  if (sign.name === 'CompareOp') {
    const other = left.name === '?' ? right : right.name === '?' ? left : undefined
    return constant(cell, other, !equality.has(cell.text.slice(sign.from, sign.to)))
  }
  if (left.name !== '?') return false
  if (sign.name === 'between') return constant(cell, right, true) && constant(cell, children[4], true)
  return sign.name === 'in' && children.slice(2).every((each) => tokens.has(each.name) || test(cell, each))
}

function joined(cell: Cell, chain: Chain): boolean {
  return chain.parts.every((part) => {
    if (isChain(part)) return joined(cell, part)
    return part.subject ? part.subject.name === '?' && test(cell, part.node) : condition(cell, part.node)
  })
}

/** A condition on the tested value, made of comparisons. */
function condition(cell: Cell, node: SyntaxNode): boolean {
  const chain = chainAt(node)
  if (chain) return joined(cell, chain)
  if (!mentionsInput(node)) return constantValue(cell.text.slice(node.from, node.to)) !== undefined
  switch (node.name) {
    case '?':
      return add(cell, true, false)
    case 'ParenthesizedExpression':
      return parts(node).every((each) => condition(cell, each))
    case 'Comparison':
      return comparison(cell, node)
    case 'FunctionInvocation': {
      const [name, , args] = childrenOf(node)
      const isNot = name !== undefined && cell.text.slice(name.from, name.to).trim() === 'not'
      return isNot && args?.name === 'PositionalParameters' && parts(args).every((each) => condition(cell, each))
    }
    default:
      return false
  }
}

/** A unary test or several of them. */
function test(cell: Cell, node: SyntaxNode): boolean {
  switch (node.name) {
    case 'Wildcard':
      return true
    case 'UnaryTests':
    case 'PositiveUnaryTests':
    case 'PositiveUnaryTest':
      return parts(node).every((each) => test(cell, each))
    case 'SimplePositiveUnaryTest': {
      const [first, endpoint] = childrenOf(node)
      if (first?.name === 'CompareOp')
        return constant(cell, endpoint, !equality.has(cell.text.slice(first.from, first.to)))
      const ends = first ? childrenOf(first) : []
      return first?.name === 'Interval' && constant(cell, ends[1], true) && constant(cell, ends.at(-2), true)
    }
    default:
      return mentionsInput(node) ? condition(cell, node) : constant(cell, node, false)
  }
}

/**
 * The constants of a cell whose answer depends on nothing but how the tested value stands to them: comparisons, ranges,
 * lists and `not`, joined by commas, `and` and `or`. null when it is anything else, and an evaluation alone can tell.
 */
export function constantsOf(text: string, shape: Shape): Constant[] | null {
  if (text === '' || text === '-') return []
  const cell: Cell = { text, found: [] }
  try {
    return test(cell, parse(text, 'UnaryTests', shape)) ? cell.found : null
  } catch {
    // What cannot be read was reported by the compiler.
    return null
  }
}
