export type JsonValue = null | boolean | number | string | JsonValue[] | JsonObject
export interface JsonObject {
  [key: string]: JsonValue
}

/** Names that every object has or had, and that FEEL never reads: what is written there would be lost. */
export const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * An object of one entry. A literal with a computed name takes six times as long wherever names differ. The name is none
 * of `reservedNames`.
 */
export function named<T>(name: string, value: T): Record<string, T> {
  const object: Record<string, T> = {}
  object[name] = value
  return object
}

/** What a table itself holds for a word from outside, and nothing that every object has. */
export const entryOf = <T>(table: Readonly<Record<string, T>>, word: string): T | undefined =>
  Object.hasOwn(table, word) ? table[word] : undefined
