import type { FeelContext, FeelValue } from './values.ts'

/** Names through which JavaScript objects lead elsewhere. No context has them, none can get them (reliability F02-F04). */
export const forbiddenNames: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
  '__defineGetter__',
  '__defineSetter__',
  '__lookupGetter__',
  '__lookupSetter__',
])

export const emptyContext = (): FeelContext => Object.create(null) as FeelContext

/** The value of a context's own entry, or undefined when it has none of that name. */
export function entry(context: FeelContext, name: string): FeelValue | undefined {
  return Object.hasOwn(context, name) && !forbiddenNames.has(name) ? (context[name] ?? null) : undefined
}

export const keysOf = (context: FeelContext): string[] =>
  Object.keys(context).filter((name) => !forbiddenNames.has(name))

/** A copy with one more entry; null when the name is forbidden. */
export function withEntry(context: FeelContext, name: string, value: FeelValue): FeelContext | null {
  if (forbiddenNames.has(name)) return null
  const copy = copyOf(context)
  copy[name] = value
  return copy
}

export function copyOf(context: FeelContext): FeelContext {
  const copy = emptyContext()
  for (const name of keysOf(context)) copy[name] = context[name] ?? null
  return copy
}

/** How the grammar sees a name: one space around its operators, one between its words. */
export const normalizedName = (name: string) =>
  name
    .replaceAll(/\s*(\*\*|[./\-'+*])\s*/g, ' $1 ')
    .replaceAll(/\s{2,}/g, ' ')
    .trim()

/** Looks an entry up as it is written in an expression, where spaces around operators do not count. */
export function entryAsWritten(context: FeelContext, name: string): FeelValue | undefined {
  const value = entry(context, name)
  if (value !== undefined || !/[^\p{L}\p{N}_]/u.test(name)) return value
  const wanted = normalizedName(name)
  const key = keysOf(context).find((candidate) => normalizedName(candidate) === wanted)
  return key === undefined ? undefined : entry(context, key)
}
