import type { JsonObject, JsonValue } from '../model/json.ts'
import { emptyContext, forbiddenNames, keysOf } from './contexts.ts'
import { parseNumber } from './numbers.ts'
import { dateTimeOfInstant, formatDateTime, instantOf, isLocal } from './temporal.ts'
import { formatValue } from './text.ts'
import { Decimal, isDateTime, isDecimal, isFunction, kindOf } from './values.ts'
import type { FeelContext, FeelValue } from './values.ts'

export type { JsonValue } from '../model/json.ts'

/** Digits that every double keeps. */
const doubleDigits = 15

/**
 * A number as JSON has it: exact when a double holds it; a fraction with more digits is rounded to 15 of them; a whole
 * number that no double holds exactly stays exact as text.
 */
function jsonNumber(value: Decimal): JsonValue {
  const near = value.toNumber()
  if (new Decimal(near).eq(value)) return near
  return value.isInteger() ? value.toFixed() : value.toSignificantDigits(doubleDigits).toNumber()
}

/** Whether a list or a context is plain JSON already, as all that comes out of a variable is. */
function isPlain(value: FeelValue): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) {
    for (const item of value) if (!isPlain(item)) return false
    return true
  }
  // What FEEL makes itself says its kind, or has another prototype or none.
  if (kindOf(value) !== undefined || Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const name in value as FeelContext)
    if (forbiddenNames.has(name) || !isPlain((value as FeelContext)[name] ?? null)) return false
  return true
}

/**
 * A value as it is stored in a process variable. Dates, times and durations become ISO 8601 text, a date and time with an
 * offset or zone the UTC instant that it is (reliability F18), ranges the text that FEEL writes; functions become null.
 */
export function toJson(value: FeelValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (isDecimal(value)) return jsonNumber(value)
  if (isPlain(value)) return value as JsonValue
  if (Array.isArray(value)) return value.map(toJson)
  if (isDateTime(value)) {
    const utc = isLocal(value.time) ? value : dateTimeOfInstant(instantOf(value), null, 0)
    return formatDateTime(utc ?? value)
  }
  if (isFunction(value)) return null
  if (kindOf(value) !== undefined) return formatValue(value)
  const context = value as FeelContext
  const result: JsonObject = {}
  for (const name of keysOf(context)) result[name] = toJson(context[name] ?? null)
  return result
}

/**
 * JSON data as values of FEEL: a copy without the names that no context may have. Text stays text; an expression that
 * wants a date of it says so with `date(...)`. (Scopes may also hand out JSON as it is: it is read the same way.)
 */
export function fromJson(json: JsonValue): FeelValue {
  if (Array.isArray(json)) return json.map(fromJson)
  if (typeof json === 'number') return Number.isSafeInteger(json) ? json : parseFinite(json)
  if (typeof json !== 'object' || json === null) return json
  const context = emptyContext()
  for (const name of keysOf(json as FeelContext)) context[name] = fromJson(json[name] ?? null)
  return context
}

const parseFinite = (value: number) => (Number.isFinite(value) ? parseNumber(String(value)) : null)
