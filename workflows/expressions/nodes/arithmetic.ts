import { negated, operators } from '../arithmetic.ts'
import { charge, chargeText } from '../budget.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { refuse } from '../problems.ts'
import { note, noteOperands } from '../diagnostics.ts'
import { isDecimal, isNumber } from '../values.ts'
import type { FeelValue, Frame } from '../values.ts'
import { childAt, textOf } from './names.ts'
import type { Code, Compiler } from './names.ts'

const whole = Number.isSafeInteger

/** Sums and products of whole numbers that stay exact in a double need no decimals. */
const onIntegers: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
}

/** Steps for results that are no plain numbers; powers may have fractions as exponents. */
const decimalCosts: Record<string, number> = { '/': 8, '**': 900, '^': 900 }
const temporalCost = 30

/** Whether a part of an expression is an amount of money, as far as the names in it tell. */
function isMoney(node: SyntaxNode, compiler: Compiler): boolean {
  const [first, second, third] = childrenOf(node)
  switch (node.name) {
    case 'VariableName':
    case 'PathExpression':
      return compiler.money.has(textOf(compiler, node).replaceAll(/\s*\.\s*/g, '.'))
    case 'ParenthesizedExpression':
      return second !== undefined && isMoney(second, compiler)
    case 'ArithmeticExpression':
      return [first, third].some((part) => part !== undefined && isMoney(part, compiler))
    default:
      return false
  }
}

/** Money times a fraction, or divided by what is no money, would leave parts of a minor unit. */
function refuseRawMoney(node: SyntaxNode, compiler: Compiler): void {
  const [left, sign, right] = childrenOf(node) as [SyntaxNode, SyntaxNode, SyntaxNode]
  const operator = textOf(compiler, sign)
  const isFraction = (part: SyntaxNode) =>
    part.name === 'NumericLiteral' && !Number.isInteger(Number(textOf(compiler, part)))
  const [a, b] = [isMoney(left, compiler), isMoney(right, compiler)]
  if ((operator === '*' && ((a && isFraction(right)) || (b && isFraction(left)))) || (operator === '/' && a && !b))
    refuse('money.raw_arithmetic', textOf(compiler, node).slice(0, 60), node.from)
}

export function arithmetic(node: SyntaxNode, compiler: Compiler): Code {
  const parts = childrenOf(node)
  if (parts.length === 2) {
    const operand = compiler.compile(childAt(node, 1), compiler)
    if (textOf(compiler, childAt(node, 0)) === '+') return operand
    return (frame, env) => {
      const value = operand(frame, env)
      return negated(value) ?? noteOperands(frame, node.from, value)
    }
  }
  if (compiler.money.size > 0) refuseRawMoney(node, compiler)
  const left = compiler.compile(childAt(node, 0), compiler)
  const right = compiler.compile(childAt(node, 2), compiler)
  const sign = textOf(compiler, childAt(node, 1))
  const operator = operators[sign] as (a: FeelValue, b: FeelValue) => FeelValue
  const fast = onIntegers[sign]
  const cost = decimalCosts[sign] ?? 4
  const position = childAt(node, 1).from
  const noteNull = (frame: Frame, a: FeelValue, b: FeelValue) =>
    sign === '/' && isNumber(a) && isNumber(b)
      ? note(frame, 'feel.division_by_zero', position)
      : noteOperands(frame, position, a, b)
  return (frame, env) => {
    const a = left(frame, env)
    const b = right(frame, env)
    if (fast && whole(a) && whole(b)) {
      const result = fast(a as number, b as number)
      if (whole(result)) return result + 0
    }
    const result = operator(a, b)
    if (result === null) return noteNull(frame, a, b)
    if (typeof result === 'string') return chargeText(frame, result)
    if (typeof result === 'object' && result !== null) charge(frame, isDecimal(result) ? cost : temporalCost)
    return result
  }
}
