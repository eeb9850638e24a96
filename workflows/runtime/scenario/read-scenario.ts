import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { Scenario } from './format.ts'
import schema from './scenario.schema.json' with { type: 'json' }

/** The part of JSON Schema that the format uses. */
interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  minProperties?: number
  maxProperties?: number
  items?: Schema
  enum?: JsonValue[]
  minimum?: number
  oneOf?: Schema[]
  $ref?: string
}

const root = schema as unknown as Schema & { $defs: Record<string, Schema> }

export type ScenarioRead = { ok: true; scenario: Scenario } | { ok: false; message: string }

/**
 * Reads a scenario file's text. A key, a step or a value that the published schema does not know is an error that names
 * it and where it stands (`steps[2].expect`).
 */
export function readScenario(text: string): ScenarioRead {
  let value: JsonValue
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, '')) as JsonValue
  } catch (error) {
    return { ok: false, message: `not JSON: ${(error as Error).message}` }
  }
  const wrong = check(root, value, '')
  if (wrong !== null) return { ok: false, message: wrong }
  const scenario = value as unknown as Scenario
  if (scenario.refused === undefined && scenario.steps === undefined)
    return { ok: false, message: 'expected steps or refused, but there is neither' }
  return { ok: true, scenario }
}

const typeOf = (value: JsonValue): string => {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return Number.isInteger(value) ? 'integer' : typeof value
}

const isOfType = (wanted: string, value: JsonValue) =>
  typeOf(value) === wanted || (wanted === 'number' && typeOf(value) === 'integer')

/** The first thing wrong, as a sentence; null when all is well. */
function check(given: Schema, value: JsonValue, path: string): string | null {
  const at = path === '' ? 'the file' : path
  if (given.$ref !== undefined) return check(root.$defs[given.$ref.slice('#/$defs/'.length)] ?? {}, value, path)
  if (given.oneOf) {
    const answers = given.oneOf.map((one) => check(one, value, path))
    if (answers.includes(null)) return null
    // The answer of the alternative that has the right type tells most.
    const fitting = given.oneOf.findIndex((one) => one.type !== undefined && isOfType(String(one.type), value))
    return answers[Math.max(0, fitting)] ?? null
  }
  const types = given.type === undefined ? [] : [given.type].flat()
  if (types.length > 0 && !types.some((type) => isOfType(type, value)))
    return `${at}: expected ${types.join(' or ')}, but got ${typeOf(value)}`
  if (given.enum && !given.enum.includes(value))
    return `${at}: expected one of ${given.enum.join(', ')}, but got ${JSON.stringify(value)}`
  if (given.minimum !== undefined && (value as number) < given.minimum)
    return `${at}: expected at least ${given.minimum}, but got ${String(value)}`
  if (Array.isArray(value)) {
    for (const [index, entry] of value.entries()) {
      const wrong = given.items ? check(given.items, entry, `${path}[${index}]`) : null
      if (wrong !== null) return wrong
    }
    return null
  }
  return typeof value === 'object' && value !== null ? checkObject(given, value, path) : null
}

function checkObject(given: Schema, value: JsonObject, path: string): string | null {
  const at = path === '' ? 'the file' : path
  const names = Object.keys(value)
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`)
  for (const name of names) {
    const known = given.properties && Object.hasOwn(given.properties, name) ? given.properties[name] : undefined
    if (!known && given.additionalProperties === false) return `${at}: unknown key "${name}"`
    const other = typeof given.additionalProperties === 'object' ? given.additionalProperties : {}
    const wrong = check(known ?? other, value[name]!, inside(name))
    if (wrong !== null) return wrong
  }
  const missing = given.required?.find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined) return `${at}: expected the key "${missing}", but it is missing`
  if (names.length < (given.minProperties ?? 0)) return `${at}: expected a key, but there is none`
  if (names.length > (given.maxProperties ?? Infinity))
    return `${at}: expected exactly one step, but there are ${names.join(' and ')}`
  return null
}
