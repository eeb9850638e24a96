import type { JsonObject, JsonValue } from '../../model/json.ts'

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const numberText = /^-?\d+(\.\d+)?$/

/** Numbers may be written as numbers or as decimal text; they are compared by value. */
const sameScalar = (expected: JsonValue, actual: JsonValue) => expected === actual || sameDecimal(expected, actual)

function sameDecimal(expected: JsonValue, actual: JsonValue): boolean {
  const [left, right] = [String(expected), String(actual)]
  const isNumber = (value: JsonValue, text: string) =>
    typeof value === 'number' || (typeof value === 'string' && numberText.test(text))
  if (!isNumber(expected, left) || !isNumber(actual, right)) return false
  if (typeof expected === 'string' && typeof actual === 'string') return plain(left) === plain(right)
  return Number(left) === Number(right)
}

/** `1.50` and `1.5` are one number. */
const plain = (text: string) => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text)

/**
 * Holds a value against what is expected, as a deep subset: contexts may have more keys, lists have the same length.
 * null stands for null and absent. Gives the first difference as `path: expected …, but got …`, or null.
 */
export function difference(expected: JsonValue, actual: JsonValue | undefined, path = ''): string | null {
  if (expected === null && (actual === null || actual === undefined)) return null
  const told = `${path === '' ? '' : `${path}: `}expected ${JSON.stringify(expected)}, but got ${JSON.stringify(actual ?? null)}`
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return told
    for (const [index, entry] of expected.entries()) {
      const found = difference(entry, actual[index], `${path}[${index}]`)
      if (found !== null) return found
    }
    return null
  }
  if (isObject(expected)) {
    if (!isObject(actual)) return told
    for (const [name, value] of Object.entries(expected)) {
      const inner = Object.hasOwn(actual, name) ? actual[name] : undefined
      const found = difference(value, inner, path === '' ? name : `${path}.${name}`)
      if (found !== null) return found
    }
    return null
  }
  return actual !== undefined && sameScalar(expected, actual) ? null : told
}

/** The same entries in any order, each as often. */
export const sameBag = (left: readonly string[], right: readonly string[]) =>
  left.length === right.length && JSON.stringify(left.toSorted()) === JSON.stringify(right.toSorted())
