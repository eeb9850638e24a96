import { describe, expect, it } from 'vitest'
import { compileExpression, compileUnaryTests } from '../../../workflows/expressions/compile.ts'
import type { FeelValue } from '../../../workflows/expressions/compile.ts'
import { fromJson, toJson } from '../../../workflows/expressions/json.ts'
import { accepts, evaluation, feel, feelValue } from '../../support/feel.ts'

describe('compiling', () => {
  it('tells the variables that an expression reads, and only those', () => {
    const compiled = compileExpression(
      'if amount > limit then count(order.lines[price > 5]) else {a: 1, b: a + tier}.b + (for i in xs return i)',
    )

    expect(compiled.ok && [...compiled.expression.variables].sort()).toEqual(['amount', 'limit', 'order', 'tier', 'xs'])
  })

  it('reads names with spaces, operators and Chinese characters', () => {
    const variables = { 'order total': 7, 'line-count': 2, 订单金额: 3, 'a b+c': 1 }
    const options = { names: Object.keys(variables) }

    expect(evaluation('order total - line-count + 订单金额 * a b+c', variables, options)).toMatchObject({ value: 8 })
    expect(feel('`order total` + 1', variables)).toBe(8)
  })

  it('reads JSON data in place, whatever it holds', () => {
    const order = {
      total: 0.1,
      lines: [
        { sku: 'A', qty: 2 },
        { sku: 'B', qty: 0.5 },
      ],
      note: null,
    }

    expect(feel('order.total + 0.2', { order })).toBe(0.3)
    expect(feel('sum(order.lines.qty)', { order })).toBe(2.5)
    expect(feel('order.lines[sku = "B"].qty', { order })).toEqual([0.5])
    expect(feel('order.note = null and order.nothing = null', { order })).toBe(true)
    expect(feel('order', { order })).toEqual(order)
  })

  it('keeps nothing between evaluations', () => {
    const compiled = compileExpression('concatenate(xs, [n])')
    if (!compiled.ok) throw new Error(compiled.problem.code)
    const xs = [1]
    const evaluate = (n: number) =>
      compiled.expression.evaluate({ get: (name) => (name === 'xs' ? xs : n), now: '', timeZone: 'UTC' })

    expect(evaluate(2)).toMatchObject({ value: [1, 2] })
    expect(evaluate(3)).toMatchObject({ value: [1, 3] })
    expect(xs).toEqual([1])
  })

  it('treats what is no data as missing', () => {
    expect(feelValue('f', { f: () => 1 })).toBeNull()
    expect(feelValue('s', { s: Symbol('x') })).toBeNull()
  })
})

describe('slips that are understood', () => {
  it.each([
    ['金额\uFF1E500', 2, '请用英文(半角)的标点和数字。'],
    ['金额 > \uFF15', 5, '请用英文(半角)的标点和数字。'],
    ['not\uFF08金额\uFF09', 3, '请用英文(半角)的标点和数字。'],
    ['等级 \uFF1D "金卡"', 5, '请用英文(半角)的标点和数字。'],
    ['等级 = “金卡”', 5, '文本请放在英文双引号(")中。'],
    ["等级 = '金卡'", 5, '文本请放在英文双引号(")中。'],
    ['等级 = 「金卡」', 5, '文本请放在英文双引号(")中。'],
    ['金额 == 5', 3, '「等于」写作 =。'],
    ['金额 <> 5', 3, '「不等于」写作 !=。'],
    ['金额 ≥ 5', 3, '「不小于」写作 >=。'],
    ['金额 > 5 && 金额 < 9', 7, '「并且」写作 and。'],
    ['金额 > 5 且 金额 < 9', 7, '「并且」写作 and。'],
    ['金额 > 5 || 金额 < 9', 7, '「或者」写作 or。'],
    ['!(金额 > 5)', 0, '「不是」写作 not(...)。'],
    ['金额 % 5', 3, '「余数」写作 modulo(a, b)。'],
    ['金额 > 5;', 6, '结尾不需要分号。'],
    ['金额 > 500元', 8, '数字后面不写单位'],
  ])('%s is refused at %i: %s', (source, position, hint) => {
    const compiled = compileExpression(source, { names: ['金额', '等级'] })

    expect(compiled.ok ? null : compiled.problem).toMatchObject({
      code: 'feel.syntax',
      position,
      message: { zh: expect.stringContaining(hint), en: expect.stringMatching(/near ".+"\. \S.*\.$/) },
    })
  })

  it('takes such signs in names that are known, in texts and around ranges', () => {
    expect(
      evaluation('金额\uFF08元\uFF09 + 1', { '金额\uFF08元\uFF09': 5 }, { names: ['金额\uFF08元\uFF09'] }),
    ).toMatchObject({
      value: 6,
    })
    expect(feel('"\uFF1E“”" = "\uFF1E“”"')).toBe(true)
    expect(feel('金额\u3000>\u3000500', { 金额: 620 })).toBe(true)
    expect(feel('(=10) = (=10)')).toBe(true)
    expect(feel('5 in =5')).toBe(true)
  })

  it('asks whether a word of FEEL is meant that is written in capitals', () => {
    expect(evaluation('TRUE', {}, { unknownVariables: 'fail' })).toMatchObject({
      ok: false,
      message: { zh: '没有名为「TRUE」的变量。是不是「true」?' },
    })
  })
})

describe('unary tests', () => {
  it.each([
    ['-', 5, true],
    ['> 5', 6, true],
    ['> 5', null, null],
    ['< 5, > 10', 11, true],
    ['[1..5)', 5, false],
    ['"a","b"', 'b', true],
    ['not("a","b")', 'c', true],
    ['not(> 5)', 5, true],
    ['null', null, true],
    ['true', true, true],
    ['true', null, false],
    ['? > 5 and ? < 10', 7, true],
    ['contains(?, "x")', 'axb', true],
    ['list contains(["a"], ?)', 'a', true],
    ['["a", "b"]', 'a', true],
    ['limit', 500, true],
    ['> limit', 501, true],
    ['date("2026-01-01")', 'x', null],
    ['= 5', 5, true],
    ['!= 5', 5, false],
  ] as [string, FeelValue, FeelValue][])('%s of %s is %s', (source, input, expected) => {
    expect(accepts(source, input, { limit: 500 })).toBe(expected)
  })

  it.each<[source: string, input: FeelValue, expected: boolean | null]>([
    ['= 2', [1, 2], true],
    ['2', [1, 2], true],
    ['= "a"', ['b'], false],
    ['= [1, 2]', [1, 2], true],
    ['= 2', 2, true],
    ['= 2', null, false],
    ['= 2', 'a', null],
  ])('asks the same with a sign of equality and without: %s of %j is %s', (source, input, expected) => {
    expect(accepts(source, input)).toBe(expected)
  })

  it('refuses an empty text and tells the place of an error', () => {
    expect(compileUnaryTests('')).toMatchObject({ ok: false, problem: { code: 'feel.syntax' } })
    expect(compileUnaryTests('> 1, <')).toMatchObject({ ok: false, problem: { code: 'feel.syntax' } })
  })
})

describe('values as JSON', () => {
  it.each([
    ['0.1 + 0.2', 0.3],
    ['1 / 4', 0.25],
    ['1 / 3', 0.333333333333333],
    ['9007199254740993', '9007199254740993'],
    ['@"2026-11-25T10:00:00+08:00"', '2026-11-25T02:00:00Z'],
    ['@"2026-11-25T10:00:00"', '2026-11-25T10:00:00'],
    ['@"10:00:00"', '10:00:00'],
    ['@"P1DT2H"', 'P1DT2H'],
    ['@"P1Y2M"', 'P1Y2M'],
    ['[1..3)', '[1..3)'],
    ['function(x) x', null],
    ['{a: [1, {b: null}]}', { a: [1, { b: null }] }],
  ])('stores %s', (source, expected) => {
    expect(toJson(feelValue(source))).toEqual(expected)
  })

  it('copies JSON without the names that no context may have', () => {
    const json = JSON.parse('{"a": 1, "__proto__": {"b": 2}, "constructor": 3, "n": 1e400}')

    expect(toJson(fromJson(json))).toEqual({ a: 1, n: null })
  })
})
