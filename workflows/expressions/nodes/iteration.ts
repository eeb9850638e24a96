import { charge, chargeList, limits } from '../budget.ts'
import { dateOfEpochDay, epochDay } from '../calendar.ts'
import { indexOf } from '../builtins/lists.ts'
import { parseNumber } from '../numbers.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { refuse } from '../problems.ts'
import { hasProperty, property } from '../properties.ts'
import { formatValue } from '../text.ts'
import { hasTold, note, typesOf } from '../diagnostics.ts'
import { isContext, isDate, isNumber, isRange } from '../values.ts'
import type { FeelValue, Frame } from '../values.ts'
import { childAt, nameOf, textOf, withLocal } from './names.ts'
import type { Code, Compiler, Env } from './names.ts'

/** How many nodes a repeated part has: what one repetition is charged. */
function weight(node: SyntaxNode): number {
  return childrenOf(node).reduce((sum, child) => sum + weight(child), 1)
}

/** The ends that literal numbers give a range of iteration, when both are literal. */
function literalSize(node: SyntaxNode, compiler: Compiler): number {
  const [from, to] = [childAt(node, 0), childAt(node, -1)]
  const nodes = from.name === 'SimplePositiveUnaryTest' ? childrenOf(childAt(from, 0)) : [from, to]
  const numbers = nodes
    .filter((each) => each.name === 'NumericLiteral')
    .map((each) => Number(parseNumber(textOf(compiler, each).replaceAll(/\s/g, ''))))
  const [first, last] = numbers
  return numbers.length === 2 ? Math.abs((last ?? 0) - (first ?? 0)) + 1 : 1
}

/** The steps from one whole number or date to another, upwards or downwards. */
function* steps(from: FeelValue, to: FeelValue): Generator<FeelValue> {
  if (isDate(from) && isDate(to)) {
    for (const day of steps(epochDay(from), epochDay(to))) yield dateOfEpochDay(day as number)
    return
  }
  const [first, last] = [from as number, to as number]
  const step = first <= last ? 1 : -1
  for (let at = first; step > 0 ? at <= last : at >= last; at += step) yield at
}

const isStep = (value: FeelValue | undefined): value is FeelValue =>
  value !== undefined && value !== null && (Number.isSafeInteger(value) || isDate(value))

/** The values of a list, the steps of a range, or the one value that is neither; null when there is nothing to go through. */
export function iterated(value: FeelValue): Iterable<FeelValue> | null {
  if (Array.isArray(value)) return value
  if (!isRange(value)) return value === null ? null : [value]
  const { start, end } = value
  if (!isStep(start) || !isStep(end) || isDate(start) !== isDate(end)) return null
  return withoutOpenEnds(
    steps(start, end),
    value.startIncluded ? undefined : start,
    value.endIncluded ? undefined : end,
  )
}

/** What an iteration runs over. */
function source(node: SyntaxNode, compiler: Compiler): (frame: Frame, env: Env | null) => Iterable<FeelValue> | null {
  const nothing = (frame: Frame, ...over: FeelValue[]) => note(frame, 'feel.not_iterable', node.from, typesOf(...over))
  const from = compiler.compile(childAt(node, 0), compiler)
  if (childrenOf(node).length === 1)
    return (frame, env) => {
      const value = from(frame, env)
      return iterated(value) ?? nothing(frame, value)
    }
  const to = compiler.compile(childAt(node, -1), compiler)
  return (frame, env) => {
    const [first, last] = [from(frame, env), to(frame, env)]
    if (isStep(first) && isStep(last) && isDate(first) === isDate(last)) return steps(first, last)
    return nothing(frame, first, last)
  }
}

function* withoutOpenEnds(values: Iterable<FeelValue>, start: FeelValue | undefined, end: FeelValue | undefined) {
  const isEnd = (value: FeelValue, edge: FeelValue | undefined) =>
    edge !== undefined && (isDate(value) && isDate(edge) ? epochDay(value) === epochDay(edge) : value === edge)
  for (const value of values) if (!isEnd(value, start) && !isEnd(value, end)) yield value
}

interface Loop {
  values: (frame: Frame, env: Env | null) => Iterable<FeelValue> | null
}

/** The loops of a `for`, `some` or `every`, each seeing the variables before it, and the compiler for their body. */
function loopsOf(node: SyntaxNode, compiler: Compiler): { loops: Loop[]; body: Compiler } {
  let inner = compiler
  const loops = childrenOf(node).map((child) => {
    const iterated = childAt(child, -1)
    const values = source(iterated, inner)
    const iterations = inner.iterations * literalSize(iterated, inner)
    if (iterations > limits.iterations) refuse('feel.range', `${iterations} > ${limits.iterations}`, iterated.from)
    inner = { ...withLocal(inner, nameOf(inner, childAt(child, 0))), iterations }
    return { values }
  })
  return { loops, body: inner }
}

/** Runs the loops; `visit` ends them by answering false. Answers false when a loop ran over null. */
function run(
  loops: Loop[],
  at: number,
  frame: Frame,
  env: Env | null,
  cost: number,
  visit: (env: Env) => boolean,
): boolean | null {
  const values = (loops[at] as Loop).values(frame, env)
  if (values === null) return null
  for (const value of values) {
    charge(frame, cost)
    const next: Env = { value, parent: env }
    const going = at === loops.length - 1 ? visit(next) : run(loops, at + 1, frame, next, cost, visit)
    if (going !== true) return going
  }
  return true
}

/**
 * Whether the list of results so far is only asked for its items and its length, so that nobody can keep it: then it
 * need not be copied for every repetition.
 */
function onlyLooksAt(node: SyntaxNode, compiler: Compiler): boolean {
  const children = childrenOf(node)
  const isPartial = (child: SyntaxNode | undefined) =>
    child?.name === 'VariableName' && textOf(compiler, child) === 'partial'
  const [first, second] = children
  if (node.name === 'FilterExpression' && isPartial(first))
    return children.slice(1).every((child) => onlyLooksAt(child, compiler))
  if (node.name === 'FunctionInvocation' && first && textOf(compiler, first) === 'count' && second)
    return childrenOf(second).every((child) => isPartial(child) || onlyLooksAt(child, compiler))
  return !isPartial(node) && children.every((child) => onlyLooksAt(child, compiler))
}

export function forExpression(node: SyntaxNode, compiler: Compiler): Code {
  // "partial" is the innermost name from outside the loops: their variables may hide it.
  const { loops, body } = loopsOf(childAt(node, 1), withLocal(compiler, 'partial'))
  const result = childAt(node, -1)
  const code = compiler.compile(result, body)
  const cost = weight(result) + 1
  const copies = !onlyLooksAt(node, compiler)
  return (frame, env) => {
    const results: FeelValue[] = []
    const partial: Env = { value: results, parent: env }
    const complete = run(loops, 0, frame, partial, cost, (inner) => {
      if (copies) {
        charge(frame, results.length >> 3)
        partial.value = [...results]
      }
      results.push(code(frame, inner))
      return true
    })
    return complete === null ? null : chargeList(frame, results)
  }
}

export function quantifiedExpression(node: SyntaxNode, compiler: Compiler): Code {
  const decisive = childAt(node, 0).name === 'some'
  const { loops, body } = loopsOf(childAt(node, 1), compiler)
  const condition = childAt(node, -1)
  const code = compiler.compile(condition, body)
  const cost = weight(condition) + 1
  return (frame, env) => {
    let result: boolean | null = !decisive
    const complete = run(loops, 0, frame, env, cost, (inner) => {
      const holds = code(frame, inner)
      if (holds === decisive) result = decisive
      else if (typeof holds !== 'boolean') result = null
      return holds !== decisive
    })
    return complete === null ? null : result
  }
}

/** `list[condition]` and `list[position]`: which of them it is, only the value of the first answer tells. */
export function filterExpression(node: SyntaxNode, compiler: Compiler): Code {
  const base = compiler.compile(childAt(node, 0), compiler)
  const filter = childAt(node, 2)
  if (filter.name === 'NumericLiteral') {
    const position = parseNumber(textOf(compiler, filter).replaceAll(/\s/g, ''))
    return (frame, env) => pick(base(frame, env), position, frame, filter.from)
  }
  const code = compiler.compile(filter, withLocal(compiler, 'item', true))
  const cost = weight(filter) + 1
  return (frame, env) => {
    const value = base(frame, env)
    if (value === null) return hasTold(frame) ? null : note(frame, 'feel.not_iterable', node.from, 'null')
    const items = Array.isArray(value) ? value : [value]
    const kept: FeelValue[] = []
    for (const item of items) {
      charge(frame, cost)
      const holds = code(frame, { value: item, parent: env })
      if (isNumber(holds)) return pick(value, holds, frame, filter.from)
      if (holds === true) kept.push(item)
      else if (holds !== false && holds !== null) return note(frame, 'feel.not_condition', filter.from, typesOf(holds))
    }
    return chargeList(frame, kept)
  }
}

function pick(value: FeelValue, position: FeelValue, frame: Frame, at: number): FeelValue {
  if (value === null) return hasTold(frame) ? null : note(frame, 'feel.not_iterable', at, 'null')
  const items = Array.isArray(value) ? value : [value]
  const index = indexOf(position, items.length)
  return index === null ? note(frame, 'feel.no_item', at, formatValue(position)) : (items[index] ?? null)
}

export function pathExpression(node: SyntaxNode, compiler: Compiler): Code {
  const base = compiler.compile(childAt(node, 0), compiler)
  const name = nameOf(compiler, childAt(node, -1))
  const position = childAt(node, -1).from
  const simple = /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)
  return (frame, env) => {
    const value = base(frame, env)
    if (simple && isContext(value) && Object.hasOwn(value, name)) return value[name] ?? null
    if (Array.isArray(value)) charge(frame, value.length)
    const found = property(value, name)
    if (found === null && (value === null ? !hasTold(frame) : !hasProperty(value, name)))
      return note(frame, 'feel.no_entry', position, name, name)
    return found
  }
}
