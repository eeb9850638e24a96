import { readFileSync } from 'node:fs'
import type { JsonObject } from '../../workflows/model/json.ts'

/** Reads a file that has to hold one JSON object, or a sentence about why it cannot be used. */
export function readJsonObject(file: string): { data: JsonObject } | { fault: string } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    return { fault: `Expected a file that can be read, but ${file} cannot` }
  }
  try {
    const data: unknown = JSON.parse(text)
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { data: data as JsonObject }
  } catch {
    return { fault: `Expected JSON in ${file}, but it cannot be read` }
  }
  return { fault: `Expected a JSON object in ${file}` }
}

/** Variables as an expression reads them, at this moment in the time zone of the machine. */
export const scopeOf = (variables: JsonObject) => ({
  get: (name: string) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
  now: new Date().toISOString(),
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
})

export const printJson = (say: (line: string) => void, value: unknown): void => say(JSON.stringify(value, null, 2))
