import { RE2JS } from 're2js'
import { charge, limits } from '../budget.ts'
import type { Frame } from '../values.ts'
import { forRe2 } from './xpath-patterns.ts'

const flagBits: Record<string, number> = {
  i: RE2JS.CASE_INSENSITIVE,
  s: RE2JS.DOTALL,
  m: RE2JS.MULTILINE,
  x: 0,
}

/** Compiled patterns by flags and text; the oldest leaves when the cache is full. */
const compiled = new Map<string, RE2JS | null>()
const cacheSize = 500

function compilePattern(pattern: string, flags: string): RE2JS | null {
  let bits = 0
  for (const flag of flags) {
    const bit = flagBits[flag]
    if (bit === undefined) return null
    bits |= bit
  }
  const translated = forRe2(flags.includes('x') ? withoutSpaces(pattern) : pattern, flags.includes('i'))
  if (translated === null) return null
  try {
    return RE2JS.compile(translated, bits)
  } catch {
    return null
  }
}

/** The flag x of XPath: white space outside of character classes does not count, also none behind a backslash. */
function withoutSpaces(pattern: string): string {
  let classes = 0
  let isEscaped = false
  let result = ''
  for (const char of pattern) {
    if (classes === 0 && /[\t\n\r ]/.test(char)) continue
    if (!isEscaped && char === '[') classes++
    if (!isEscaped && char === ']') classes--
    isEscaped = !isEscaped && char === '\\'
    result += char
  }
  return result
}

/**
 * The compiled form of a pattern that a user wrote; null when it is invalid or too long. RE2 matches in linear time, so no
 * pattern can stall the server (reliability 8.3); look-around and back-references do not exist in it.
 */
export function patternOf(pattern: string, flags: string | null | undefined, frame: Frame): RE2JS | null {
  if (pattern.length > limits.patternLength) return null
  const key = `${flags ?? ''}/${pattern}`
  const known = compiled.get(key)
  if (known !== undefined) return known
  charge(frame, pattern.length)
  const result = compilePattern(pattern, flags ?? '')
  if (compiled.size >= cacheSize) {
    const oldest = compiled.keys().next()
    if (!oldest.done) compiled.delete(oldest.value)
  }
  compiled.set(key, result)
  return result
}

type Part = string | number

/** The replacement of XPath: `$1` is a group, `\$` and `\\` are themselves; anything else with `\` or `$` is an error. */
export function parseReplacement(text: string, groups: number): Part[] | null {
  const parts: Part[] = []
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i)
    if (char === '\\') {
      const next = text.charAt(++i)
      if (next !== '\\' && next !== '$') return null
      parts.push(next)
    } else if (char === '$') {
      let digits = /^\d+/.exec(text.slice(i + 1, i + 4))?.[0] ?? ''
      if (digits === '') return null
      while (digits.length > 1 && Number(digits) > groups) digits = digits.slice(0, -1)
      parts.push(Number(digits))
      i += digits.length
    } else parts.push(char)
  }
  return parts
}
