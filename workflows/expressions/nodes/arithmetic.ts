import { negated, operators } from '../arithmetic.ts'
import { charge, chargeText } from '../budget.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
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
const decimalCosts: Record<string, number> = { '/': 8, '**': 250, '^': 250 }
const temporalCost = 30

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
