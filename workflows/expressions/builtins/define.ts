import {
  isContext,
  isDate,
  isDateTime,
  isDaysDuration,
  isFunction,
  isMonthsDuration,
  isNumber,
  isRange,
  isTime,
  kind,
} from '../values.ts'
import { charge } from '../budget.ts'
import type { FeelFunction, FeelValue, Frame } from '../values.ts'

/** What a parameter takes. `any` takes null too; the others give null for the whole call when the argument does not fit. */
const accepts: Record<string, (value: FeelValue) => boolean> = {
  any: () => true,
  dateSource: (value) => typeof value === 'string' || isDate(value) || isDateTime(value),
  timeSource: (value) => typeof value === 'string' || isTime(value) || isDate(value) || isDateTime(value),
  durationSource: (value) => typeof value === 'string' || isDaysDuration(value) || isMonthsDuration(value),
  numberSource: (value) => typeof value === 'string' || isNumber(value),
  string: (value) => typeof value === 'string',
  nullableString: (value) => value === null || typeof value === 'string',
  number: isNumber,
  boolean: (value) => typeof value === 'boolean',
  list: Array.isArray,
  context: isContext,
  function: isFunction,
  range: isRange,
  date: (value) => isDate(value) || isDateTime(value),
  duration: (value) => isDaysDuration(value) || isMonthsDuration(value),
  measurable: (value) => isNumber(value) || isDaysDuration(value) || isMonthsDuration(value),
  point: (value) => isNumber(value) || typeof value === 'string' || isDate(value) || isDateTime(value) || isTime(value),
}

interface Parameter {
  name: string
  type: string
  optional: boolean
  /** Takes one list or any number of single values, or (`each`) any number of values, lists as well. */
  many: 'one' | 'each' | null
}

export interface Builtin {
  readonly name: string
  readonly signatures: readonly Parameter[][]
  /** Arguments that are missing at the end are undefined. */
  readonly call: (args: FeelValue[], frame: Frame) => FeelValue
  /** The function as a value, to be handed to another function. */
  readonly value: FeelFunction
}

function parameter(text: string): Parameter {
  const [, name = '', optional, type = 'any', many] = /^([^?:]+)(\?)?(?::\s*([a-zA-Z]+)(\.\.\.|\*)?)?$/.exec(text) ?? []
  return {
    name,
    optional: optional !== undefined,
    type,
    many: many === undefined ? null : many === '...' ? 'one' : 'each',
  }
}

/** One item where a list is asked, the list's only item where one is asked (DMN 1.5, 10.3.2.9.4). */
function fitted(value: FeelValue, type: string): FeelValue | undefined {
  const fits = accepts[type]
  if (!fits || fits(value)) return value
  if (value === null) return undefined
  if (type === 'list') return [value]
  const only = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : null
  return only !== null && fits(only) ? only : undefined
}

function positional(signature: Parameter[], args: FeelValue[]): FeelValue[] | undefined {
  if (signature[0]?.many === 'each') return args.length === 0 ? undefined : args
  if (signature[0]?.many) {
    const list = args.length === 1 && Array.isArray(args[0]) ? args[0] : args
    return args.length === 0 ? undefined : [list]
  }
  const required = signature.filter((each) => !each.optional).length
  if (args.length < required || args.length > signature.length) return undefined
  const result: FeelValue[] = []
  for (const [index, value] of args.entries()) {
    const { type, optional } = signature[index] as Parameter
    if (value === null && optional) {
      result.push(null)
      continue
    }
    const arg = fitted(value, type)
    if (arg === undefined) return undefined
    result.push(arg)
  }
  return result
}

/** The signatures with those first whose parameters stand as the names are given: `before(range: r, point: p)`. */
const likeliest = (signatures: readonly Parameter[][], names: readonly string[]) =>
  signatures.length === 1
    ? signatures
    : signatures.toSorted((a, b) => Number(inOrder(b, names)) - Number(inOrder(a, names)))

const inOrder = (signature: Parameter[], names: readonly string[]) =>
  names.every((name, index) => signature[index]?.name === name)

/** The parameters of a signature that has these names; one that is left out is null, if it may be (DMN 1.5, 10.3.2.13.5). */
function order(signature: Parameter[], names: readonly string[]): Parameter[] | undefined {
  const known = names.every((name) => signature.some((each) => each.name === name))
  const complete = signature.every(
    (each) => each.optional || names.includes(each.name) || (each.type === 'any' && each.many === null),
  )
  return known && complete ? signature : undefined
}

/** What calls cost that take much longer than a comparison; measured, in steps. */
const costs: Record<string, number> = {
  log: 1000,
  exp: 1000,
  sqrt: 250,
  now: 50,
  today: 50,
  'date and time': 30,
  replace: 100,
  matches: 20,
  split: 50,
  extract: 50,
}

const chargeCall = (builtin: Builtin, frame: Frame) => charge(frame, costs[builtin.name] ?? 2)

/** Calls a built-in with arguments in order; undefined when none of its signatures takes them. */
export function callBuiltin(builtin: Builtin, args: FeelValue[], frame: Frame): FeelValue | undefined {
  chargeCall(builtin, frame)
  for (const signature of builtin.signatures) {
    const fitting = positional(signature, args)
    if (fitting) return builtin.call(fitting, frame)
  }
  return undefined
}

export function callBuiltinByName(
  builtin: Builtin,
  names: readonly string[],
  args: FeelValue[],
  frame: Frame,
): FeelValue | undefined {
  chargeCall(builtin, frame)
  for (const signature of likeliest(builtin.signatures, names)) {
    const parameters = order(signature, names)
    if (!parameters) continue
    const last = parameters.findLastIndex((each) => !each.optional || names.includes(each.name))
    const ordered = parameters
      .slice(0, last + 1)
      .map((each) => (names.includes(each.name) ? (args[names.indexOf(each.name)] ?? null) : null))
    const fitting = positional(signature, ordered)
    if (fitting) return builtin.call(fitting, frame)
  }
  return undefined
}

/**
 * Describes a built-in: its name, its signatures as `name: type, name?: type` (`name: type...` takes one list or many
 * values, `name: type*` any number of values, which may be lists) and what it does. Argument types are checked and fitted before the call.
 */
export function builtin(name: string, signatures: string | string[], call: (args: never, frame: Frame) => FeelValue) {
  const parsed = [signatures]
    .flat()
    .map((text) => (text === '' ? [] : text.split(',').map((each) => parameter(each.trim()))))
  const many = parsed.some((signature) => signature[0]?.many)
  const longest = parsed.reduce((a, b) => (b.length > a.length ? b : a))
  const result: Builtin = {
    name,
    signatures: parsed,
    call: call as Builtin['call'],
    value: {
      [kind]: 'function',
      name,
      parameters:
        many || parsed.length > 1 || longest.some((each) => each.optional) ? null : longest.map((p) => p.name),
      invoke: (frame, args) => callBuiltin(result, args, frame),
    },
  }
  return result
}
