import { compileUnaryTests } from '../expressions/compile.ts'
import { emptyContext, entry, keysOf } from '../expressions/contexts.ts'
import { dateTimeOf, midnight, parseDate, parseDateTime, parseDuration, parseTime } from '../expressions/temporal.ts'
import { isInstance, ownType } from '../expressions/types.ts'
import { isContext, isDate } from '../expressions/values.ts'
import type { FeelType, FeelValue, Frame } from '../expressions/values.ts'
import type { AllowedValue, DataType } from './model.ts'
import type { ReportProblem } from './problems.ts'
import { childNamed, childrenNamed, textIn } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** How ISO text of a process variable becomes the value that a type asks for. */
const fromIsoText: Record<string, (text: string) => FeelValue> = {
  date: parseDate,
  time: parseTime,
  'date and time': parseDateTime,
  'days and time duration': parseDuration,
  'years and months duration': parseDuration,
}

function acceptBase(type: FeelType) {
  return (value: FeelValue, _: Frame, fromText: boolean): FeelValue | undefined => {
    if (value === null || isInstance(value, type)) return value
    if (type.type === 'date and time' && isDate(value)) return dateTimeOf(value, { ...midnight, offset: 0 })
    if (fromText && typeof value === 'string') {
      const read = fromIsoText[type.type]?.(value) ?? null
      if (read !== null && isInstance(read, type)) return read
    }
    if (type.type === 'list') return [value]
    const only = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : undefined
    return only !== undefined && only !== null && isInstance(only, type) ? only : undefined
  }
}

const baseType = (feel: FeelType): DataType => ({
  name: feel.type,
  feel,
  accept: acceptBase(feel),
  allowed: [],
  money: [],
  shape: 1,
})

export const anyType: DataType = { ...baseType({ type: 'Any' }), accept: (value) => value }

export type TypeNamed = (name: string | undefined) => DataType | undefined

/** Splits unary tests at their commas, not at those inside of texts and brackets. */
export function splitTests(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let from = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (quoted) {
      if (char === '\\') i++
      else if (char === '"') quoted = false
    } else if (char === '"') quoted = true
    else if (char === '(' || char === '[' || char === '{') depth++
    else if (char === ')' || char === ']' || char === '}') depth--
    else if (char === ',' && depth <= 0) {
      parts.push(text.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, text.slice(from)].map((part) => part.trim())
}

/** The tests of an allowed-values, input-values or output-values clause, in their order. */
export function allowedValues(
  clause: XmlElement | undefined,
  ownerId: string | null,
  report: ReportProblem,
): AllowedValue[] {
  const text = textIn(clause, 'text')
  if (text === undefined) return []
  const whole = compileUnaryTests(text)
  if (!whole.ok) {
    report(clause?.attributes.get('id') ?? ownerId, whole.problem.code, whole.problem.message)
    return []
  }
  return splitTests(text).flatMap((part) => {
    const compiled = compileUnaryTests(part)
    // A clause that has meaning only as a whole, such as not("a", "b"), is one test.
    const tests = compiled.ok ? compiled.tests : whole.tests
    return [
      {
        text: compiled.ok ? part : text,
        accepts: (frame: Frame, value: FeelValue) => tests.within(frame, value) === true,
      },
    ]
  })
}

export const isAllowed = (allowed: readonly AllowedValue[], frame: Frame, value: FeelValue) =>
  allowed.length === 0 || allowed.some((each) => each.accepts(frame, value))

/** Null needs no permission: it stands for "not known". */
function restricted(type: DataType, allowed: AllowedValue[]): DataType {
  if (allowed.length === 0) return type
  return {
    ...type,
    allowed,
    accept: (value, frame, fromText) => {
      const accepted = type.accept(value, frame, fromText)
      if (accepted === undefined || accepted === null) return accepted
      return isAllowed(allowed, frame, accepted) ? accepted : undefined
    },
  }
}

function listOf(items: DataType, name: string): DataType {
  return {
    name,
    feel: { type: 'list', items: items.feel },
    allowed: [],
    money: items.money,
    shape: items.shape,
    accept: (value, frame, fromText) => {
      if (value === null) return null
      const accepted: FeelValue[] = []
      for (const item of Array.isArray(value) ? value : [value]) {
        const fitting = items.accept(item, frame, fromText)
        if (fitting === undefined) return undefined
        accepted.push(fitting)
      }
      return accepted
    },
  }
}

function contextOf(entries: { name: string; type: () => DataType }[], name: string): DataType {
  const shape: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const each of entries) shape[each.name] = each.type().shape
  return {
    name,
    feel: { type: 'context', entries: entries.map((each) => ({ name: each.name, type: each.type().feel })) },
    allowed: [],
    money: entries.flatMap((each) => each.type().money.map((path) => (path ? `${each.name}.${path}` : each.name))),
    shape,
    accept: (value, frame, fromText) => {
      if (value === null) return null
      const given = Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value
      if (!isContext(given)) return undefined
      const accepted = emptyContext()
      for (const key of keysOf(given)) accepted[key] = given[key] ?? null
      for (const each of entries) {
        const part = entry(given, each.name)
        const fitting = part === undefined ? undefined : each.type().accept(part, frame, fromText)
        if (fitting === undefined) return undefined
        accepted[each.name] = fitting
      }
      return accepted
    },
  }
}

/** Item definitions of these names hold money in minor units. */
const moneyTypes = /^(?:t?money|金额)$/i

/** DMN 1.1 has the prefix of a namespace before the name of a type. */
const prefixed = /^[\p{L}_][\p{L}\p{N}_.-]*:(?=\S)/u

/** Types that name themselves, directly or through others, end here. */
const deepest = 20

/** Reads the item definitions of a model; answers how a `typeRef` is resolved. */
export function readDataTypes(
  definitions: readonly XmlElement[],
  report: ReportProblem,
  imported: TypeNamed = () => undefined,
): TypeNamed {
  const byName = new Map(definitions.map((element) => [element.attributes.get('name') ?? '', element]))
  const made = new Map<string, DataType>()
  const open = new Set<string>()

  function named(name: string | undefined, depth: number): DataType | undefined {
    if (name === undefined || name === '') return anyType
    const known = made.get(name)
    if (known) return known
    const element = byName.get(name)
    if (element) {
      if (depth > deepest || open.has(name)) {
        report(element.attributes.get('id') ?? null, 'dmn.cycle', {
          zh: `类型「${name.slice(0, 60)}」引用了它自己,或嵌套太深。`,
          en: `Expected types without a circle, but "${name.slice(0, 60)}" refers to itself or lies too deep.`,
        })
        return anyType
      }
      open.add(name)
      const whole = read(element, name, depth + 1)
      open.delete(name)
      const type = moneyTypes.test(name) ? { ...whole, money: [''] } : whole
      made.set(name, type)
      return type
    }
    const own = ownType(name.replace(/^feel[.:]/, ''))
    if (!own) return imported(name) ?? (prefixed.test(name) ? named(name.replace(prefixed, ''), depth + 1) : undefined)
    const type = own.type === 'Any' ? anyType : baseType(own)
    made.set(name, type)
    return type
  }

  /** The type of a function item, for `instance of`; any function may stand for it. */
  function functionType(item: XmlElement, depth: number): FeelType {
    const feel = (reference: string | undefined) => named(reference, depth + 1)?.feel ?? anyType.feel
    const parameters = childrenNamed(item, 'parameters').map((each) =>
      feel(textIn(each, 'typeRef') ?? each.attributes.get('typeRef')),
    )
    return {
      type: 'function',
      parameters,
      result: feel(item.attributes.get('outputTypeRef') ?? textIn(item, 'outputTypeRef')),
    }
  }

  function read(element: XmlElement, name: string, depth: number): DataType {
    const id = element.attributes.get('id') ?? null
    const components = childrenNamed(element, 'itemComponent')
    const reference = textIn(element, 'typeRef')
    const functionItem = childNamed(element, 'functionItem')
    let type: DataType
    if (components.length > 0)
      type = contextOf(
        components.map((component) => {
          const componentName = component.attributes.get('name') ?? ''
          const componentType = read(component, componentName, depth + 1)
          return { name: componentName, type: () => componentType }
        }),
        name,
      )
    else if (functionItem) type = { ...baseType({ type: 'function' }), feel: functionType(functionItem, depth) }
    else {
      const found = named(reference, depth)
      if (!found)
        report(id, 'dmn.unknown_type', {
          zh: `类型「${name}」引用了不存在的类型「${reference ?? ''}」。`,
          en: `Expected type "${name}" to refer to a type that exists, but "${reference ?? ''}" does not.`,
        })
      type = { ...(found ?? anyType), name }
    }
    const allowed = allowedValues(childNamed(element, 'allowedValues'), id, report)
    const whole = element.attributes.get('isCollection') === 'true'
    const items = restricted(type, allowed)
    const collection = whole ? listOf(items, name) : items
    return restricted(collection, allowedValues(childNamed(element, 'typeConstraint'), id, report))
  }

  return (name) => named(name, 0)
}
