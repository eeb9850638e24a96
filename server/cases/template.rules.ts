import type { JsonValue } from '../../workflows/model/json.ts'

/**
 * Fills `{{path.to.value}}` from data: own keys only, nothing is evaluated (reliability X06). A path that leads
 * nowhere becomes an empty text, so that a customer never reads braces.
 */
export function fillTemplate(text: string, data: Record<string, JsonValue | undefined>): string {
  return text.replaceAll(/\{\{\s*([\w.]{1,100})\s*\}\}/g, (_, path: string) => display(lookUp(path.split('.'), data)))
}

function lookUp(path: string[], data: unknown): unknown {
  let value = data
  for (const key of path) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key]
  }
  return value
}

const display = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

/** Minor units as people read them: `1234` is `12.34`. */
export const yuan = (minor: number): string => (minor / 100).toFixed(2)
