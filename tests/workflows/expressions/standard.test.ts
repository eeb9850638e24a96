import { describe, expect, it } from 'vitest'
import { formatValue } from '../../../workflows/expressions/text.ts'
import { evaluation, feelValue } from '../../support/feel.ts'

/** Each row is an expression and, behind `==>`, one of the same value that needs nothing but literals. */
const check = (section: string, rows: string) =>
  describe(section, () => {
    it.each(
      rows
        .trim()
        .split('\n')
        .map((row) => row.trim().split(' ==> ') as [string, string]),
    )('%s is %s', (source, expected) => {
      expect(formatValue(feelValue(source))).toBe(formatValue(feelValue(expected)))
    })
  })

check(
  'a local time compares at the offset of the other (DMN 1.5, table 54)',
  String.raw`
    @"10:00:00" < @"11:00:00Z" ==> true
    @"10:00:00+05:00" > @"09:00:00" ==> true
    @"10:00:00" = @"10:00:00Z" ==> false
    @"2026-01-01T10:00:00" < @"2026-01-01T11:00:00Z" ==> true
    @"2026-01-01T12:00:00" between @"2026-01-01T11:00:00+08:00" and @"2026-01-01T13:00:00+08:00" ==> true
    @"2026-06-01T10:00:00" < @"2026-06-01T10:30:00@Europe/Paris" ==> true
    @"2026-06-01T10:00:00" = @"2026-06-01T10:00:00@Europe/Paris" ==> false
    @"2026-06-01T10:00:00" in [@"2026-06-01T09:00:00Z"..@"2026-06-01T10:00:00Z"] ==> true
    max(@"2026-01-01T10:00:00", @"2026-01-01T11:00:00Z") ==> @"2026-01-01T11:00:00Z"
    time("10:30:00.0001") = time("10:30:00.0002") ==> true
  `,
)

check(
  'temporal arithmetic (DMN 1.5, tables 57 and 59)',
  String.raw`
    @"2026-01-02" - @"2026-01-01T10:00:00Z" ==> @"PT14H"
    @"2026-01-02T10:00:00Z" - @"2026-01-01" ==> @"P1DT10H"
    @"2026-01-02" - @"2026-01-01T10:00:00" ==> null
    @"2026-01-01T10:00:00" - @"2026-01-01" ==> null
    @"2026-01-01T10:00:00" - @"2026-01-01T10:00:00Z" ==> null
    @"2026-01-01" + @"PT25H" ==> @"2026-01-02"
    @"2026-01-01" - @"PT1H" ==> @"2025-12-31"
    @"P1M" + @"2024-01-31" ==> @"2024-02-29"
    @"P1D" - @"2026-01-31" ==> null
    @"23:00:00" + @"PT2H" ==> @"01:00:00"
    @"10:00:00" + @"P1D" ==> @"10:00:00"
    @"P1M" * 1.5 ==> @"P1M"
    @"P1Y" / @"P5M" ==> 2.4
    2 / @"P1D" ==> null
    @"P1D" * @"P1D" ==> null
    -@"P1D" ==> @"-P1D"
    -@"2026-01-01" ==> null
  `,
)

check(
  'properties (DMN 1.5, table 66)',
  String.raw`
    @"10:00:00.5".second ==> 0.5
    @"2026-01-01T10:00:12.25".second ==> 12.25
    @"PT1.5S".seconds ==> 1.5
    @"-PT1.5S".seconds ==> -1.5
    @"-PT25H".hours ==> -1
    @"10:11:12+02:00".timezone ==> null
    @"2026-01-01T10:00:00-02:30".time offset ==> @"-PT2H30M"
    (<= 10).start ==> null
    (<= 10).start included ==> false
    (<= 10).end included ==> true
  `,
)

check(
  'the hour that a clock shows twice is kept apart',
  String.raw`
    (@"2026-10-25T02:30:00@Europe/Berlin" + @"PT1H") - @"2026-10-25T02:30:00@Europe/Berlin" ==> @"PT1H"
    (@"2026-10-25T02:30:00@Europe/Berlin" + @"PT1H").time offset ==> @"PT1H"
    @"2026-10-25T02:30:00@Europe/Berlin" < @"2026-10-25T02:30:00@Europe/Berlin" + @"PT1H" ==> true
    string(@"2026-03-29T02:30:00@Europe/Berlin") ==> "2026-03-29T03:30:00@Europe/Berlin"
  `,
)

check(
  'instance of (DMN 1.5, table 61)',
  String.raw`
    [1] instance of list ==> null
    {a: 1} instance of context ==> null
    [1..2] instance of range ==> null
    1 instance of foo ==> null
    null instance of Null ==> true
    null instance of Any ==> false
    (> 5) instance of range<number> ==> true
    ["a".."b"] instance of range<number> ==> false
    [[1]] instance of list<list<number>> ==> true
    [1, null] instance of list<number> ==> true
    {a: 1} instance of context<a: number, b: number> ==> false
    (function(x: Any) x) instance of function<number> -> Any ==> true
    (function(x: number) x) instance of function<string> -> Any ==> false
    (function(x: number) "a") instance of function<number> -> string ==> true
    (function(x: number) "a") instance of function<number> -> number ==> false
  `,
)

check(
  'arguments by name: what is left out is null (DMN 1.5, 10.3.2.13.5)',
  String.raw`
    (function(a, b) b = null)(a: 1) ==> true
    (function(a, b) a)(a: 1, c: 2) ==> null
    (function(a, b) a)(a: 1, a: 2) ==> null
    (function(a, b) a)(b: 1, a: 2) ==> 2
    list contains(list: [1, null]) ==> true
    context put(context: {}, key: "a") ==> {a: null}
    insert before(list: [1], position: 1) ==> [null, 1]
    substring(string: "abc") ==> null
    list contains(element: 1) ==> null
    string(from: 1, to: 2) ==> null
  `,
)

check(
  'the only item of a list stands for itself where one is asked (DMN 1.5, 10.3.2.9.4)',
  String.raw`
    date(["2026-01-01"]) ==> @"2026-01-01"
    time(["10:00:00"]) ==> @"10:00:00"
    date and time([@"2026-01-01"]) ==> @"2026-01-01T00:00:00"
    duration(["P1D"]) ==> @"P1D"
    number(["1"]) ==> 1
    contains(["foobar"], "of") ==> false
    date([]) ==> null
    string(["a"]) ==> "[\"a\"]"
    3[item > 2] ==> [3]
    (function(x: number) x)([1]) ==> 1
    (function(x: list<number>) x)(1) ==> [1]
    (function(x: list<number>) x)(["a"]) ==> null
  `,
)

check(
  'functions handed to functions',
  String.raw`
    (function(f: function<number> -> number) f(3))(function(x: number) x + 1) ==> 4
    (function(f: function<number> -> string) f(3))(function(x: number) 1) ==> null
    for f in [floor, ceiling] return f(1.5) ==> [1, 2]
    {f: function(x) function(y) x + y, r: f(1)(2)}.r ==> 3
    {f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(10)}.r ==> 55
  `,
)

check(
  'numbers from text (DMN 1.5, table 72)',
  String.raw`
    number("1 000,5", " ", ",") ==> 1000.5
    number("+5", null, null) ==> null
    number("5.", null, null) ==> null
    number(".5", null, null) ==> 0.5
    number("1,000", ",", ",") ==> null
    number("1.0.0", null, ".") ==> null
    number(" 5", null, null) ==> null
  `,
)

check(
  'patterns are those of XPath 2.0 and nothing else (F&O 7.6.1)',
  String.raw`
    matches("hello world", "hello\ sworld", "x") ==> true
    matches("hello world", "hello[ ]world", "x") ==> true
    matches("helloworld", "hello[ ]world", "x") ==> false
    matches("é1", "[\p{L}-[a-z]]\d") ==> true
    matches("a1", "[\p{L}-[a-z]]\d") ==> false
    matches("a", "[\p{Foo" + "}-[b]]") ==> null
    matches("𠀁", "[\p{L}-[a]]") ==> true
    matches("󰀁", "[\P{L}-[a]]") ==> true
    matches("5", "[\d-[5]]") ==> false
    matches("٣", "[\D]") ==> false
    matches("a", "[\W]") ==> false
    matches("中", "^[\w]$") ==> true
    matches("1", "[\I]") ==> true
    matches("a", "[\P{IsBasicLatin}]") ==> false
    matches("x-y", "[\-]") ==> true
    matches("a^", "[b^]") ==> true
    matches("aaa", "^a{2,3}?$") ==> true
    matches("a{b", "a\{b") ==> true
    matches("m", "\p{Lu}", "i") ==> false
    matches("m", "\P{Lu}", "i") ==> true
    matches("m", "[\p{Lu}]", "i") ==> false
    matches("m", "[\p{Lu}M]", "i") ==> true
    matches("\u212A", "[A-Z]", "i") ==> true
    matches("O", "[A-Z-[OI]]", "i") ==> false
  `,
)

describe('what is no pattern of XPath', () => {
  it.each([
    'a{,2}',
    'a]b',
    'a}b',
    String.raw`[asd\0]`,
    String.raw`\h`,
    String.raw`\b`,
    '[[a]',
    '[b-a]',
    '(?=a)',
    '(?i)a',
    String.raw`(a)\1`,
    String.raw`\p{Foo}`,
    String.raw`\p{IsFoo}`,
    'a**',
    'a{2,1}',
    '(',
    '*',
    '[]',
  ])('%s gives null and says why', (pattern) => {
    expect(evaluation('matches("a", p)', { p: pattern })).toMatchObject({
      value: null,
      warnings: [{ code: 'feel.no_result' }],
    })
  })
})
