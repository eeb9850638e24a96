import { describe, expect, it } from 'vitest'
import { compileExpression } from '../../../workflows/expressions/compile.ts'
import { evaluation, feel, feelValue, refusal } from '../../support/feel.ts'

/** Milliseconds of processor time: on a machine that others use as well the clock on the wall measures them. */
const spent = () => process.cpuUsage().user / 1000

describe('what an expression may not do (reliability 7.3)', () => {
  it('refuses what is no expression, with the place of the error (F01)', () => {
    expect(compileExpression('1 +* 2')).toMatchObject({ ok: false, problem: { code: 'feel.syntax', position: 3 } })
    expect(refusal('')).toBe('feel.syntax')
    expect(refusal('amount >')).toBe('feel.syntax')
    expect(refusal('"open')).toBe('feel.syntax')
    expect(refusal('a\nb')).toBe('feel.syntax')
  })

  it.each([
    'a.constructor.name',
    'a.__proto__',
    'get value(a, "constructor")',
    'get value(m: a, key: "__proto__")',
    'this.constructor.constructor("return process")()',
    'constructor',
    '{"__proto__": {"p": 1}}',
    'context put({}, "__proto__", 1)',
    '{constructor: 1}',
  ])('refuses the names that lead into JavaScript: %s (F02, F03, F04)', (source) => {
    expect(refusal(source)).toBe('feel.forbidden_name')
  })

  it('finds no such name at run time either', () => {
    const a = JSON.parse('{"__proto__": {"p": 1}, "b": 1}')

    expect(feelValue('get value(a, key)', { a: {}, key: 'constructor' })).toBeNull()
    expect(feelValue('get value(a, key)', { a, key: '__proto__' })).toBeNull()
    expect(feelValue('context put({}, key, 1)', { key: '__proto__' })).toBeNull()
    expect(feelValue('context([{key: key, value: 1}])', { key: '__proto__' })).toBeNull()
    expect(feel('context merge([a, {c: 2}])', { a })).toEqual({ b: 1, c: 2 })
    expect(feel('get entries(a).key', { a })).toEqual(['b'])
    expect(feelValue('a.toString', { a: {} })).toBeNull()
    expect(feelValue('a.hasOwnProperty', { a: {} })).toBeNull()
    expect(feelValue('toString')).toBeNull()
    expect(Object.hasOwn(Object.prototype, 'p')).toBe(false)
  })

  it.each([
    ['matches(x, "^(a+)+$")', false],
    ['matches(x, y)', false],
    ['replace(x, "^(a+)+$", "b")', `${'a'.repeat(28)}!`],
    ['split(x, "^(a+)+$")', [`${'a'.repeat(28)}!`]],
  ])('matches patterns in linear time: %s (F05, F06, F07)', (source, expected) => {
    const started = spent()

    expect(feel(source, { x: `${'a'.repeat(28)}!`, y: '^(a+)+$' })).toEqual(expected)

    expect(spent() - started).toBeLessThan(200)
  })

  it('takes no pattern of more than 256 characters, and says at once when a literal one is none', () => {
    expect(feelValue('matches("a", y)', { y: 'a'.repeat(257) })).toBeNull()
    expect(refusal('matches(x, "(?=a)")')).toBe('feel.pattern')
    expect(refusal(String.raw`replace(x, "(a)\\1", "b")`)).toBe('feel.pattern')
    expect(feelValue('matches("a", y)', { y: '(' })).toBeNull()
  })

  it.each([
    'count(for i in 1..10000000 return 1)',
    'for i in [1..20000] return i',
    'some i in 1..20000 satisfies i = 0',
    'for i in 1..1000, j in 1..1000 return 1',
    'for i in 1..1000 return for j in 1..1000 return 1',
  ])('refuses %s before it runs (F08, F10)', (source) => {
    expect(refusal(source)).toBe('feel.range')
  })

  it.each([
    ['for i in 1..n return i', { n: 1e9 }],
    ['some i in 1..n satisfies i < 0', { n: 1e9 }],
    ['{f: function(x) f(x), r: f(1)}.r', {}],
    ['(function(x) x(x))(function(x) x(x))', {}],
    ['string join(for i in 1..n return "0123456789")', { n: 200_000 }],
    ['for i in 1..n return log(i)', { n: 9000 }],
    ['for i in 1..n return 1.0000001 ** i', { n: 9000 }],
    ['for i in 1..n return xs = xs', { n: 300, xs: Array.from({ length: 3000 }, (_, i) => i / 7) }],
    ['for i in 1..n return replace("aaaaaaaaaaaaaaaa", "a", "bb")', { n: 9000 }],
    ['{f: function(s, n) if n = 0 then s else f(s + s, n - 1), r: f("0123456789", 40)}.r', {}],
    [
      'string({a: [1,1,1,1], b: [a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b], d: [c,c,c,c,c,c,c,c], e: [d,d,d,d,d,d,d,d], f: [e,e,e,e,e,e,e,e], g: [f,f,f,f,f,f,f,f]}.g)',
      {},
    ],
  ])('ends %s with its budget, quickly (F09, F12, F13)', (source, variables) => {
    const started = spent()

    expect(evaluation(source, variables)).toMatchObject({ ok: false, code: 'feel.budget' })

    expect(spent() - started).toBeLessThan(500)
  })

  it('refuses what is too long or too deep without parsing it (F11)', () => {
    const started = spent()

    expect(refusal('['.repeat(4000))).toBe('feel.size')
    expect(refusal('['.repeat(20_000))).toBe('feel.size')
    expect(refusal(`${'('.repeat(65)}1${')'.repeat(65)}`)).toBe('feel.size')
    expect(refusal(`"${'a'.repeat(5000)}"`)).toBe('feel.size')

    expect(spent() - started).toBeLessThan(100)
  })

  it('parses what is as deep as allowed', () => {
    expect(feel(`${'('.repeat(60)}1${')'.repeat(60)}`)).toBe(1)
    expect(feel(`"${'('.repeat(100)}"`)).toBe('('.repeat(100))
    expect(['feel.size', null]).toContain(refusal(`${'- '.repeat(2000)}x`))
  })

  it('refuses control characters and functions of other languages', () => {
    expect(refusal('a\u0000b')).toBe('feel.characters')
    expect(refusal('function(x) external {java: {class: "java.lang.Math", method signature: "cos(double)"}}')).toBe(
      'feel.external',
    )
  })

  it('takes the time from the command, so that a replay gives the same (F19)', () => {
    expect(feel('now()')).toBe('2026-11-25T10:30:00Z')
    expect(feel('string(today())')).toBe('2026-11-25')
    expect(feel('now() = now()')).toBe(true)
  })

  it('moves a time that a clock change skips, and stores the instant (F18)', () => {
    expect(feel('date and time("2026-03-29T02:30@Europe/Berlin")')).toBe('2026-03-29T01:30:00Z')
    expect(feel('date and time("2026-03-29T02:30@Europe/Berlin").hour')).toBe(3)
  })

  it('says which functions do not exist', () => {
    const compiled = compileExpression('cuont(items) > 1')

    expect(compiled.ok && compiled.expression.notes.map((note) => note.code)).toEqual(['feel.unknown_function'])
  })
})
