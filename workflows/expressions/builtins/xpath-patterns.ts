/** A set of code points as ranges, in order and apart from one another. */
type Ranges = [from: number, to: number][]

const last = 0x10_ff_ff

function union(ranges: Ranges): Ranges {
  const merged: Ranges = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const before = merged.at(-1)
    if (before && from <= before[1] + 1) before[1] = Math.max(before[1], to)
    else merged.push([from, to])
  }
  return merged
}

function complement(ranges: Ranges): Ranges {
  const gaps: Ranges = []
  let next = 0
  for (const [from, to] of union(ranges)) {
    if (from > next) gaps.push([next, from - 1])
    next = to + 1
  }
  if (next <= last) gaps.push([next, last])
  return gaps
}

const without = (a: Ranges, b: Ranges): Ranges => complement(union([...complement(a), ...b]))

const codePoint = (code: number) => `\\x{${code.toString(16)}}`

const written = (ranges: Ranges) =>
  ranges.length === 0
    ? '[^\\x{0}-\\x{10ffff}]'
    : `[${ranges.map(([from, to]) => `${codePoint(from)}-${codePoint(to)}`).join('')}]`

const nameStart =
  ':A-Z_a-z\\x{c0}-\\x{d6}\\x{d8}-\\x{f6}\\x{f8}-\\x{2ff}\\x{370}-\\x{37d}\\x{37f}-\\x{1fff}\\x{200c}-\\x{200d}\\x{2070}-\\x{218f}\\x{2c00}-\\x{2fef}\\x{3001}-\\x{d7ff}\\x{f900}-\\x{fdcf}\\x{fdf0}-\\x{fffd}\\x{10000}-\\x{effff}'
const nameChar = `${nameStart}\\-.0-9\\x{b7}\\x{300}-\\x{36f}\\x{203f}-\\x{2040}`

/** Escapes that XPath has and RE2 has not, or understands for ASCII only; as the inside of a class. */
const classEscapes: Record<string, string> = { d: '\\p{Nd}', i: nameStart, c: nameChar }

/** Blocks of Unicode that patterns speak of as `\p{IsBasicLatin}`. */
const blocks: Record<string, string> = {
  BasicLatin: '\\x{0}-\\x{7f}',
  'Latin-1Supplement': '\\x{80}-\\x{ff}',
  'LatinExtended-A': '\\x{100}-\\x{17f}',
  'LatinExtended-B': '\\x{180}-\\x{24f}',
  Greek: '\\x{370}-\\x{3ff}',
  GreekandCoptic: '\\x{370}-\\x{3ff}',
  Cyrillic: '\\x{400}-\\x{4ff}',
  Hebrew: '\\x{590}-\\x{5ff}',
  Arabic: '\\x{600}-\\x{6ff}',
  Thai: '\\x{e00}-\\x{e7f}',
  GeneralPunctuation: '\\x{2000}-\\x{206f}',
  CurrencySymbols: '\\x{20a0}-\\x{20cf}',
  CJKSymbolsandPunctuation: '\\x{3000}-\\x{303f}',
  Hiragana: '\\x{3040}-\\x{309f}',
  Katakana: '\\x{30a0}-\\x{30ff}',
  HangulSyllables: '\\x{ac00}-\\x{d7af}',
  CJKUnifiedIdeographs: '\\x{4e00}-\\x{9fff}',
  HalfwidthandFullwidthForms: '\\x{ff00}-\\x{ffef}',
}

const controls: Record<string, number> = { n: 10, r: 13, t: 9 }

/** One part of a class: ranges that are known, and what only RE2 knows the extent of. */
interface ClassPart {
  ranges: Ranges
  /** Text for RE2; null when everything is in the ranges. */
  opaque: string
}

/** Reads patterns of XPath 2.0 (F&O 7.6.1, which DMN refers to) and writes them for RE2. */
export function forRe2(pattern: string): string | null {
  let at = 0

  const blockAt = (): { text: string; negative: boolean } | null => {
    const [whole, letter, name] = /^\\([pP])\{Is([A-Za-z0-9-]+)\}/.exec(pattern.slice(at, at + 60)) ?? []
    if (whole === undefined || name === undefined) return null
    at += whole.length
    return { text: blocks[name] ?? '', negative: letter === 'P' }
  }

  /** Behind an opening bracket; leaves the place behind the closing one. */
  function readClass(): { part: ClassPart; negative: boolean } | null {
    const negative = pattern[at] === '^'
    if (negative) at++
    const part: ClassPart = { ranges: [], opaque: '' }
    const begin = at
    while (at < pattern.length) {
      const char = pattern[at] as string
      if (char === ']' && at > begin) {
        at++
        return { part, negative }
      }
      if (char === '-' && pattern[at + 1] === '[') {
        at += 2
        const inner = readClass()
        if (!inner || part.opaque !== '' || inner.part.opaque !== '' || pattern[at] !== ']') return null
        at++
        const outer = negative ? complement(part.ranges) : union(part.ranges)
        const taken = inner.negative ? complement(inner.part.ranges) : inner.part.ranges
        return { part: { ranges: without(outer, taken), opaque: '' }, negative: false }
      }
      const block = blockAt()
      if (block) {
        if (block.text === '' || block.negative) return null
        part.opaque += block.text
        continue
      }
      const from = readMember(part)
      if (from === null) continue
      if (pattern[at] === '-' && pattern[at + 1] !== ']' && pattern[at + 1] !== '[' && at + 1 < pattern.length) {
        at++
        const to = readMember(part)
        if (to === null || to < from) return null
        part.ranges.push([from, to])
      } else part.ranges.push([from, from])
    }
    return null
  }

  /** A single character of a class; null when it was an escape for many, which is noted. */
  function readMember(part: ClassPart): number | null {
    const code = pattern.codePointAt(at) as number
    at += code > 0xff_ff ? 2 : 1
    if (code !== 92) return code
    const letter = pattern[at] ?? ''
    at++
    if (letter in controls) return controls[letter] as number
    if (!/[A-Za-z0-9]/.test(letter)) return letter.codePointAt(0) ?? 92
    const property = /^\{[^}]*\}/.exec(pattern.slice(at, at + 40))?.[0] ?? ''
    at += property.length
    part.opaque += classEscapes[letter] ?? `\\${letter}${property}`
    return null
  }

  let result = ''
  while (at < pattern.length) {
    const char = pattern[at] as string
    if (char === '[') {
      at++
      const read = readClass()
      if (!read) return null
      const { ranges, opaque } = read.part
      const inside = union(ranges).map(([from, to]) => `${codePoint(from)}-${codePoint(to)}`)
      result +=
        inside.length === 0 && opaque === '' ? written([]) : `[${read.negative ? '^' : ''}${inside.join('')}${opaque}]`
      continue
    }
    if (char !== '\\') {
      result += char
      at++
      continue
    }
    const block = blockAt()
    if (block) {
      if (block.text === '') return null
      result += `[${block.negative ? '^' : ''}${block.text}]`
      continue
    }
    const letter = pattern[at + 1] ?? ''
    at += 2
    const lower = classEscapes[letter.toLowerCase()]
    if (letter === 'w') result += '[^\\pP\\pZ\\pC]'
    else if (letter === 'W') result += '[\\pP\\pZ\\pC]'
    else if (lower === undefined) result += char + letter
    else result += `[${letter === letter.toLowerCase() ? '' : '^'}${lower}]`
  }
  return result
}
