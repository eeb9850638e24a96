import { refusalOf } from '../contract/errors.ts'
import { ok, type Result } from '../../workflows/model/problem.ts'

const DEEPEST = 32
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads JSON that comes from outside. One linear scan before parsing refuses what JSON.parse lets through: nesting
 * beyond 32, keys given twice, keys that reach for prototypes, NUL, halves of surrogate pairs, numbers that a double
 * cannot hold (reliability J09, J10, J12-J14, J19).
 */
export function readJson(text: string): Result<unknown> {
  const scanned = scan(text)
  if (!scanned.ok) return scanned
  try {
    return ok(JSON.parse(text))
  } catch {
    return { ok: false, refusal: refusalOf('json.syntax') }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Decodes strictly: anything that is not UTF-8 is refused. */
export function decodeUtf8(bytes: Uint8Array): Result<string> {
  try {
    return ok(utf8.decode(bytes))
  } catch {
    return { ok: false, refusal: refusalOf('json.encoding') }
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const numberStart = /[-0-9]/
const numberText = /-?[0-9][0-9.eE+-]*/y

function scan(text: string): Result<null> {
  // One entry per open bracket: the keys seen in an object, null for an array.
  const open: (Set<string> | null)[] = []
  let keyPlace = false
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string
    if (char === '"') {
      const end = endOfString(text, at)
      if (end < 0) return { ok: false, refusal: refusalOf('json.syntax') }
      const value = stringValue(text.slice(at, end + 1))
      if (value === null) return { ok: false, refusal: refusalOf('json.syntax') }
      if (value.includes('\0') || !value.isWellFormed()) return refusedAt('json.text', text, at)
      const keys = open.at(-1)
      if (keyPlace && keys) {
        if (forbiddenKeys.has(value)) return { ok: false, refusal: refusalOf('unknown_field', { where: value }) }
        if (keys.has(value)) return { ok: false, refusal: refusalOf('json.duplicate_key', { where: value }) }
        keys.add(value)
        keyPlace = false
      }
      at = end
    } else if (char === '{' || char === '[') {
      if (open.length === DEEPEST) return { ok: false, refusal: refusalOf('json.depth') }
      open.push(char === '{' ? new Set() : null)
      keyPlace = char === '{'
    } else if (char === '}' || char === ']') {
      open.pop()
      keyPlace = false
    } else if (char === ',') {
      keyPlace = open.at(-1) instanceof Set
    } else if (numberStart.test(char)) {
      numberText.lastIndex = at
      const digits = numberText.exec(text)?.[0] ?? char
      if (!holdsExactly(digits)) return refusedAt('json.number', text, at)
      at += digits.length - 1
    }
  }
  return ok(null)
}

/** A refusal that names the field which the scan has come to. */
function refusedAt(code: 'json.text' | 'json.number', text: string, end: number): Result<never> {
  const where = placeAt(text, end)
  return { ok: false, refusal: refusalOf(code, where === '' ? {} : { where }) }
}

/** The path of what stands at a place that the scan has passed: `lines.0.quantity`. */
function placeAt(text: string, end: number): string {
  const path: (string | number)[] = []
  for (let at = 0; at < end; at += 1) {
    const char = text[at]
    const inner = path.at(-1)
    if (char === '"') {
      const close = endOfString(text, at)
      if (typeof inner === 'string' && /^\s*:/.test(text.slice(close + 1, close + 100)))
        path[path.length - 1] = stringValue(text.slice(at, close + 1)) ?? ''
      at = close
    } else if (char === '{' || char === '[') path.push(char === '{' ? '' : 0)
    else if (char === '}' || char === ']') path.pop()
    else if (char === ',' && typeof inner === 'number') path[path.length - 1] = inner + 1
  }
  return path.filter((step) => step !== '').join('.')
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at += 1
    else if (code === QUOTE) return at
  }
  return -1
}

function stringValue(literal: string): string | null {
  if (!literal.includes('\\')) return literal.slice(1, -1)
  try {
    return JSON.parse(literal) as string
  } catch {
    return null
  }
}

/** Whole numbers beyond 2^53 would silently become another number. */
function holdsExactly(digits: string): boolean {
  const value = Number(digits)
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))
}
