import { childrenOf, parse } from '../parse.ts'
import type { Shape, SyntaxNode } from '../parse.ts'
import { hasComment } from './read-condition.ts'
import { callAt, negated, singleAt, textTestAt, valuesAt } from './read-test.ts'
import type { Cell, Literal, Test } from './sentence.ts'
import { literalAt, writeValue } from './values.ts'
import type { Source } from './values.ts'
import { writeRange, writeTest } from './write-condition.ts'

const oneOf = (values: readonly Literal[], not: boolean): Test => ({ kind: 'oneOf', values, not })

/** `= "a"` is `"a"`. */
const plainly = (test: Test): Test =>
  test.kind === 'compare' && test.comparison === '=' && test.value.kind === 'text' ? oneOf([test.value], false) : test

/** `contains(?, "x")`, or not. */
function textTest(source: Source, node: SyntaxNode): Test | null {
  const call = callAt(source, node)
  if (call?.name === 'not' && call.args.length === 1 && call.args[0]) return negated(textTest(source, call.args[0]))
  const found = textTestAt(source, node)
  return found?.subject.name === '?' ? found.test : null
}

function testsOf(source: Source, tests: readonly SyntaxNode[]): Test | null {
  const [only] = tests
  if (!only) return null
  const [inside] = childrenOf(only)
  if (tests.length === 1) {
    const single = singleAt(source, only)
    if (single?.kind === 'test') return plainly(single.test)
    if (single?.kind === 'value')
      return single.value.kind === 'text'
        ? oneOf([single.value], false)
        : { kind: 'compare', comparison: '=', value: single.value }
    return inside ? textTest(source, inside) : null
  }
  const values = valuesAt(source, tests)
  return values && oneOf(values, false)
}

/** Reads the cell of an input column (unary tests). Everything can be read: at worst it is an expression. */
export function readCell(text: string, names: Shape = {}): Cell {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed === '-') return { kind: 'any' }
  const expression: Cell = { kind: 'expression', text: trimmed }
  let top: SyntaxNode
  try {
    top = parse(trimmed, 'UnaryTests', names)
  } catch {
    return expression
  }
  if (hasComment(top)) return expression
  const source = { text: trimmed }
  const children = childrenOf(top)
  const tests = children.find(({ name }) => name === 'PositiveUnaryTests')
  if (!tests) return expression
  if (children[0]?.name !== 'not') return testsOf(source, childrenOf(tests)) ?? expression
  const values = valuesAt(source, childrenOf(tests))
  if (values) return oneOf(values, true)
  // The grammar takes `not(contains(?, "x"))` for unary tests in the negative.
  return negated(testsOf(source, childrenOf(tests))) ?? expression
}

/** A cell as FEEL; `-` for everything. */
export function writeCell(cell: Cell): string {
  switch (cell.kind) {
    case 'any':
      return '-'
    case 'expression':
      return cell.text.trim() || '-'
    case 'compare':
      return cell.comparison === '=' && cell.value.kind !== 'field'
        ? writeValue(cell.value)
        : `${cell.comparison} ${writeValue(cell.value)}`
    case 'between':
      return writeRange(cell)
    case 'oneOf': {
      if (cell.values.length === 0) return '-'
      const values = cell.values.map(writeValue)
      return cell.not ? `not(${values.join(', ')})` : values.join(',')
    }
    default:
      return writeTest('?', cell)
  }
}

/** A literal by itself, such as the result of a rule; null when it is anything else. */
export function readLiteral(text: string): Literal | null {
  try {
    const top = parse(text, 'Expression')
    const [node, more] = childrenOf(top)
    return more || hasComment(top) ? null : literalAt({ text }, node)
  } catch {
    return null
  }
}

/** The allowed values of a column, when they are a plain list; null when they say more. */
export function readValues(text: string): Literal[] | null {
  if (text.trim() === '') return []
  const cell = readCell(text)
  if (cell.kind === 'oneOf' && !cell.not) return [...cell.values]
  if (cell.kind === 'compare' && cell.comparison === '=' && cell.value.kind !== 'field') return [cell.value]
  return null
}
