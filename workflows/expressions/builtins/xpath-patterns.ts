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

const written = (ranges: Ranges) => ranges.map(([from, to]) => `${codePoint(from)}-${codePoint(to)}`).join('')

/** A class that nothing is in. */
const nothing = '[^\\x{0}-\\x{10ffff}]'

const nameStart =
  ':A-Z_a-z\\x{c0}-\\x{d6}\\x{d8}-\\x{f6}\\x{f8}-\\x{2ff}\\x{370}-\\x{37d}\\x{37f}-\\x{1fff}\\x{200c}-\\x{200d}\\x{2070}-\\x{218f}\\x{2c00}-\\x{2fef}\\x{3001}-\\x{d7ff}\\x{f900}-\\x{fdcf}\\x{fdf0}-\\x{fffd}\\x{10000}-\\x{effff}'
const nameChar = `${nameStart}\\-.0-9\\x{b7}\\x{300}-\\x{36f}\\x{203f}-\\x{2040}`

/** Escapes of XPath for many characters, as the inside of a class; their capital letters mean all others. */
const classEscapes: Record<string, string> = {
  d: '\\p{Nd}',
  s: '\\x{9}\\x{a}\\x{d}\\x{20}',
  w: '\\p{L}\\p{M}\\p{N}\\p{S}',
  i: nameStart,
  c: nameChar,
}

/** Characters that mean something in a pattern and themselves behind a backslash. */
const escapable = new Set('\\|.?*+(){}-[]^$')

const measured = new Map<string, Ranges>()

/** Planes of Unicode in which every character is of one kind; the others are looked at one by one. */
const uniform: Ranges = [
  [0x4_00_00, 0xd_ff_ff],
  [0xe_10_00, 0xe_ff_ff],
  [0xf_00_00, last],
]

/** Every character once, in order, of a uniform plane the first. */
let everyCharacter = ''

function writeEveryCharacter(): string {
  const singles: Ranges = [
    [0, 0xd7_ff],
    [0xe0_00, 0x4_00_00],
    [0xe_00_00, 0xe_10_00],
    [0xf_00_00, 0xf_00_00],
  ]
  for (const [from, to] of singles)
    for (let code = from; code <= to; code++) everyCharacter += String.fromCodePoint(code)
  return everyCharacter
}

/**
 * The characters that a property, a block or an escape means; null when there is no such property. Only wanted where RE2
 * cannot take characters away from a class. There are a few hundred names, so what was measured once is kept.
 */
function rangesOf(inside: string): Ranges | null {
  const known = measured.get(inside)
  if (known) return known
  const all = everyCharacter === '' ? writeEveryCharacter() : everyCharacter
  let runs: RegExp
  try {
    runs = new RegExp(`[${inside.replaceAll(String.raw`\x{`, String.raw`\u{`)}]+`, 'gu')
  } catch {
    return null
  }
  const ranges = Array.from(all.matchAll(runs), ([run]): Ranges[number] => {
    const to = Array.from(run.slice(-2)).at(-1)?.codePointAt(0) ?? 0
    return [run.codePointAt(0) ?? 0, uniform.find(([from]) => from === to)?.[1] ?? to]
  })
  measured.set(inside, ranges)
  return ranges
}

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

/** What is in a class: single characters and ranges of them, and what is named by a property or block. */
interface Members {
  ranges: Ranges
  named: string[]
}

/** A pattern that is none in XPath; caught where its translation began. */
const invalid = Symbol('invalid')

/**
 * Writes a pattern of XPath 2.0 (F&O 7.6.1, which DMN refers to) for RE2; null when it is none, or refers back to what a
 * group found, which no linear search can do. Groups without a number are those of XPath 3.0.
 */
export function forRe2(pattern: string, ignoresCase = false): string | null {
  try {
    return translated(pattern, ignoresCase)
  } catch (thrown) {
    if (thrown === invalid) return null
    throw thrown
  }
}

function translated(pattern: string, ignoresCase: boolean): string {
  let at = 0

  function fail(): never {
    throw invalid
  }

  const known = (inside: string): Ranges => rangesOf(inside) ?? fail()

  const allOf = ({ ranges, named }: Members): Ranges => union([...ranges, ...named.flatMap(known)])

  /** Behind a backslash: a property or block, as the inside of a class. */
  function property(): string {
    const [whole, letter, negated, name = ''] =
      /^([pP])\{(\^?)([A-Za-z][A-Za-z0-9-]*)\}/.exec(pattern.slice(at, at + 60)) ?? fail()
    if (negated) fail()
    at += whole.length
    const isNegative = letter === 'P'
    if (!name.startsWith('Is')) return `\\${letter}{${name}}`
    const block = blocks[name.slice(2)] ?? fail()
    return isNegative ? written(complement(known(block))) : block
  }

  /** Behind a backslash: many characters at once, as the inside of a class; null when it is a single one. */
  function many(): string | null {
    const letter = pattern[at] ?? fail()
    if (letter === 'p' || letter === 'P') return property()
    const inside = classEscapes[letter.toLowerCase()]
    if (inside === undefined) return null
    at++
    return letter in classEscapes ? inside : written(complement(known(inside)))
  }

  /** Behind a backslash: the character that it stands for. */
  function escaped(): number {
    const letter = pattern[at++] ?? fail()
    if (letter in controls) return controls[letter] as number
    return escapable.has(letter) ? (letter.codePointAt(0) as number) : fail()
  }

  /** A single character of a class, or null when it was an escape for many, which is noted. */
  function member(members: Members): number | null {
    const code = pattern.codePointAt(at) ?? fail()
    at += code > 0xff_ff ? 2 : 1
    if (code === 0x5b) fail()
    if (code !== 0x5c) return code
    const named = many()
    if (named === null) return escaped()
    members.named.push(named)
    return null
  }

  /** Behind an opening bracket; leaves the place behind the closing one. */
  function readClass(): { members: Members; negative: boolean } {
    const negative = pattern[at] === '^'
    if (negative) at++
    const members: Members = { ranges: [], named: [] }
    const begin = at
    while (at < pattern.length) {
      if (pattern[at] === ']' && at > begin) {
        at++
        return { members, negative }
      }
      if (pattern[at] === '-' && pattern[at + 1] === '[' && at > begin) {
        at += 2
        const inner = readClass()
        if (pattern[at++] !== ']') fail()
        const outer = negative ? complement(allOf(members)) : allOf(members)
        const taken = inner.negative ? complement(allOf(inner.members)) : allOf(inner.members)
        return { members: { ranges: without(outer, taken), named: [] }, negative: false }
      }
      const from = member(members)
      if (from === null) continue
      if (pattern[at] === '-' && pattern[at + 1] !== ']' && pattern[at + 1] !== '[') {
        at++
        const to = member(members)
        if (to === null || to < from) fail()
        members.ranges.push([from, to])
      } else members.ranges.push([from, from])
    }
    return fail()
  }

  function classOf({ members, negative }: ReturnType<typeof readClass>): string {
    const ranges = written(union(members.ranges))
    const named = members.named.join('')
    if (ranges === '' && named === '') return nothing
    if (!ignoresCase || named === '') return `[${negative ? '^' : ''}${ranges}${named}]`
    if (ranges === '') return asWritten(`[${negative ? '^' : ''}${named}]`)
    return negative ? `[^${ranges}${named}]` : `(?:${asWritten(`[${named}]`)}|[${ranges}])`
  }

  /** What is named by a property keeps its case also where case does not count (F&O 7.6.1.1). */
  const asWritten = (text: string) => (ignoresCase ? `(?-i:${text})` : text)

  let result = ''
  while (at < pattern.length) {
    const char = pattern[at++] as string
    if (char === '[') result += classOf(readClass())
    else if (char === '\\') {
      const named = many()
      result += named === null ? codePoint(escaped()) : asWritten(`[${named}]`)
    } else if (char === '{') {
      const [quantity] = /^\d+(?:,\d*)?\}/.exec(pattern.slice(at)) ?? fail()
      result += char + quantity
      at += quantity.length
    } else if (char === ']' || char === '}') fail()
    else if (char === '(' && pattern[at] === '?' && pattern[at + 1] !== ':') fail()
    else result += char
  }
  return result
}
