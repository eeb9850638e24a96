import { chargeWalk } from '../budget.ts'
import { chainAt, isChain } from '../chains.ts'
import type { Chain, Operand } from '../chains.ts'
import { compare } from '../compare.ts'
import { note, noteOperands, typesOf } from '../diagnostics.ts'
import { childrenOf } from '../parse.ts'
import { refuseDoubledSign } from '../slips.ts'
import type { SyntaxNode } from '../parse.ts'
import type { FeelType, FeelValue, Frame } from '../values.ts'
import { isInstance, ownType } from '../types.ts'
import { childAt, textOf } from './names.ts'
import type { Code, Compiler } from './names.ts'
import { comparison, compileTests, compileTest } from './tests.ts'
import type { Test } from './tests.ts'

function noTruth(frame: Frame, a: FeelValue, b: FeelValue, position: number): null {
  const isTruth = (value: FeelValue) => value === null || typeof value === 'boolean'
  return isTruth(a) && isTruth(b) ? null : noteOperands(frame, position, a, b)
}

/** Three-valued logic: one false decides an "and", whatever is unknown (DMN 1.5, table 46). */
const bothOf =
  (left: Code, right: Code, position: number): Code =>
  (frame, env) => {
    const a = left(frame, env)
    if (a === false) return false
    const b = right(frame, env)
    if (b === false) return false
    return a === true && b === true ? true : noTruth(frame, a, b, position)
  }

const oneOf =
  (left: Code, right: Code, position: number): Code =>
  (frame, env) => {
    const a = left(frame, env)
    if (a === true) return true
    const b = right(frame, env)
    if (b === true) return true
    return a === false && b === false ? false : noTruth(frame, a, b, position)
  }

function joined(part: Chain | Operand, compiler: Compiler): Code {
  if (!isChain(part)) {
    const { node, subject } = part
    return subject
      ? membership(subject, compileTest(node, compiler, false), compiler)
      : compiler.compile(node, compiler)
  }
  const join = part.join === 'and' ? bothOf : oneOf
  const [first, ...others] = part.parts.map((each) => joined(each, compiler)) as [Code, ...Code[]]
  return others.reduce((left, right, index) => join(left, right, part.positions[index] ?? 0), first)
}

function membership(subject: SyntaxNode, test: Test, compiler: Compiler): Code {
  const value = compiler.compile(subject, compiler)
  return (frame, env) => test(frame, env, value(frame, env))
}

/** Operands with `and` and `or` between them. */
export const logical = (node: SyntaxNode, compiler: Compiler): Code =>
  joined(chainAt(node) ?? { node: childAt(node, 0) }, compiler)

/** Comparisons that need no look at the types when both sides are plain numbers. */
const onNumbers: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
}

function compared(left: Code, right: Code, sign: string, position: number): Code {
  const fast = onNumbers[sign] as (a: number, b: number) => boolean
  const otherwise = comparison(sign)
  return (frame, env) => {
    const a = left(frame, env)
    const b = right(frame, env)
    if (typeof a === 'number' && typeof b === 'number') return fast(a, b)
    if (typeof a === 'string' && typeof b === 'string' && sign === '=') return a === b
    if (typeof a === 'object') chargeWalk(frame, a)
    return otherwise(a, b) ?? noteOperands(frame, position, a, b)
  }
}

function between(value: Code, from: Code, to: Code, position: number): Code {
  return (frame, env) => {
    const tested = value(frame, env)
    const [first, last] = [from(frame, env), to(frame, env)]
    const low = compare(tested, first)
    const high = compare(tested, last)
    if (low === null || high === null) return noteOperands(frame, position, tested, first, last)
    return low >= 0 && high <= 0
  }
}

export function comparisonNode(node: SyntaxNode, compiler: Compiler): Code {
  if (chainAt(node)) return logical(node, compiler)
  const parts = childrenOf(node)
  const operator = childAt(node, 1)
  const subject = childAt(node, 0)
  if (operator.name === 'between')
    return between(
      compiler.compile(subject, compiler),
      compiler.compile(childAt(node, 2), compiler),
      compiler.compile(childAt(node, 4), compiler),
      operator.from,
    )
  if (operator.name === 'in') {
    const tests = parts.find((part) => part.name === 'PositiveUnaryTests')
    const test = tests ? compileTests(tests, compiler, false) : compileTest(childAt(node, 2), compiler, false)
    return membership(subject, test, compiler)
  }
  const left = compiler.compile(subject, compiler)
  const other = childAt(node, 2)
  refuseDoubledSign(compiler.source, operator, other)
  const right = compiler.compile(other, compiler)
  const sign = textOf(compiler, operator)
  return compared(left, right, sign in onNumbers ? sign : '=', operator.from)
}

/** Only true takes the first branch; false, null and everything else the second. */
export function ifExpression(node: SyntaxNode, compiler: Compiler): Code {
  const [condition, yes, no] = [1, 3, 5].map((index) => compiler.compile(childAt(node, index), compiler)) as [
    Code,
    Code,
    Code,
  ]
  const position = childAt(node, 1).from
  return (frame, env) => {
    const holds = condition(frame, env)
    if (holds === true) return yes(frame, env)
    if (holds !== false && holds !== null) note(frame, 'feel.not_condition', position, typesOf(holds))
    return no(frame, env)
  }
}

/** A type as it is written; undefined when it names none that is known. */
export function typeOf(node: SyntaxNode, compiler: Compiler): FeelType | undefined {
  const inner = node.name === 'Type' ? childAt(node, 0) : node
  const types = (parent: SyntaxNode) => childrenOf(parent).filter((child) => child.name === 'Type')
  switch (inner.name) {
    case 'ListType': {
      const items = typeOf(types(inner)[0] ?? inner, compiler)
      return items && { type: textOf(compiler, inner).startsWith('range') ? 'range' : 'list', items }
    }
    case 'ContextType': {
      const entries = childrenOf(childAt(inner, 2)).map((entry) => ({
        name: textOf(compiler, childAt(entry, 0)),
        type: typeOf(childAt(entry, 1), compiler),
      }))
      return entries.every((entry): entry is { name: string; type: FeelType } => entry.type !== undefined)
        ? { type: 'context', entries }
        : undefined
    }
    case 'FunctionType': {
      const parameters = childrenOf(childAt(inner, 2)).map((argument) => typeOf(childAt(argument, 0), compiler))
      const result = typeOf(types(inner)[0] ?? inner, compiler)
      return result && parameters.every((each): each is FeelType => each !== undefined)
        ? { type: 'function', parameters, result }
        : undefined
    }
    default: {
      const name = textOf(compiler, inner).replaceAll(/\s+/g, ' ')
      // Without their parameters these are no types (DMN 1.5, table 61).
      return /^(?:list|context|range|function)$/.test(name) ? undefined : (ownType(name) ?? compiler.typeOf(name))
    }
  }
}

export function instanceOf(node: SyntaxNode, compiler: Compiler): Code {
  const value = compiler.compile(childAt(node, 0), compiler)
  const written = childAt(node, -1)
  const type = typeOf(written, compiler)
  const name = textOf(compiler, written)
  return (frame, env) =>
    type ? isInstance(value(frame, env), type) : note(frame, 'feel.unknown_type', written.from, name)
}
