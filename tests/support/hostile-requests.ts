type Json = Record<string, unknown>
type Place = (string | number)[]

/** One operation of `/api/openapi.json`, as far as an attacker reads it. */
export interface Operation {
  method: string
  path: string
  /** Kind of the rule that lets callers in. */
  allow: string
  /** Schema of the JSON body, null when it takes none. */
  body: Json | null
  params: string[]
  query: string[]
  /** Asks for an idempotency key. */
  isCommand: boolean
}

interface Described {
  'x-authorization': { allow: string }
  parameters: { name: string; in: string }[]
  requestBody?: { content: Record<string, { schema: Json }> }
}

export function operationsOf(document: { paths: Record<string, Record<string, Described>> }): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => {
      const named = (where: string) => described.parameters.filter((one) => one.in === where).map(({ name }) => name)
      return {
        method: method.toUpperCase(),
        path,
        allow: described['x-authorization'].allow,
        body: described.requestBody?.content['application/json']?.schema ?? null,
        params: named('path'),
        query: named('query'),
        isCommand: named('header').includes('Idempotency-Key'),
      }
    }),
  )
}

/** Every place of a value, the whole first. */
export function placesOf(value: unknown, path: Place = []): Place[] {
  if (value === null || typeof value !== 'object') return [path]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value as Json)
  return [path, ...entries.flatMap(([key, inner]) => placesOf(inner, [...path, key]))]
}

/** The value as JSON text with other text at one place: what no `JSON.stringify` would write. */
export function textWith(value: unknown, path: Place, text: string): string {
  const mark = '@@here@@'
  const put = (at: unknown, [key, ...rest]: Place): unknown => {
    if (key === undefined) return mark
    const copy = (Array.isArray(at) ? [...at] : { ...(at as Json) }) as Json
    copy[key] = put(copy[key], rest)
    return copy
  }
  return JSON.stringify(put(value, path)).replace(JSON.stringify(mark), () => text)
}

/** JSON texts that no field may be harmed by; some are good values of some fields. */
export const hostileValues = [
  'null',
  'true',
  '-1',
  '1.5',
  '1e300',
  '1e400',
  '9007199254740993',
  '""',
  '" "',
  '"__proto__"',
  '"constructor"',
  '"2026-02-30"',
  '"a\\u0000b"',
  '"\\ud800"',
  '"\\u202e\\u0007=1+1"',
  '"../../etc/passwd"',
  '"${7*7}{{this.constructor}}"',
  `"${'長'.repeat(3000)}"`,
  '[]',
  '[null]',
  `[${'1,'.repeat(2000)}1]`,
  '{}',
  '{"$gt":""}',
  '{"__proto__":{"isAdmin":true}}',
  `${'['.repeat(20)}${']'.repeat(20)}`,
]

/** Words for the parameters of an address, encoded. */
export const hostileWords = [
  'x-unknown-1',
  '__proto__',
  'constructor',
  'null',
  '%24gt',
  '%20',
  '%E2%80%AE',
  '%27%3B%20DROP%20TABLE%20orders',
  'a'.repeat(190),
  'a'.repeat(2000),
  '%ed%a0%80',
  'a%00b',
]

/** Whole bodies that are refused wherever a body is read. */
export const brokenBodies = [
  '',
  '{',
  '{"a":1,}',
  'undefined',
  'NaN',
  "{'a':1}",
  '\ufeff',
  '{"a":1}{"b":2}',
  `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`,
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"a":1,"a":2}',
]
