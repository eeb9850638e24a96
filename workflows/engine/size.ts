import type { JsonObject, JsonValue } from '../model/json.ts'
import type { ProcessInstance } from './instance.ts'
import { limits } from './limits.ts'

/** Rough size of a JSON value in bytes, as it would be written. */
export function sizeOf(value: JsonValue | undefined): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 5
  let size = 2
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item) + 1
  else for (const name in value) size += name.length + 4 + sizeOf(value[name])
  return size
}

/** Size of all variables of an instance as they stand. */
export function bytesOf(instance: ProcessInstance): number {
  let bytes = sizeOf(instance.variables)
  for (const element of instance.elements) if (element.locals) bytes += sizeOf(element.locals)
  return bytes
}

/**
 * Whether variables fit beside those that an instance has (reliability R12). The sum that it keeps counts what was
 * overwritten too, so it is taken anew before it says no.
 */
export function hasRoomFor(instance: ProcessInstance, variables: JsonObject): boolean {
  const size = sizeOf(variables)
  if ((instance.bytes ?? 0) + size <= limits.variableBytes) return true
  let before = bytesOf(instance)
  for (const name in variables) if (Object.hasOwn(instance.variables, name)) before -= sizeOf(instance.variables[name])
  return before + size <= limits.variableBytes
}
