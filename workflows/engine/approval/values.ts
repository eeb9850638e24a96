import type { JsonObject, JsonValue } from '../../model/json.ts'

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A sub-table: a list of rows, each an object. */
export const isTable = (value: JsonValue | undefined): value is JsonObject[] =>
  Array.isArray(value) && value.length > 0 && value.every(isObject)

/** Own values only, so that a path like `__proto__.x` finds nothing. */
export function valueAt(variables: JsonObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = variables
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

/** JSON text that does not depend on the order of keys; null and absent are the same. */
export function canonical(value: JsonValue | undefined): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.keys(value)
    .filter((key) => value[key] !== undefined && value[key] !== null)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${entries.join(',')}}`
}

export const sameValue = (left: JsonValue | undefined, right: JsonValue | undefined) =>
  canonical(left) === canonical(right)

/** Nothing was filled in: absent, null, blank text, an empty list or object. */
export function isEmpty(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return true
  if (typeof value === 'string') return value.trim() === ''
  if (Array.isArray(value)) return value.length === 0
  return isObject(value) && Object.keys(value).length === 0
}
