import { compileExpression, compileUnaryTests } from '../../workflows/expressions/compile.ts'
import type { Evaluation, Scope } from '../../workflows/expressions/compile.ts'
import { toJson } from '../../workflows/expressions/json.ts'
import { formatValue } from '../../workflows/expressions/text.ts'
import type { FeelValue } from '../../workflows/expressions/values.ts'

/** Every code with which a source may be refused or an evaluation may fail; anything else is a defect. */
const documented = new Set([
  'feel.syntax',
  'feel.size',
  'feel.characters',
  'feel.forbidden_name',
  'feel.range',
  'feel.external',
  'feel.pattern',
  'feel.budget',
])

const seeds = [
  'amount > 500 and tier = "gold"',
  'if amount * 0.13 > 100 then "a" else lower case("B")',
  'for i in 1..3, j in [i, 2] return i * j + count(partial)',
  'some x in items satisfies x.price > 5 and x.sku != null',
  'every x in 1..n satisfies x < 9',
  'items[price > 5].sku',
  'items[-1]',
  '{a: 1, b: a + 1, f: function(x, y) x ** y, r: f(2, b)}.r',
  'date("2026-02-28") + duration("P1M")',
  'date and time("2026-03-29T02:30@Europe/Berlin") - @"2026-01-01T00:00:00Z"',
  'time("10:00:00+08:00").hour between 9 and 18',
  '@"P1DT2H" / @"PT1H"',
  'substring("foobar", -2, 1) + string(1.50)',
  'replace("abracadabra", "(a)(.)", "$2$1", "i")',
  'matches(text, "^[a-z-[aeiou]]+$")',
  'split("a;b;c", ";")',
  'sort(items, function(a, b) a.price < b.price)',
  'list replace([1, 2, 3], function(item, newItem) item > 2, 9)',
  'sum(for i in items return i.price)',
  'get value({a: {b: 1}}, "a").b',
  'context put({x: 1}, ["y", "z"], 2)',
  'context merge([{a: 1}, {b: 2}])',
  '5 in (> 3, [1..4), not(6))',
  '[1..5] = [1..5]',
  'before([1..5], 10) and includes([1..9], 3)',
  'x instance of function<number> -> Any',
  'null = null or true and null',
  'decimal(1 / 3, 2) ** -2',
  'string join(["a", "b"], "-", "<", ">")',
  'distinct values(concatenate([1, 2], [2, 3]))',
  '(function(x) x(x))(function(x) x)',
  'number("1 000,5", " ", ",")',
  'now() > date and time("2026-01-01T00:00:00Z")',
  'years and months duration(date("2020-01-01"), today()).years',
  '订单 金额 * 2 /* 注释 */ - -1 // end',
  'range("[1..3]").start included',
  'week of year(@"2026-11-25")',
  '"\\u0041\\U01F40E" + \'',
  '[[1, [2]], {a: [3]}]',
  'flatten([[1, [2]], 3])[item > 1]',
  '-(amount) - --1',
  '[1, "a", null, @"P1D"][2]',
  'a.constructor.name',
  '{"__proto__": 1}',
  '> 5, [1..3], "x", not("y")',
  'not(< 5, date("2026-01-01"))',
]

const scraps = [
  ...'()[]{}<>=!+-*/.,:;?"@|&%$^~`\\'.split(''),
  '..', '**', '<=', '>=', '!=', '->', ' and ', ' or ', ' in ', ' between ', ' instance of ', ' satisfies ', ' return ', ' if ', ' then ', ' else ',
  'for i in ', 'some x in ', 'every y in ', 'function(x) ', 'not(', 'null', 'true', 'false', '0', '1', '-1', '1e400', '9007199254740993', '0.1', '1e-30',
  '"a"', '""', '"\\n"', '@"2026-01-01"', '@"P1D"', '@"-P9Y"', '@"10:00:00@Asia/Shanghai"', 'amount', 'tier', 'items', 'text', 'n', 'x', '订单 金额', 'item', 'partial', '?',
  'sum(', 'count(', 'string(', 'number(', 'date(', 'split(', 'replace(', 'matches(', 'sort(', 'append(', 'union(', 'min(', 'exp(', 'sqrt(', 'modulo(', 'get entries(', 'range(',
  '.price', '[1]', '[item > 1]', '/*', '*/', '//', '\n', '\t', '\u0000', '\u{1F40E}', '__proto__', 'constructor', ' ',
] // prettier-ignore

const variables: Record<string, unknown> = {
  amount: 120.5,
  tier: 'gold',
  n: 1e9,
  text: 'bcd',
  x: null,
  '订单 金额': 62_000,
  items: [{ sku: 'A', price: 5 }, { sku: null, price: 7.25 }, { price: 'many' }],
}

const scope: Scope = {
  get: (name) => (Object.hasOwn(variables, name) ? variables[name] : undefined),
  now: '2026-11-25T10:30:00Z',
  timeZone: 'Asia/Shanghai',
}

/** Numbers from a seed that are the same on every machine. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

/** A seed, changed a few times: pieces taken out, doubled, swapped, put in from elsewhere. */
function mutated(pick: (below: number) => number): string {
  const seed = () => seeds[pick(seeds.length)] as string
  const scrap = () => scraps[pick(scraps.length)] as string
  let text = pick(12) === 0 ? '' : seed()
  for (let times = pick(3) + 1; times > 0; times--) {
    const words = [...text.matchAll(/[\p{L}\p{N}_]+|\s+|./gsu)]
    // Mostly at the edges of words, which keeps more of them readable.
    const from = pick(4) === 0 ? pick(text.length + 1) : (words[pick(words.length + 1)]?.index ?? text.length)
    const length = pick(3) === 0 ? pick(9) : (words.find(({ index }) => index >= from)?.[0].length ?? 0)
    const [head, piece, tail] = [text.slice(0, from), text.slice(from, from + length), text.slice(from + length)]
    const changes = [
      () => head + tail,
      () => `${head}(${piece || seed()})${tail}`,
      () => `${head}[${seed()}]${tail}`,
      () => `if ${text} then ${seed()} else ${scrap()}`,
      () => `{a: ${text}, b: ${seed()}}`,
      () => `for i in [${text}] return ${seed()}`,
      () => `${text} = ${seed()}`,
      () => head + scrap() + piece + tail,
      () => head + scrap() + tail,
      () => head + piece + piece + tail,
      () => head + seed() + tail,
      () => `${head}(${seed()})${tail}`,
      () => tail + piece + head,
      () => head + String.fromCodePoint(pick(0x2_ff)) + tail,
    ]
    text = (changes[pick(changes.length)] as () => string)()
  }
  return text
}

const inputs: readonly FeelValue[] = [null, 5, 'gold', true, [1, 2]]

const told = (result: Evaluation): string =>
  result.ok ? `${formatValue(result.value)} ${JSON.stringify(toJson(result.value))}` : result.code

export interface FuzzOutcome {
  runs: number
  refused: number
  failed: number
  values: number
  nulls: number
  /** The longest that one source took, in milliseconds, and which. */
  slowest: { milliseconds: number; source: string }
  /** Sources that threw, told two things, or used a code that is not documented. */
  defects: string[]
}

/** What a source gives, twice; every third one as unary tests as well. */
function verdictsOf(source: string, run: number): [string, string][] {
  const compiled = compileExpression(source)
  const input = inputs[run % inputs.length] ?? null
  const once = () => (compiled.ok ? told(compiled.expression.evaluate(scope)) : `refused ${compiled.problem.code}`)
  const pairs: [string, string][] = [[once(), once()]]
  if (run % 3 === 0) {
    const cell = compileUnaryTests(source)
    const test = () => (cell.ok ? told(cell.tests.evaluate(scope, input)) : `refused ${cell.problem.code}`)
    pairs.push([test(), test()])
  }
  return pairs
}

/**
 * Compiles and evaluates mutated expressions and unary tests, each twice: only documented codes may come out, both times
 * the same, and no prototype may have changed.
 */
export function fuzz(runs: number, seed: number): FuzzOutcome {
  const pick = random(seed)
  const outcome: FuzzOutcome = {
    runs,
    refused: 0,
    failed: 0,
    values: 0,
    nulls: 0,
    slowest: { milliseconds: 0, source: '' },
    defects: [],
  }
  for (let run = 0; run < runs; run++) {
    const source = mutated(pick)
    const started = performance.now()
    try {
      const verdicts = verdictsOf(source, run)
      for (const [verdict, again] of verdicts) {
        const code = /^(?:refused )?(feel\.\w+)$/.exec(verdict)?.[1]
        if (code !== undefined && !documented.has(code)) outcome.defects.push(`${code}: ${source}`)
        if (verdict !== again) outcome.defects.push(`two verdicts: ${source}`)
      }
      const [[first] = ['', '']] = verdicts
      if (first.startsWith('refused ')) outcome.refused++
      else if (/^feel\.\w+$/.test(first)) outcome.failed++
      else if (first.startsWith('null ')) outcome.nulls++
      else outcome.values++
    } catch (error) {
      outcome.defects.push(`${String(error)}: ${source}`)
    }
    const milliseconds = performance.now() - started
    if (milliseconds > outcome.slowest.milliseconds) outcome.slowest = { milliseconds, source }
  }
  if (Object.keys(Object.prototype).length > 0 || Object.keys(Array.prototype).length > 0)
    outcome.defects.push('a prototype has changed')
  return outcome
}
