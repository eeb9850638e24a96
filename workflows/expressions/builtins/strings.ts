import type { RE2JS } from 're2js'
import { charge, chargeList, chargeText, limits, overBudget } from '../budget.ts'
import { truncated } from '../numbers.ts'
import { formatValue } from '../text.ts'
import type { Decimal, FeelValue, Frame } from '../values.ts'
import { builtin } from './define.ts'
import { parseReplacement, patternOf } from './patterns.ts'

/** FEEL counts characters, JavaScript UTF-16 units: an emoji is one. */
const characters = (text: string) => Array.from(text)

function substring([text, start, length]: [string, number | Decimal, (number | Decimal | null)?], frame: Frame) {
  charge(frame, text.length >> 4)
  const from = truncated(start)
  const all = characters(text)
  if (from === null || from === 0 || Math.abs(from) > all.length) return null
  const first = from > 0 ? from - 1 : all.length + from
  const count = length === undefined || length === null ? all.length : truncated(length)
  if (count === null || count < 1) return null
  return all.slice(first, first + count).join('')
}

function matches([input, pattern, flags]: [string, string, string | null | undefined], frame: Frame) {
  charge(frame, input.length >> 2)
  return patternOf(pattern, flags, frame)?.matcher(input).find() ?? null
}

/** Replacing and splitting at a pattern that fits the empty text is an error of XPath (FORX0003). */
const matchesNothing = (pattern: RE2JS) => pattern.matcher('').find()

function replace([input, pattern, replacement, flags]: [string, string, string, (string | null)?], frame: Frame) {
  charge(frame, input.length >> 2)
  const compiled = patternOf(pattern, flags, frame)
  const parts = compiled && parseReplacement(replacement, compiled.groupCount())
  if (!compiled || !parts || matchesNothing(compiled)) return null
  let built = 0
  const result = compiled.matcher(input).replaceAll((...found: (string | undefined)[]) => {
    const groups = compiled.groupCount()
    const text = parts
      .map((part) => (typeof part === 'string' ? part : part <= groups ? (found[part] ?? '') : ''))
      .join('')
    built += text.length
    if (built > limits.textLength) throw overBudget
    return text
  })
  return chargeText(frame, result)
}

function split([text, delimiter]: [string, string], frame: Frame): FeelValue {
  charge(frame, text.length >> 2)
  const compiled = patternOf(delimiter, '', frame)
  if (!compiled || matchesNothing(compiled)) return null
  const matcher = compiled.matcher(text)
  const parts: string[] = []
  let from = 0
  while (matcher.find()) {
    parts.push(text.slice(from, matcher.start()))
    from = matcher.end()
  }
  parts.push(text.slice(from))
  return chargeList(frame, parts)
}

function extract([text, pattern]: [string, string], frame: Frame): FeelValue {
  charge(frame, text.length >> 2)
  const matcher = patternOf(pattern, '', frame)?.matcher(text)
  if (!matcher) return null
  const found: string[] = []
  while (matcher.find()) found.push(matcher.group() ?? '')
  return chargeList(frame, found)
}

function join(
  [list, delimiter, prefix, suffix]: [FeelValue[], (string | null)?, (string | null)?, (string | null)?],
  frame: Frame,
): FeelValue {
  const texts = list.filter((item) => item !== null)
  if (!texts.every((item) => typeof item === 'string')) return null
  const total = texts.reduce((sum, text) => sum + text.length, texts.length * (delimiter?.length ?? 0))
  if (total > limits.textLength) throw overBudget
  return chargeText(frame, `${prefix ?? ''}${texts.join(delimiter ?? '')}${suffix ?? ''}`)
}

function before([text, match]: [string, string]) {
  const at = text.indexOf(match)
  return at < 0 ? '' : text.slice(0, at)
}

function after([text, match]: [string, string]) {
  const at = text.indexOf(match)
  return at < 0 ? '' : text.slice(at + match.length)
}

/** DMN 1.5, 10.3.4.3; `extract`, `trim` and `is blank` as Camunda has them. */
export const stringBuiltins = [
  builtin('substring', 'string: string, start position: number, length?: number', substring),
  builtin('string length', 'string: string', ([text]: [string]) => characters(text).length),
  builtin('upper case', 'string: string', ([text]: [string], frame) => chargeText(frame, text.toUpperCase())),
  builtin('lower case', 'string: string', ([text]: [string], frame) => chargeText(frame, text.toLowerCase())),
  builtin('substring before', 'string: string, match: string', before),
  builtin('substring after', 'string: string, match: string', after),
  builtin('contains', 'string: string, match: string', ([text, part]: [string, string]) => text.includes(part)),
  builtin('starts with', 'string: string, match: string', ([text, part]: [string, string]) => text.startsWith(part)),
  builtin('ends with', 'string: string, match: string', ([text, part]: [string, string]) => text.endsWith(part)),
  builtin('matches', 'input: string, pattern: string, flags?: string', matches),
  builtin('replace', 'input: string, pattern: string, replacement: string, flags?: string', replace),
  builtin('split', 'string: string, delimiter: string', split),
  builtin('extract', 'string: string, pattern: string', extract),
  builtin(
    'string join',
    [
      'list: list, delimiter?: string',
      'list: list, delimiter: nullableString, prefix: nullableString, suffix: nullableString',
    ],
    join,
  ),
  builtin('trim', 'string: string', ([text]: [string]) => text.trim()),
  builtin('is blank', 'string: string', ([text]: [string]) => text.trim() === ''),
  builtin('string', 'from: any', ([value]: [FeelValue], frame) =>
    value === null ? null : chargeText(frame, formatValue(value)),
  ),
]
