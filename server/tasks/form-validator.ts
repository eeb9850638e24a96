import { Validator, type Schema } from '@cfworker/json-schema'
import { RE2JS } from 're2js'
import type { SchemaFailure } from '../contract/form-problems.ts'
import type { JsonSchema, Validate } from '../contract/form-schema.ts'

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

interface Judge {
  validator: Validator
  patterns: Map<string, RE2JS | null>
}

const judges = new WeakMap<object, Judge>()

/**
 * Judges by the library that the page uses, but patterns run in linear time (reliability X05): an expression that an
 * admin wrote must not stop the server, whatever text a customer sends.
 */
export const validateForm: Validate = (schema, data) => {
  let judge = judges.get(schema)
  if (!judge) {
    judge = { validator: new Validator(withoutPatterns(schema) as Schema, '2020-12', false), patterns: new Map() }
    judges.set(schema, judge)
  }
  return [...judge.validator.validate(data ?? null).errors, ...patternFailures(schema, data, judge, '#', '#')]
}

/** The schema without `pattern`; a property of that name stays. */
function withoutPatterns(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutPatterns)
  if (!isObject(schema)) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => key !== 'pattern' || typeof value !== 'string')
      .map(([key, value]) => [key, key === 'const' || key === 'enum' ? value : withoutPatterns(value)]),
  )
}

/** Texts that do not match the pattern of their field, in the shape of the library's failures. */
function patternFailures(
  schema: JsonSchema,
  data: unknown,
  judge: Judge,
  place: string,
  keyword: string,
): SchemaFailure[] {
  const found: SchemaFailure[] = []
  const pattern = schema['pattern']
  if (typeof pattern === 'string' && typeof data === 'string' && !matches(pattern, data, judge)) {
    found.push({
      instanceLocation: place,
      keyword: 'pattern',
      keywordLocation: `${keyword}/pattern`,
      error: 'String does not match pattern.',
    })
  }
  if (isObject(data)) {
    for (const [key, child] of Object.entries(schema.properties ?? {})) {
      if (!Object.hasOwn(data, key)) continue
      const name = key.replaceAll('~', '~0').replaceAll('/', '~1')
      found.push(...patternFailures(child, data[key], judge, `${place}/${name}`, `${keyword}/properties/${name}`))
    }
  }
  if (Array.isArray(data) && schema.items) {
    const { items } = schema
    data.forEach((item, index) =>
      found.push(...patternFailures(items, item, judge, `${place}/${index}`, `${keyword}/items`)),
    )
  }
  return found
}

/** A pattern that cannot run in linear time matches nothing: nobody can promise what it would do. */
function matches(pattern: string, text: string, { patterns }: Judge): boolean {
  let compiled = patterns.get(pattern)
  if (compiled === undefined) {
    try {
      compiled = RE2JS.compile(pattern)
    } catch {
      compiled = null
    }
    patterns.set(pattern, compiled)
  }
  return compiled?.matcher(text).find() ?? false
}
