import type { Sentence } from '../../model/problem.ts'
import { forbiddenNames } from '../contexts.ts'
import { childrenOf, parse } from '../parse.ts'
import type { SyntaxNode, Top } from '../parse.ts'
import { sentence } from '../problems.ts'
import { refuseDoubledSign, refuseSyntax, slipInName } from '../slips.ts'
import type { ExpressionProblem, Refusal } from '../problems.ts'
import { functionHelp, helpOf } from './functions.ts'
import { comparable, nameAt, pathOf, textOf, typeOf } from './infer.ts'
import type { Looking } from './infer.ts'
import { find, hasInside, shapeOf } from './scope.ts'
import type { ExpressionScope } from './scope.ts'

/** Something wrong with a part of an expression; `from` and `to` count characters from 0. */
export interface TextProblem {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly message: Sentence
  readonly from: number
  readonly to: number
}

interface Checking extends Looking {
  readonly found: TextProblem[]
}

function tell(
  { found }: Checking,
  node: { from: number; to: number },
  code: string,
  message: Sentence,
  severity: TextProblem['severity'] = 'warning',
): void {
  found.push({ code, severity, message, from: node.from, to: node.to })
}

/** How many letters have to change to make one name of another; no more than are of interest. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3 || a.length > 60) return 9
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries())
      next.push(Math.min((row[j + 1] ?? 9) + 1, (next[j] ?? 9) + 1, (row[j] ?? 9) + (letter === other ? 0 : 1)))
    row = next
  }
  return row.at(-1) ?? 9
}

function nearest(name: string, names: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.min(3, Math.ceil(name.length / 3) + 1)
  for (const each of names) {
    const steps = distance(name.toLowerCase(), each.toLowerCase())
    if (steps < least) [best, least] = [each, steps]
  }
  return best
}

const perhaps = (name: string | undefined): Sentence =>
  name === undefined ? { zh: '', en: '' } : { zh: `是不是「${name}」?`, en: ` Did you mean "${name}"?` }

function unknownName(checking: Checking, node: SyntaxNode, name: string): void {
  const meant = nearest(
    name,
    checking.scope.known.map(({ path }) => path),
  )
  if (checking.scope.isOpen && meant === undefined) return
  const near = perhaps(meant)
  tell(checking, node, 'feel.unknown_variable', {
    zh: `没有叫「${name}」的值。${near.zh}`,
    en: `Expected a known name, but there is no "${name}".${near.en}`,
  })
}

function name(checking: Checking, node: SyntaxNode): void {
  const path = pathOf(checking, node)
  const first = path?.split('.')[0] ?? ''
  if (path === null) return childrenOf(node).forEach((child) => check(checking, child))
  const { scope, locals, inFilter } = checking
  if (inFilter || locals.includes(first)) return
  const slip = find(scope, path) || hasInside(scope, path) ? undefined : slipInName(path)
  if (slip !== undefined) refuseSyntax(checking.text, checking.text.indexOf(path.charAt(slip), node.from))
  if (scope.known.length === 0) return
  if (find(scope, path) || hasInside(scope, path) || helpOf(path)) return
  // What lies inside of a value without known parts is not known either.
  const names = path.split('.')
  if (names.some((_, index) => index > 0 && find(scope, names.slice(0, index).join('.')))) return
  unknownName(checking, node, path)
}

function call(checking: Checking, node: SyntaxNode): void {
  const [callee, , args] = childrenOf(node)
  if (!callee) return
  const called = nameAt(checking, callee)
  const help = helpOf(called)
  const isOwn = checking.locals.includes(called) || find(checking.scope, called) !== undefined
  if (callee.name !== 'VariableName') check(checking, callee)
  else if (!help && !isOwn) {
    const near = perhaps(
      nearest(
        called,
        functionHelp.map((each) => each.name),
      ),
    )
    tell(
      checking,
      callee,
      'feel.unknown_function',
      {
        zh: `没有叫「${called}」的函数。${near.zh}`,
        en: `Expected a function, but there is no "${called}".${near.en}`,
      },
      'error',
    )
  }
  const given = args ? childrenOf(args) : []
  if (help && !isOwn && args?.name !== 'NamedParameters') {
    const many = help.parameters.some((each) => each.endsWith('...'))
    const least = help.parameters.filter((each) => !each.endsWith('?')).length
    const fits = given.length >= least && (many || given.length <= mostArguments(called, help.parameters.length))
    if (!fits)
      tell(checking, node, 'feel.arguments', {
        zh: `${called} 要写成 ${called}(${help.parameters.join(', ')})。`,
        en: `Expected ${called}(${help.parameters.join(', ')}).`,
      })
  }
  for (const each of given) check(checking, each.name === 'NamedParameter' ? (childrenOf(each)[1] ?? each) : each)
}

/** Functions that also take more than what is told of them. */
const longer: Record<string, number> = { date: 3, time: 4, 'date and time': 2, 'string join': 4 }
const mostArguments = (called: string, told: number) => Math.max(told, longer[called] ?? 0)

const typeWords: Record<string, Sentence> = {
  number: { zh: '数字', en: 'a number' },
  string: { zh: '文字', en: 'a text' },
  boolean: { zh: '是或否', en: 'yes or no' },
  date: { zh: '日期', en: 'a date' },
  time: { zh: '时间', en: 'a time' },
  'date and time': { zh: '日期和时间', en: 'a date and time' },
  duration: { zh: '时长', en: 'a duration' },
  list: { zh: '列表', en: 'a list' },
  context: { zh: '一组值', en: 'a group of values' },
  range: { zh: '范围', en: 'a range' },
  function: { zh: '函数', en: 'a function' },
}

const word = (type: string): Sentence => typeWords[type] ?? { zh: type, en: type }

function compared(checking: Checking, left: string, node: SyntaxNode): void {
  const right = typeOf(checking, node)
  if (comparable(left, right)) return
  const [a, b] = [word(left), word(right)]
  tell(checking, node, 'feel.operands', {
    zh: `左边是${a.zh},这里却是${b.zh},永远比不出结果。`,
    en: `Expected ${a.en} to compare with, but this is ${b.en}.`,
  })
}

/** Values that a unary test compares with. */
function tests(checking: Checking, left: string, node: SyntaxNode): void {
  if (node.name === 'SimplePositiveUnaryTest') {
    const [first, value] = childrenOf(node)
    if (first?.name === 'Interval') return ends(checking, left, first)
    if (value) compared(checking, left, value)
    return
  }
  if (
    node.name.startsWith('PositiveUnaryTest') ||
    node.name === 'UnaryTests' ||
    node.name === 'ParenthesizedExpression'
  )
    return childrenOf(node).forEach((child) => tests(checking, left, child))
  if (node.name === 'List') return childrenOf(node).forEach((child) => tests(checking, left, child))
  if (node.name.endsWith('Literal')) compared(checking, left, node)
}

function ends(checking: Checking, left: string, node: SyntaxNode): void {
  const children = childrenOf(node)
  for (const end of [children[1], children.at(-2)]) if (end) compared(checking, left, end)
}

function comparison(checking: Checking, node: SyntaxNode): void {
  const [left, sign, ...rest] = childrenOf(node)
  if (!left || !sign) return
  refuseDoubledSign(checking.text, sign, rest[0])
  const type = typeOf(checking, left)
  if (sign.name === 'in') for (const each of rest) tests(checking, type, each)
  else for (const each of rest) if (each.name !== 'and') compared(checking, type, each)
  check(checking, left)
  for (const each of rest) check(checking, each)
}

/** The names that `for`, `some` and `every` give, in their order. */
function iterated(checking: Checking, node: SyntaxNode): void {
  let inner: Checking = checking
  for (const child of childrenOf(node)) {
    if (child.name !== 'InExpressions') {
      check(inner, child)
      continue
    }
    for (const each of childrenOf(child)) {
      const [local, , list] = childrenOf(each)
      if (list) check(inner, list)
      if (local) inner = { ...inner, locals: [...inner.locals, nameAt(checking, local), 'partial'] }
    }
  }
}

function defined(checking: Checking, node: SyntaxNode): void {
  const parameters = childrenOf(node)
    .filter((child) => child.name === 'FormalParameters')
    .flatMap(childrenOf)
    .map((each) => nameAt(checking, childrenOf(each)[0] ?? each))
  const inner = { ...checking, locals: [...checking.locals, ...parameters] }
  for (const child of childrenOf(node))
    if (child.name === 'FunctionBody') childrenOf(child).forEach((each) => check(inner, each))
}

function entries(checking: Checking, node: SyntaxNode): void {
  let inner = checking
  for (const child of childrenOf(node)) {
    if (child.name !== 'ContextEntry') continue
    const [key, value] = childrenOf(child)
    if (value) check(inner, value)
    if (key) inner = { ...inner, locals: [...inner.locals, textOf(checking, key).replaceAll('"', '').trim()] }
  }
}

function filtered(checking: Checking, node: SyntaxNode): void {
  const [list, , ...rest] = childrenOf(node)
  if (list) check(checking, list)
  for (const each of rest) check({ ...checking, inFilter: true }, each)
}

const nodes: Record<string, (checking: Checking, node: SyntaxNode) => void> = {
  VariableName: name,
  PathExpression: name,
  FunctionInvocation: call,
  DateTimeLiteral: call,
  Comparison: comparison,
  ForExpression: iterated,
  QuantifiedExpression: iterated,
  FunctionDefinition: defined,
  Context: entries,
  FilterExpression: filtered,
  Type: () => undefined,
}

/** Names through which JavaScript leads elsewhere, wherever they stand. */
function forbidden(checking: Checking, top: SyntaxNode): void {
  const cursor = top.cursor()
  do {
    const found = cursor.name === 'Identifier' ? checking.text.slice(cursor.from, cursor.to) : ''
    if (forbiddenNames.has(found))
      tell(checking, cursor.node, 'feel.forbidden_name', sentence('feel.forbidden_name', found), 'error')
  } while (cursor.next())
}

function check(checking: Checking, node: SyntaxNode): void {
  const known = nodes[node.name]
  if (known && !(node.name === 'DateTimeLiteral' && node.firstChild?.name === 'AtLiteral')) known(checking, node)
  else for (const child of childrenOf(node)) check(checking, child)
}

/** The part of the text that a refusal points at: to the end of the word there, at least one letter. */
function refused(text: string, { code, message, position = 0 }: ExpressionProblem): TextProblem {
  const from = Math.min(position, Math.max(0, text.trimEnd().length - 1))
  const rest = /^(?:[\p{L}\p{N}_]+|.)/su.exec(text.slice(from))
  return { code, severity: 'error', message, from, to: from + (rest?.[0].length ?? 1) }
}

function whole(checking: Checking, top: SyntaxNode): void {
  const { scope, text } = checking
  forbidden(checking, top)
  if (scope.tested) tests(checking, scope.tested.type, top)
  check(checking, top)
  const [only] = childrenOf(top)
  if (scope.expects !== 'boolean' || scope.tested || !only) return
  const type = typeOf(checking, only)
  if (comparable(type, 'boolean') && type !== 'list') return
  tell(checking, { from: only.from, to: Math.min(only.to, text.length) }, 'feel.not_condition', {
    zh: `条件要得出是或否,这里得出的是${word(type).zh}。`,
    en: `Expected a condition, but this gives ${word(type).en}.`,
  })
}

/**
 * What is wrong with an expression, or with the cell of a table, while it is written: what cannot be read, names and
 * functions that do not exist, values of types that never compare, a condition that is none. Every problem has its place.
 * The same in the browser and on the server; a check for the author, not the compiler.
 */
export function problemsIn(text: string, scope: ExpressionScope): TextProblem[] {
  if (text.trim() === '' || (scope.tested && text.trim() === '-')) return []
  const top: Top = scope.tested ? 'UnaryTests' : 'Expression'
  const found: TextProblem[] = []
  try {
    whole({ text, scope, locals: ['item', 'partial'], inFilter: false, found }, parse(text, top, shapeOf(scope)))
  } catch (thrown) {
    if (typeof thrown !== 'object' || thrown === null || !('refused' in thrown)) throw thrown
    return [refused(text, (thrown as Refusal).refused)]
  }
  return found.sort((a, b) => a.from - b.from)
}
