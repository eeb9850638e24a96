import { Validator, type OutputUnit, type Schema } from '@cfworker/json-schema'
import type { TSchema } from 'typebox'
import { fieldProblems, refusalOf } from '../contract/errors.ts'
import { NOT_BLANK } from '../contract/shared.ts'
import { ok, type Refusal, type Result } from '../../workflows/model/problem.ts'

type Json = Record<string, unknown>
type FieldProblem = NonNullable<Refusal['fields']>[number]

export type Validate = (value: unknown) => Result<unknown>

/**
 * Compiles a schema once into a check that names every wrong field. Objects are closed: a property that the schema
 * does not name is refused. The validator interprets the schema, so it runs with code generation switched off.
 */
export function validatorOf(schema: TSchema): Validate {
  const closed = closedSchema(schema) as Schema
  const validator = new Validator(closed, '2020-12', false)
  // Most addresses have no parameters, so that nothing at all is judged once.
  const takesNothing = validator.validate({}).valid
  return (value) => {
    if (takesNothing && isNothing(value)) return ok(value)
    const { valid, errors } = validator.validate(value)
    if (valid) return ok(value)
    const fields = fieldsOf(errors, closed as Json)
    const unknown = fields.length > 0 && fields.every((field) => field.code === 'unknown_field')
    const where = fields[0]?.path
    const more = { fields, ...(where === undefined ? {} : { where }) }
    return { ok: false, refusal: refusalOf(unknown ? 'unknown_field' : 'request.invalid', more) }
  }
}

const isNothing = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0

/** The same schema with every object that has properties closed; what documentation and validation share. */
export function closedSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closedSchema)
  if (schema === null || typeof schema !== 'object') return schema
  const copy: Json = {}
  for (const [key, value] of Object.entries(schema))
    copy[key] = key === 'const' || key === 'enum' ? value : closedSchema(value)
  if (
    copy['type'] === 'object' &&
    copy['patternProperties'] === undefined &&
    copy['additionalProperties'] === undefined
  )
    copy['additionalProperties'] = false
  return copy
}

/** Keywords that only say that something below them is wrong. */
const wrappers = new Set([
  'properties',
  'patternProperties',
  'items',
  'prefixItems',
  'allOf',
  'anyOf',
  'oneOf',
  'false',
  '$ref',
])

function fieldsOf(errors: OutputUnit[], schema: Json): FieldProblem[] {
  const found = new Map<string, FieldProblem>()
  for (const error of errors) {
    const place = pathOf(error.instanceLocation)
    const problem = problemOf(error, place, schema)
    if (problem && !found.has(problem.path)) found.set(problem.path, problem)
  }
  return [...found.values()]
}

function problemOf(error: OutputUnit, place: string, schema: Json): FieldProblem | null {
  const below = (name: string) => (place === '' ? name : `${place}.${name}`)
  if (error.keyword === 'additionalProperties')
    return fieldProblem('additionalProperties', below(quoted(error.error)), '')
  if (error.keyword === 'required') return fieldProblem('required', below(quoted(error.error)), '')
  if (error.keyword === 'const' || error.keyword === 'enum') return fieldProblem('choice', place, '')
  if (wrappers.has(error.keyword)) return null
  const limit = schemaAt(schema, error.keywordLocation)
  if (error.keyword === 'pattern' && limit === NOT_BLANK) return fieldProblem('required', place, '')
  // A branch of a union that says "null" adds nothing to what the other branch says.
  if (error.keyword === 'type' && limit === 'null') return null
  return fieldProblem(error.keyword, place, Array.isArray(limit) ? limit.join(' / ') : String(limit ?? ''))
}

function fieldProblem(keyword: string, path: string, limit: string): FieldProblem {
  const known = fieldProblems[keyword] ?? fieldProblems['choice']!
  const fill = (text: string) => text.replace('{limit}', limit)
  return { path, code: known.code, message: { zh: fill(known.message.zh), en: fill(known.message.en) } }
}

const quoted = (text: string) => /"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? ''

/** `#/lines/0/quantity` to `lines.0.quantity`. */
function pathOf(pointer: string): string {
  return pointer.replace(/^#\/?/, '').split('/').map(unescaped).join('.')
}

function schemaAt(schema: Json, pointer: string): unknown {
  let value: unknown = schema
  for (const part of pointer.replace(/^#\/?/, '').split('/').map(unescaped)) value = (value as Json | undefined)?.[part]
  return value
}

const unescaped = (part: string) => safeDecode(part).replaceAll('~1', '/').replaceAll('~0', '~')

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Reads a query string by the schema of its parameters: numbers and booleans by their written form. A parameter given
 * twice is refused unless it is a list; anything unwritten like `id[$ne]` is an unknown field (reliability H06).
 */
export function readQuery(search: string, schema: TSchema | undefined): Result<Json> {
  if (search === '') return ok({})
  const properties = ((schema as Json | undefined)?.['properties'] ?? {}) as Record<string, Json>
  const query: Json = {}
  const fields: FieldProblem[] = []
  for (const [name, text] of new URLSearchParams(search)) {
    const type = Object.hasOwn(properties, name) ? properties[name]!['type'] : undefined
    if (text.includes('\0') || !text.isWellFormed())
      return { ok: false, refusal: refusalOf('json.text', { where: name }) }
    if (!Object.hasOwn(properties, name)) fields.push(fieldProblem('additionalProperties', name, ''))
    else if (type === 'array') query[name] = [...((query[name] as unknown[] | undefined) ?? []), text]
    else if (Object.hasOwn(query, name)) fields.push(fieldProblem('choice', name, ''))
    else query[name] = typed(text, type)
  }
  if (fields.length === 0) return ok(query)
  const unknown = fields.every((field) => field.code === 'unknown_field')
  return {
    ok: false,
    refusal: refusalOf(unknown ? 'unknown_field' : 'request.invalid', { where: fields[0]!.path, fields }),
  }
}

function typed(text: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,10})?$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
