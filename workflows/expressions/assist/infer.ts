import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { helpOf } from './functions.ts'
import { find, hasInside } from './scope.ts'
import type { ExpressionScope } from './scope.ts'

/** What is known where an expression is looked at. */
export interface Looking {
  readonly text: string
  readonly scope: ExpressionScope
  /** Names that the expression itself gives: those of `for`, `some`, functions and contexts. */
  readonly locals: readonly string[]
  /** Whether names may also be those of the items of a list that is filtered. */
  readonly inFilter: boolean
}

export const textOf = ({ text }: { text: string }, node: SyntaxNode) => text.slice(node.from, node.to)
export const nameAt = (looking: { text: string }, node: SyntaxNode) =>
  textOf(looking, node).replaceAll(/\s+/g, ' ').trim()

/** Names joined by dots, when a node is nothing else. */
export function pathOf(looking: Looking, node: SyntaxNode): string | null {
  if (node.name === 'VariableName' || node.name === 'PathName') return nameAt(looking, node)
  if (node.name !== 'PathExpression') return null
  const [left, , right] = childrenOf(node)
  const [outer, inner] = [left && pathOf(looking, left), right && pathOf(looking, right)]
  return outer && inner ? `${outer}.${inner}` : null
}

const always: Record<string, string> = {
  NumericLiteral: 'number',
  StringLiteral: 'string',
  BooleanLiteral: 'boolean',
  null: 'null',
  Comparison: 'boolean',
  Conjunction: 'boolean',
  Disjunction: 'boolean',
  QuantifiedExpression: 'boolean',
  InstanceOfExpression: 'boolean',
  ForExpression: 'list',
  List: 'list',
  Context: 'context',
  FunctionDefinition: 'function',
}

function arithmetic(looking: Looking, node: SyntaxNode): string {
  const operands = childrenOf(node).filter(({ name }) => name !== 'ArithOp')
  const [a, b] = operands.map((each) => typeOf(looking, each))
  if (a === 'number' && (b === 'number' || b === undefined)) return 'number'
  return a === 'string' && b === 'string' ? 'string' : 'any'
}

function branches(looking: Looking, node: SyntaxNode): string {
  const parts = childrenOf(node).filter(({ name }) => !['if', 'then', 'else'].includes(name))
  const [yes, no] = parts.slice(1).map((each) => typeOf(looking, each))
  return yes !== undefined && yes === no ? yes : 'any'
}

/** The type that an expression has whatever the values are, else `any`. */
export function typeOf(looking: Looking, node: SyntaxNode): string {
  const known = always[node.name]
  if (known) return known
  switch (node.name) {
    case 'VariableName':
    case 'PathExpression': {
      const path = pathOf(looking, node)
      const isLocal = path !== null && looking.locals.includes(path.split('.')[0] ?? '')
      const found = path === null || isLocal ? undefined : find(looking.scope, path)
      return found?.type ?? (path !== null && !isLocal && hasInside(looking.scope, path) ? 'context' : 'any')
    }
    case '?':
      return looking.scope.tested?.type ?? 'any'
    case 'ParenthesizedExpression': {
      const [, inner] = childrenOf(node)
      return inner ? typeOf(looking, inner) : 'any'
    }
    case 'ArithmeticExpression':
      return arithmetic(looking, node)
    case 'IfExpression':
      return branches(looking, node)
    case 'DateTimeLiteral': {
      const [first] = childrenOf(node)
      return first?.name === 'DateTimeConstructor' ? (helpOf(nameAt(looking, first))?.result ?? 'any') : 'any'
    }
    case 'FunctionInvocation': {
      const [callee] = childrenOf(node)
      const name = callee ? nameAt(looking, callee) : ''
      return looking.locals.includes(name) ? 'any' : (helpOf(name)?.result ?? 'any')
    }
    default:
      return 'any'
  }
}

const spelled: Record<string, string> = {
  'days and time duration': 'duration',
  'years and months duration': 'duration',
  dateTime: 'date and time',
  dayTimeDuration: 'duration',
  yearMonthDuration: 'duration',
}

/** Whether values of two types can be equal or in order; what is not known can. */
export function comparable(a: string, b: string): boolean {
  const [x, y] = [spelled[a] ?? a, spelled[b] ?? b]
  return x === y || [x, y].some((each) => ['any', 'Any', 'null', 'list', ''].includes(each))
}
