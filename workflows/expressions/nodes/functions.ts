import { callBuiltin, callBuiltinByName } from '../builtins/define.ts'
import type { Builtin } from '../builtins/define.ts'
import { patternOf } from '../builtins/patterns.ts'
import { builtins } from '../builtins/table.ts'
import { charge, limits, overBudget } from '../budget.ts'
import { normalizedName } from '../contexts.ts'
import { hasTold, note, typesOf } from '../diagnostics.ts'
import { inScope, literalFrame } from '../evaluation.ts'
import { withNearest } from '../nearest.ts'
import { childrenOf } from '../parse.ts'
import type { SyntaxNode } from '../parse.ts'
import { refuse, sentence } from '../problems.ts'
import { isInstance } from '../types.ts'
import { dateTimeOf, midnight } from '../temporal.ts'
import { isDate, isFunction, kind } from '../values.ts'
import type { FeelFunction, FeelType, FeelValue, Frame } from '../values.ts'
import { constant, stringOf } from './literals.ts'
import { allowedName, childAt, isLocalName, nameOf, textOf, variable, withLocal } from './names.ts'
import type { Code, Compiler, Env } from './names.ts'
import { typeOf } from './logic.ts'

interface Arguments {
  /** Null when they are given by position. */
  names: string[] | null
  nodes: SyntaxNode[]
  codes: Code[]
}

function argumentsOf(node: SyntaxNode, compiler: Compiler): Arguments {
  const parameters = childrenOf(node).find((child) => child.name.endsWith('Parameters'))
  const given = parameters ? childrenOf(parameters) : []
  const named = parameters?.name === 'NamedParameters'
  const nodes = named ? given.map((each) => childAt(each, 1)) : given
  return {
    names: named ? given.map((each) => nameOf(compiler, childAt(each, 0))) : null,
    nodes,
    codes: nodes.map((each) => compiler.compile(each, compiler)),
  }
}

/** Which parameter each name means; null when one means none or two mean the same. A parameter may be left out: it is null. */
function placesOf(names: readonly string[], parameters: readonly string[]): number[] | null {
  const places = names.map((name) =>
    parameters.findIndex((parameter) => normalizedName(parameter) === normalizedName(name)),
  )
  return places.includes(-1) || new Set(places).size < places.length ? null : places
}

/** Calls a function with the given value for every parameter; undefined when they do not fit. */
export function invoke(
  called: FeelFunction,
  names: string[] | null,
  args: FeelValue[],
  frame: Frame,
): FeelValue | undefined {
  charge(frame, 1)
  const { parameters } = called
  if (names) {
    const known = builtins.get(called.name)
    if (known?.value === called) return callBuiltinByName(known, names, args, frame)
    const places = parameters && placesOf(names, parameters)
    if (!places) return undefined
    return enter(
      called,
      parameters.map((_, index) => args[places.indexOf(index)] ?? null),
      frame,
    )
  }
  if (parameters && parameters.length !== args.length) return undefined
  return enter(called, args, frame)
}

function enter(called: FeelFunction, args: FeelValue[], frame: Frame): FeelValue | undefined {
  if (++frame.depth > limits.calls) throw overBudget
  const result = called.invoke(frame, args)
  frame.depth--
  return result
}

/** Checks of literal arguments that cannot come out well at run time. */
const literalChecks: Record<string, (texts: (string | undefined)[], nodes: SyntaxNode[]) => void> = {
  'get value': (texts, nodes) => forbidKey(texts[1], nodes[1]),
  'context put': (texts, nodes) => forbidKey(texts[1], nodes[1]),
  matches: (texts, nodes) => checkPattern(texts[1], texts[2], nodes[1]),
  replace: (texts, nodes) => checkPattern(texts[1], texts[3], nodes[1]),
  split: (texts, nodes) => checkPattern(texts[1], undefined, nodes[1]),
  extract: (texts, nodes) => checkPattern(texts[1], undefined, nodes[1]),
}

function forbidKey(key: string | undefined, node: SyntaxNode | undefined): void {
  if (key !== undefined && node) allowedName(key, node)
}

function checkPattern(pattern: string | undefined, flags: string | undefined, node: SyntaxNode | undefined): void {
  if (pattern === undefined || !node) return
  if (!patternOf(pattern, flags?.replaceAll(/[^imsx]/g, ''), literalFrame()))
    refuse('feel.pattern', pattern.slice(0, 40), node.from)
}

/** Built-ins without a clock in them whose value is known when all arguments are literal texts or numbers. */
const foldable = new Set(['date', 'time', 'date and time', 'duration'])

/** Built-ins for which null is an ordinary answer, `not` for what is not known. */
const mayBeNull = new Set(['get value', 'get or else'])
const isOrdinary = ({ name }: Builtin, args: readonly FeelValue[]) =>
  mayBeNull.has(name) || (name === 'not' && args[0] === null)

function builtinCall(called: Builtin, { names, nodes, codes }: Arguments, compiler: Compiler, position: number): Code {
  const texts = nodes.map((each) => (each.name === 'StringLiteral' ? stringOf(compiler, each) : undefined))
  if (!names) literalChecks[called.name]?.(texts, nodes)
  else for (const [index, text] of texts.entries()) if (names[index] === 'key') forbidKey(text, nodes[index])
  const call: Code = (frame, env) => {
    const args = codes.map((code) => code(frame, env))
    const result = names ? callBuiltinByName(called, names, args, frame) : callBuiltin(called, args, frame)
    // An argument that is null has been told of already, where it became null.
    const isKnown = args.includes(null) && hasTold(frame)
    if (result === undefined)
      return isKnown
        ? null
        : note(frame, 'feel.arguments', position, `${called.name}(${typesOf(...args)})`, called.name)
    if (result === null && !isKnown && !isOrdinary(called, args))
      return note(frame, 'feel.no_result', position, called.name, called.name)
    return result
  }
  const literal = nodes.every((each) => each.name === 'StringLiteral' || each.name === 'NumericLiteral')
  if (names || !foldable.has(called.name) || !literal) return call
  const folded = call(literalFrame(), null)
  return folded === null ? call : constant(folded)
}

function calledName(node: SyntaxNode, compiler: Compiler): string | undefined {
  if (['VariableName', 'DateTimeConstructor', 'SpecialFunctionName'].includes(node.name)) return nameOf(compiler, node)
  const path = node.name === 'PathExpression' ? textOf(compiler, node).replaceAll(/\s/g, '') : ''
  // `money` may be somebody's variable.
  return builtins.has(path) && !isLocalName(compiler, 'money') && !compiler.known.has('money') ? path : undefined
}

export function functionInvocation(node: SyntaxNode, compiler: Compiler): Code {
  const callee = childAt(node, 0)
  if (callee.name === 'AtLiteral') return compiler.compile(callee, compiler)
  const args = argumentsOf(node, compiler)
  const name = calledName(callee, compiler)
  const known = name === undefined ? undefined : builtins.get(name)
  const own = name !== undefined && (isLocalName(compiler, name) || compiler.known.has(normalizedName(name)))
  if (known && !own) return builtinCall(known, args, compiler, callee.from)
  if (name !== undefined && !own)
    compiler.notes.push({
      code: 'feel.unknown_function',
      message: withNearest(sentence('feel.unknown_function', name), name, [
        ...builtins.keys(),
        ...compiler.known.values(),
      ]),
      position: callee.from,
    })
  const code = name === undefined ? compiler.compile(callee, compiler) : variable(compiler, name, callee.from)
  return (frame, env) => {
    const target = code(frame, env)
    const values = args.codes.map((each) => each(frame, env))
    if (!isFunction(target)) return note(frame, 'feel.not_function', callee.from, typesOf(target), name)
    const result = invoke(target, args.names, values, frame)
    return result === undefined ? note(frame, 'feel.arguments', callee.from, typesOf(...values), name) : result
  }
}

interface Formal {
  name: string
  type: FeelType | undefined
}

/**
 * A value for a parameter of a type: itself, the only item of a list, a list around it, midnight UTC of a date; else
 * undefined (DMN 1.5, 10.3.2.9.4).
 */
export function coerced(value: FeelValue, type: FeelType | undefined): FeelValue | undefined {
  if (!type || value === null || isInstance(value, type)) return value
  if (type.type === 'date and time' && isDate(value)) return dateTimeOf(value, { ...midnight, offset: 0 })
  if (type.type === 'list') return isInstance([value], type) ? [value] : undefined
  const only = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : undefined
  return only !== undefined && isInstance(only, type) ? only : undefined
}

/** Bodies that always give the same type. */
const resultTypes: Record<string, string> = {
  NumericLiteral: 'number',
  StringLiteral: 'string',
  BooleanLiteral: 'boolean',
  Comparison: 'boolean',
  Conjunction: 'boolean',
  Disjunction: 'boolean',
  QuantifiedExpression: 'boolean',
  InstanceOfExpression: 'boolean',
}

/** The type of a function's result as far as its body tells; where it does not, it may be any that is asked for. */
const resultOf = (body: SyntaxNode): FeelType => ({ type: resultTypes[body.name] ?? 'null' })

export function functionDefinition(node: SyntaxNode, compiler: Compiler): Code {
  const parts = childrenOf(node)
  if (parts.some((part) => part.name === 'external')) refuse('feel.external', '', node.from)
  const list = parts.find((part) => part.name === 'FormalParameters')
  const formals: Formal[] = (list ? childrenOf(list) : []).map((formal) => {
    const [name, type] = childrenOf(formal)
    return { name: nameOf(compiler, name as SyntaxNode), type: type && typeOf(type, compiler) }
  })
  const inner = formals.reduce((scope, formal) => withLocal(scope, formal.name), compiler)
  const body = compiler.compile(childAt(childAt(node, -1), 0), inner)
  const parameters = formals.map((formal) => formal.name)
  const result = resultOf(childAt(childAt(node, -1), 0))
  const types: FeelType[] = [result, ...formals.map((formal) => formal.type ?? { type: 'Any' })]
  return ({ scope }, env) => ({
    [kind]: 'function',
    name: '',
    parameters,
    types,
    invoke: (frame, args) => {
      let inside: Env | null = env
      for (const [index, formal] of formals.entries()) {
        const value = coerced(args[index] ?? null, formal.type)
        if (value === undefined) return undefined
        inside = { value, parent: inside }
      }
      charge(frame, 4)
      return inScope(frame, scope, () => body(frame, inside))
    },
  })
}
