import type { JsonValue } from '../model/json.ts'

/** Rough size of a JSON value in bytes, as it would be written. */
export function sizeOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 5
  let size = 2
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item) + 1
  else for (const name in value) size += name.length + 4 + sizeOf(value[name])
  return size
}
