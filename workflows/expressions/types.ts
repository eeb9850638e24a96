import { entry } from './contexts.ts'
import { isContext, isFunction, isRange, typeName } from './values.ts'
import type { FeelType, FeelValue } from './values.ts'

/** Names of FEEL's own types, with the spellings that DMN files use. */
const spellings: Record<string, string> = {
  dateTime: 'date and time',
  dayTimeDuration: 'days and time duration',
  yearMonthDuration: 'years and months duration',
  any: 'Any',
  Null: 'null',
}

const own = new Set([
  'Any',
  'null',
  'number',
  'string',
  'boolean',
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
  'list',
  'context',
  'function',
  'range',
])

/** FEEL's own type of that name, or undefined. */
export function ownType(name: string): FeelType | undefined {
  const type = spellings[name] ?? name
  return own.has(type) ? { type } : undefined
}

/** Whether one type may stand where the other is asked (DMN 1.5, 10.3.2.9.2). */
function conforms(a: FeelType, b: FeelType): boolean {
  if (b.type === 'Any' || a.type === 'null') return true
  if (a.type !== b.type) return false
  if ('items' in b) return 'items' in a ? conforms(a.items, b.items) : b.items.type === 'Any'
  if ('entries' in b)
    return (
      'entries' in a &&
      b.entries.every((wanted) =>
        a.entries.some((given) => given.name === wanted.name && conforms(given.type, wanted.type)),
      )
    )
  if ('parameters' in b)
    return (
      'parameters' in a &&
      a.parameters.length === b.parameters.length &&
      b.parameters.every((wanted, index) => conforms(wanted, a.parameters[index] ?? { type: 'Any' })) &&
      conforms(a.result, b.result)
    )
  return true
}

/** Whether a value is of a type (`instance of`); null is an instance of Null and Any only. */
export function isInstance(value: FeelValue, type: FeelType): boolean {
  if (value === null) return type.type === 'null'
  if (type.type === 'Any') return true
  if (typeName(value) !== type.type) return false
  if ('items' in type) {
    if (Array.isArray(value)) return value.every((item) => item === null || isInstance(item, type.items))
    if (!isRange(value)) return false
    return [value.start, value.end].every((end) => end === undefined || isInstance(end, type.items))
  }
  if ('entries' in type)
    return type.entries.every(({ name, type: wanted }) => {
      const given = isContext(value) ? entry(value, name) : undefined
      return given !== undefined && (given === null || isInstance(given, wanted))
    })
  if ('parameters' in type) {
    if (!isFunction(value)) return false
    const [result, ...parameters] = value.types ?? []
    return result !== undefined && conforms({ type: 'function', parameters, result }, type)
  }
  return true
}
