import { describe, expect, it } from 'vitest'
import { builtins } from '../../../workflows/expressions/builtins/table.ts'
import { compileExpression } from '../../../workflows/expressions/compile.ts'
import { aScope, feel, feelValue } from '../../support/feel.ts'

type Row = [source: string, expected: unknown]

const check = (rows: Row[]) =>
  it.each(rows)('%s', (source, expected) => {
    expect(feel(source)).toEqual(expected)
  })

describe('numeric functions', () => {
  check([
    ['decimal(1/3, 2)', 0.33],
    ['decimal(2.5, 0)', 2],
    ['decimal(1.5, 0)', 2],
    ['floor(1.5)', 1],
    ['floor(-1.56, 1)', -1.6],
    ['ceiling(-1.5)', -1],
    ['ceiling(1.51, 1)', 1.6],
    ['round up(5.5, 0)', 6],
    ['round up(-1.1, 0)', -2],
    ['round down(-5.5, 0)', -5],
    ['round half up(2.5, 0)', 3],
    ['round half up(-2.5, 0)', -3],
    ['round half down(2.5, 0)', 2],
    ['round half up(1250, -2)', 1300],
    ['abs(-10)', 10],
    ['abs(duration("-P1D"))', 'P1D'],
    ['modulo(10, 4)', 2],
    ['modulo(-10, 4)', 2],
    ['modulo(10, -4)', -2],
    ['modulo(10.1, 4.5)', 1.1],
    ['modulo(1, 0)', null],
    ['sqrt(16)', 4],
    ['sqrt(-1)', null],
    ['log(0)', null],
    ['decimal(exp(1), 5)', 2.71828],
    ['decimal(log(10), 5)', 2.30259],
    ['odd(5)', true],
    ['odd(-1)', true],
    ['even(0)', true],
    ['even(2.5)', false],
    ['floor(null)', null],
    ['floor("1")', null],
    ['floor()', null],
    ['floor(n: 1.5)', 1],
    ['floor(m: 1.5)', null],
    ['round up(scale: 1, n: 1.11)', 1.2],
    ['floor([1.5])', 1],
  ])
})

describe('text functions', () => {
  check([
    ['substring("foobar", 3)', 'obar'],
    ['substring("foobar", 3, 3)', 'oba'],
    ['substring("foobar", -2, 1)', 'a'],
    ['substring("\u{1F40E}ab", 2)', 'ab'],
    ['substring("foobar", 0)', null],
    ['string length("退货\u{1F40E}")', 3],
    ['upper case("aBc4")', 'ABC4'],
    ['lower case("aBc4")', 'abc4'],
    ['substring before("foobar", "bar")', 'foo'],
    ['substring before("foobar", "xyz")', ''],
    ['substring after("foobar", "ob")', 'ar'],
    ['substring after("", "a")', ''],
    ['contains("foobar", "of")', false],
    ['starts with("foobar", "fo")', true],
    ['ends with("foobar", "r")', true],
    ['matches("foobar", "^Fo*b", "i")', true],
    ['matches("a\\nb", "a.b", "s")', true],
    ['matches("a b", "a b", "x")', false],
    ['matches("foo", "o", "q")', null],
    ['replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '[1=ab][2=]cd'],
    ['replace("12.50", "[.]", ",")', '12,50'],
    ['replace("a", "a", "\\\\$1")', '$1'],
    ['replace("a", "a", "$")', null],
    ['split("a;b;c;;", ";")', ['a', 'b', 'c', '', '']],
    ['split("John Doe", "\\\\s")', ['John', 'Doe']],
    ['extract("references are 1234, 1256, 1378", "12[0-9]*")', ['1234', '1256']],
    ['string join(["a", "b", null, "c"], "-")', 'a-b-c'],
    ['string join(["a", "b"], ",", "[", "]")', '[a,b]'],
    ['string join([])', ''],
    ['string join(["a", 1])', null],
    ['string(1.10)', '1.1'],
    ['string(null)', null],
    ['string([1, "a", {b: null}])', '[1, "a", {b: null}]'],
    ['string(date("2026-01-02"))', '2026-01-02'],
    ['trim("  a ")', 'a'],
    ['is blank(" ")', true],
    ['contains(null, "a")', null],
  ])
})

describe('list functions', () => {
  check([
    ['list contains([1, 2, null], null)', true],
    ['list contains([1, 2], 3)', false],
    ['count([1, 2, 3])', 3],
    ['count([])', 0],
    ['count(1)', 1],
    ['min(1, 2, 3)', 1],
    ['max([1, 3, 2])', 3],
    ['max("a", "b")', 'b'],
    ['min([])', null],
    ['max([1, "a"])', null],
    ['max(date("2026-01-01"), date("2026-02-01"))', '2026-02-01'],
    ['sum([0.1, 0.2])', 0.3],
    ['sum([])', null],
    ['sum([1, null])', null],
    ['sum([duration("P1D"), duration("PT12H")])', 'P1DT12H'],
    ['mean([1, 2, 3, 4])', 2.5],
    ['product(2, 3, 4)', 24],
    ['median(8, 2, 5, 3, 4)', 4],
    ['median([6, 1, 2, 3])', 2.5],
    ['decimal(stddev(2, 4, 7, 5), 6)', 2.081666],
    ['stddev([47])', null],
    ['mode(6, 3, 9, 6, 6)', [6]],
    ['mode([6, 1, 9, 6, 1])', [1, 6]],
    ['mode([])', []],
    ['all([true, null, false])', false],
    ['all([true, null])', null],
    ['all([])', true],
    ['any([false, null, true])', true],
    ['any([false, 1])', null],
    ['any([])', false],
    ['sublist([4, 5, 6], 1, 2)', [4, 5]],
    ['sublist([4, 5, 6], -1)', [6]],
    ['sublist([4, 5, 6], 4)', null],
    ['append([1], 2, 3)', [1, 2, 3]],
    ['concatenate([1], [2, 3], 4)', [1, 2, 3, 4]],
    ['insert before([1, 3], 1, 2)', [2, 1, 3]],
    ['insert before([1, 3], 9, 2)', null],
    ['remove([1, 2, 3], 2)', [1, 3]],
    ['list replace([2, 4, 7, 8], 3, 6)', [2, 4, 6, 8]],
    ['list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)', [5, 5, 7, 8]],
    ['reverse([1, 2, 3])', [3, 2, 1]],
    ['index of([1, 2, 3, 2], 2)', [2, 4]],
    ['union([1, 2], [2, 3])', [1, 2, 3]],
    ['distinct values([1, 2, 1.0, null, null])', [1, 2, null]],
    ['duplicate values([1, 2, 1])', [1]],
    ['flatten([[1, 2], [[3]], 4])', [1, 2, 3, 4]],
    ['sort([3, 1, 2])', [1, 2, 3]],
    ['sort(list: [3, 1, 2], precedes: function(x, y) x > y)', [3, 2, 1]],
    ['sort([1, "a"])', null],
    ['partition([1, 2, 3], 2)', [[1, 2], [3]]],
    ['is empty([])', true],
  ])
})

describe('context functions', () => {
  check([
    ['get value({key1: "value1"}, "key1")', 'value1'],
    ['get value({key1: "value1"}, "other")', null],
    [
      'get entries({a: 1, b: 2})',
      [
        { key: 'a', value: 1 },
        { key: 'b', value: 2 },
      ],
    ],
    ['context([{key: "a", value: 1}, {key: "b", value: 2}])', { a: 1, b: 2 }],
    ['context([{key: "a", value: 1}, {key: "a", value: 2}])', null],
    ['context put({x: 1}, "y", 2)', { x: 1, y: 2 }],
    ['context put({x: 1, y: {a: 0}}, ["y", "a"], 2)', { x: 1, y: { a: 2 } }],
    ['context merge([{x: 1, y: 0}, {y: 2}])', { x: 1, y: 2 }],
    ['get or else(null, 1)', 1],
    ['is defined(null)', false],
    ['assert(1, true)', 1],
    ['cycle(3, duration("PT1H"))', 'R3/PT1H'],
    ['cycle(duration("P1M"))', 'R/P1M'],
    ['cycle(-1, duration("PT1H"))', null],
    ['cycle(1.5, duration("PT1H"))', null],
    ['from json("{\\"a\\": [1]}").a[1]', 1],
    ['from json("{")', null],
    ['to json({a: [1, null]})', '{"a":[1,null]}'],
    ['fromAi(1, "why", "number")', 1],
    ['{a: 1, b: a + 1, c: {d: b * 2}}.c.d', 4],
    ['{"order total": 3}.order total', 3],
    ['{foo+bar: 1}.foo+bar', 1],
    ['{a: 1, a: 2}', null],
  ])
})

describe('range functions', () => {
  check([
    ['before(1, 10)', true],
    ['before([1..10], 10)', false],
    ['before([1..10), 10)', true],
    ['before([1..10), [10..15])', true],
    ['after([11..15], [1..10])', true],
    ['meets([1..5], [5..10])', true],
    ['meets([1..5), [5..10])', false],
    ['met by([5..10], [1..5])', true],
    ['overlaps([3..8], [5..10])', true],
    ['overlaps([1..5), [5..8])', false],
    ['overlaps before([1..5], [3..8])', true],
    ['overlaps before([3..8], [1..5])', false],
    ['overlaps after([3..8], [1..5])', true],
    ['finishes(10, [1..10])', true],
    ['finishes([5..10], [1..10])', true],
    ['finished by([1..10], 10)', true],
    ['includes([1..10], 5)', true],
    ['includes([1..10], [4..6])', true],
    ['includes((1..10], 1)', false],
    ['during(5, [1..10])', true],
    ['starts(1, [1..10])', true],
    ['starts([1..5], [1..10])', true],
    ['started by([1..10], 1)', true],
    ['coincides([1..5], [1..5])', true],
    ['coincides(5, 5)', true],
    ['coincides([1..5], 5)', null],
    ['range("[1..3)").end included', false],
    ['[1..3].start', 1],
    ['3 in range("[1..3]")', true],
    ['before(1, "a")', null],
  ])
})

describe('conversions', () => {
  check([
    ['number("1 000,5", " ", ",")', 1000.5],
    ['number("1.000,5", ".", ",")', 1000.5],
    ['number("1,000.5", ",", ".")', 1000.5],
    ['number("12x")', null],
    ['number("")', null],
    ['number("1", ",", ",")', null],
    ['number("9007199254740993") - 9007199254740992', 1],
    ['is(1, 1.0)', true],
    ['is(@"20:00:50+00:00", @"21:00:50+01:00")', false],
  ])
})

describe('control', () => {
  check([
    ['for i in 1..3 return i * i', [1, 4, 9]],
    ['for i in 3..1 return i', [3, 2, 1]],
    ['for i in [1..3) return i', [1, 2]],
    ['for x in [1, 2], y in [x, 10] return x * y', [1, 10, 4, 20]],
    ['for i in 0..4 return if i = 0 then 1 else i * partial[-1]', [1, 1, 2, 6, 24]],
    ['for d in @"2026-01-30"..@"2026-02-01" return string(d)', ['2026-01-30', '2026-01-31', '2026-02-01']],
    ['for i in null return i', null],
    ['for i in 5 return i', [5]],
    ['some x in [1, 2, 3] satisfies x > 2', true],
    ['every x in [1, 2, 3] satisfies x > 2', false],
    ['some x in [] satisfies x', false],
    ['every x in [true, null] satisfies x', null],
    ['some x in [1, 2], y in [2, 3] satisfies x = y', true],
    ['[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b', [4]],
    ['[1, 2, 3][item > 1]', [2, 3]],
    ['[1, 2, 3][-1]', 3],
    ['[1, 2, 3][5]', null],
    ['[{item: 1}, {item: 2}][item >= 2]', [{ item: 2 }]],
    ['null[1]', null],
    ['5[1]', 5],
    ['[{a: 1}, {b: 2}].a', [1, null]],
    ['(function(a, b) a - b)(b: 1, a: 3)', 2],
    ['{f: function(a: number) a + 1, r: f("x")}.r', null],
    ['{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(10)}.r', 55],
    ['{f: function(x) function(y) x + y, r: f(1)(2)}.r', 3],
    ['1 + /* not 2 */ 1 // two', 2],
    ['[1, "a"] instance of list<number>', false],
    ['[1, 2] instance of list<number>', true],
    ['{a: 1} instance of context<a: number>', true],
    ['(function(a: number) a) instance of function<number> -> Any', true],
    ['[1..2] instance of range<number>', true],
    ['null instance of number', false],
    ['date("2026-01-01") instance of date', true],
  ])

  it('gives null for a function that does not exist', () => {
    expect(feelValue('nothing(1)')).toBeNull()
  })

  it('hands functions to functions', () => {
    expect(feel('{apply: function(f, x) f(x), r: apply(abs, -2)}.r')).toBe(2)
  })
})

describe('every function', () => {
  const clocks = ['now', 'today']

  it.each([...builtins.keys()].filter((name) => !clocks.includes(name) && name !== 'assert'))(
    '%s survives arguments of every type and number',
    (name) => {
      const samples = [
        'null',
        '1',
        '-2.5',
        '"a"',
        'true',
        '[1, "a"]',
        '[]',
        '{a: 1}',
        '@"P1D"',
        '@"P1M"',
        '@"2026-01-01"',
        '@"10:00:00Z"',
        '[1..2]',
        'function(x) x',
      ]

      for (const first of samples)
        for (const rest of ['', ', 1', ', "a"', ', [1], {b: 1}', `, ${first}`])
          expect(() => feelValue(`${name}(${first}${rest})`)).not.toThrow()
    },
  )
})

describe('patterns are those of XPath', () => {
  check([
    [String.raw`matches("a", "[a-c-[b]]")`, true],
    [String.raw`matches("b", "[a-c-[b]]")`, false],
    [String.raw`matches("b", "[^a-c-[x]]")`, false],
    [String.raw`matches("x", "^[^a-c-[x]]$")`, false],
    [String.raw`matches("bcd", "^[A-Z-[AEIOU]]+$", "i")`, true],
    [String.raw`matches("é", "\p{IsLatin-1Supplement}")`, true],
    [String.raw`matches("é", "\P{IsBasicLatin}")`, true],
    [String.raw`matches("xml:id", "^\i\c*$")`, true],
    [String.raw`matches("退款单 1", "^\w+\s\d$")`, true],
    [String.raw`matches("-", "[+--]")`, true],
    [String.raw`matches("]", "[\]]")`, true],
    [String.raw`replace("a.b", "[.]", "$0$0")`, 'a..b'],
    [String.raw`replace("abc", "x*", "-")`, null],
    [String.raw`split("abc", "")`, null],
    [String.raw`split("a,b;c", "[,;]")`, ['a', 'b', 'c']],
  ])
})

describe('edges of the functions', () => {
  check([
    ['substring("foobar", 8)', null],
    ['substring("foobar", 1, 0)', null],
    ['substring("foobar", 3, null)', 'obar'],
    ['sublist([1, 2], 1, null)', [1, 2]],
    ['sublist([1, 2], 1, 0)', null],
    ['concatenate([1], null)', null],
    ['union([1], null)', null],
    ['append(list: [1], item: [2])', [1, [2]]],
    ['list replace([1, 2], function(item) true, 3)', null],
    ['sort([2, 1], function(x) true)', null],
    ['before(range: [1..5], point: 10)', true],
    ['before(point: 1, range: [5..10])', true],
    ['(function(x: date and time) x)(@"2020-01-01")', '2020-01-01T00:00:00Z'],
    ['@"10:11:12@Etc/UTC".timezone', 'Etc/UTC'],
  ])

  it('gives copies of the results so far, never the list that grows', () => {
    expect(feel('for i in 1..3 return partial')).toEqual([[], [[]], [[], [[]]]])
    expect(feel('for i in 1..3 return count(partial)')).toEqual([0, 1, 2])
    expect(feel('for i in 0..4 return if i = 0 then 1 else i * partial[-1]')).toEqual([1, 1, 2, 6, 24])
  })
})

describe('money (reliability F16)', () => {
  check([
    ['money.percent(1050, 15)', 158],
    ['money.percent(-1050, 15)', -158],
    ['money.percent(1050.5, 15)', null],
    ['money.percent(percent: 50, amount: 3)', 2],
    ['money.allocate(100, 3)', [34, 33, 33]],
    ['money.allocate(-100, 3)', [-34, -33, -33]],
    ['money.allocate(10, [0.5, 0.25, 0.25])', [5, 3, 2]],
    ['money.allocate(10, [0, 0])', null],
    ['money.allocate(10, [1, -1])', null],
    ['money.allocate(10, 0)', null],
    ['money.allocate(10, 1001)', null],
    ['{money: {percent: function(a, b) 42}, x: money.percent(1, 2)}.x', 42],
  ])

  it('loses and makes nothing, whatever the amount and the weights are', () => {
    for (let amount = -50; amount <= 50; amount += 7)
      for (const weights of ['[1, 2, 3]', '[0.1, 0.7]', '7', '[5]', '[0, 1, 0, 3]'])
        expect(feel(`sum(money.allocate(${amount}, ${weights}))`)).toBe(amount)
  })

  it.each([
    ['amount * 0.19', 'money.raw_arithmetic'],
    ['0.19 * amount', 'money.raw_arithmetic'],
    ['order.total / 3', 'money.raw_arithmetic'],
    ['(amount + order . total) * 19 / 100', 'money.raw_arithmetic'],
    ['amount * 2', null],
    ['amount * quantity', null],
    ['amount / order.total', null],
    ['quantity * 0.19', null],
    ['money.percent(amount, 19)', null],
  ])('of %s says %s', (source, code) => {
    const compiled = compileExpression(source, { money: ['amount', 'order.total'] })
    expect(compiled.ok ? null : compiled.problem.code).toBe(code)
  })
})

describe('names that are nearly right (reliability F15)', () => {
  it.each([
    ['cuont([1])', 'count'],
    ['string lenght("a")', 'string length'],
    ['amuont + 1', 'amount'],
    ['退款金顿 + 1', '退款金额'],
  ])('%s asks for %s', (source, meant) => {
    const compiled = compileExpression(source, { names: ['amount', '退款金额'], unknownVariables: 'fail' })
    const result = compiled.ok ? compiled.expression.evaluate(aScope()) : null
    const told = compiled.ok ? compiled.expression.notes.map(({ message }) => message.en) : []
    if (result && !result.ok) told.push(result.message.en)
    expect(told.join()).toContain(`Did you mean "${meant}"?`)
  })

  it('asks nothing where no name is near', () => {
    const compiled = compileExpression('zzz(1)')
    expect(compiled.ok && compiled.expression.notes[0]?.message.en).not.toContain('Did you mean')
  })
})
