import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { problemsIn } from '../../../workflows/expressions/assist/check.ts'
import { functionHelp } from '../../../workflows/expressions/assist/functions.ts'
import type { ExpressionScope } from '../../../workflows/expressions/assist/scope.ts'
import { suggestionsAt } from '../../../workflows/expressions/assist/suggest.ts'
import { builtins } from '../../../workflows/expressions/builtins/table.ts'
import { compileExpression } from '../../../workflows/expressions/compile.ts'
import { written } from '../../support/sentence-arbitraries.ts'

const scope: ExpressionScope = {
  expects: 'boolean',
  known: [
    { path: 'refund.amount', type: 'number', label: '退款金额' },
    {
      path: 'customer.tier',
      type: 'string',
      label: '会员等级',
      values: [
        { value: '"regular"', label: '普通' },
        { value: '"gold"', label: '金卡' },
      ],
    },
    { path: 'order.paidAt', type: 'date', label: '付款日期' },
    { path: 'order.lines', type: 'list' },
    { path: 'is new', type: 'boolean' },
  ],
}

/** Suggestions where `|` stands. */
function at(marked: string, within: ExpressionScope = scope) {
  const cursor = marked.indexOf('|')
  return suggestionsAt(marked.replace('|', ''), cursor, within)
}
const inserts = (marked: string, within?: ExpressionScope) => at(marked, within).map(({ insert }) => insert)

/** The text after a suggestion was taken, with the cursor in it. */
function taken(marked: string, insert: string): string {
  const cursor = marked.indexOf('|')
  const text = marked.replace('|', '')
  const one = at(marked).find((each) => each.insert === insert)
  if (!one) throw new Error(`${insert} is not offered`)
  const before = text.slice(0, one.from) + one.insert
  const place = before.length + one.cursor
  return `${before.slice(0, place)}|${before.slice(place)}${text.slice(cursor)}`
}

describe('suggestions for an expression', () => {
  it('offers variables by their path, by a part of it and by their words', () => {
    expect(inserts('ref|')).toEqual(['refund.amount'])
    expect(inserts('amo|')).toEqual(['refund.amount'])
    expect(inserts('退款|')).toEqual(['refund.amount'])
    expect(inserts('order.|')).toEqual(['order.paidAt', 'order.lines'])
    expect(inserts('refund.amount > 5 and is n|')).toEqual(['is new'])
  })

  it('puts what was chosen in place of what was begun', () => {
    expect(taken('refund.amount > 5 and 会员|', 'customer.tier')).toBe('refund.amount > 5 and customer.tier|')
    expect(taken('cou| > 2', 'count()')).toBe('count(|) > 2')
    expect(taken('string len|', 'string length()')).toBe('string length(|)')
    expect(taken('order.paidAt < tod|', 'today()')).toBe('order.paidAt < today()|')
  })

  it('offers the values of what is compared, by code or by word', () => {
    expect(inserts('customer.tier = |').slice(0, 2)).toEqual(['"regular"', '"gold"'])
    expect(inserts('customer.tier = 金|')).toEqual(['"gold"'])
    expect(inserts('customer.tier = "go|')).toEqual(['"gold"'])
    expect(inserts('refund.amount > 5 and customer.tier in ("gold", |').slice(0, 2)).toEqual(['"regular"', '"gold"'])
    expect(inserts('is new = |').slice(0, 2)).toEqual(['true', 'false'])
  })

  it('offers operators after a value, and nothing inside of a text of no list', () => {
    expect(inserts('refund.amount |')).toContain('>= ')
    expect(inserts('refund.amount > 5 a|')).toEqual(['and '])
    expect(inserts('refund.amount > 5 and |')).toContain('customer.tier')
    expect(inserts('note = "re|')).toEqual([])
  })

  it.each([
    'customer.tier|',
    'refund.amount > 5|',
    'count(order.lines|) > 1',
    '(1)|',
    'x.|',
    'x.y|',
    '.|',
    'for |',
    'some |',
    '// cus|',
    'is new /* cus| */',
    '金|',
  ])('offers nothing where nothing can begin: %s', (marked) => {
    expect(at(marked).filter(({ kind }) => kind !== 'function')).toEqual([])
  })

  it('knows names with other signs in them, and paths with spaces around their dots', () => {
    const within: ExpressionScope = { known: [...scope.known, { path: 'pre-tax', type: 'number' }] }

    expect(at('1 + pre-t|', within)).toMatchObject([{ insert: 'pre-tax', from: 4 }])
    expect(at('pre-|', within)).toMatchObject([{ insert: 'pre-tax', from: 0 }])
    expect(at('order . pai|', within)).toMatchObject([{ insert: 'order.paidAt', from: 0 }])
    expect(inserts('a // b\n+ ref|')).toEqual(['refund.amount'])
    expect(inserts('"// " + ref|')).toEqual(['refund.amount'])
    expect(inserts('1..|')).toContain('refund.amount')
  })

  it('offers the values of the column in the cell of a table', () => {
    const [, tier] = scope.known
    const cell: ExpressionScope = { known: scope.known, ...(tier ? { tested: tier } : {}) }

    expect(inserts('|', cell).slice(0, 2)).toEqual(['"regular"', '"gold"'])
    expect(inserts('"gold", |', cell).slice(0, 2)).toEqual(['"regular"', '"gold"'])
    expect(inserts('not("re|', cell)).toEqual(['"regular"'])
  })

  it('knows every function, and tells its parameters as they are', () => {
    expect(functionHelp.map(({ name }) => name).sort()).toEqual([...builtins.keys()].sort())
    for (const { name, parameters, does } of functionHelp) {
      const real = builtins.get(name)?.signatures ?? []
      const names = new Set(real.flatMap((signature) => signature.map((parameter) => parameter.name)))
      for (const parameter of parameters)
        expect([name, [...names]], `${name} has ${parameter}`).toEqual([
          name,
          expect.arrayContaining([parameter.replace(/\?$|\.\.\.$/, '')]),
        ])
      expect(does.zh && does.en).toBeTruthy()
    }
  })
})

const problems = (text: string, within: ExpressionScope = scope) =>
  problemsIn(text, within).map(({ code, from, to }) => [code, text.slice(from, to)])

describe('problems of an expression while it is written', { timeout: 60_000 }, () => {
  it.each([
    'refund.amount > 500 and customer.tier = "gold"',
    'order.paidAt < today() - duration("P7D")',
    'some line in order.lines satisfies line.amount > 5',
    'count(order.lines[item.amount > 5 and name = "x"]) > 2',
    'is new',
    '{a: 1, b: a + 1}.b > 1',
    '(function(x) x + 1)(2) = 3',
    'date(2026, 1, 1) > order.paidAt',
    'string join(["a", "b"], ", ") = "a, b"',
    'refund = null',
    'max(1, 2, 3) > 2',
    'sum(for l in order.lines return l.amount) > refund.amount',
    'if is new then true else false',
    'customer.tier in ("gold", "regular")',
  ])('has nothing to say of %s', (text) => {
    expect(problems(text)).toEqual([])
  })

  it.each([
    ['refund.amount\uFF1E500', '\uFF1E'],
    ['refund.amount == 500', '='],
    ['customer.tier = “gold”', '“'],
    ['\uFF08is new\uFF09', '\uFF08'],
  ])('says what was probably meant in %s', (text, at) => {
    for (const isOpen of [true, false])
      expect(problemsIn(text, { ...scope, isOpen })).toMatchObject([
        { code: 'feel.syntax', severity: 'error', from: text.indexOf(at) },
      ])
  })

  it.each<[string, string, string]>([
    ['refund.amount >', 'feel.syntax', '>'],
    ['refund.amount > 5 and', 'feel.syntax', 'd'],
    ['refund.amonut > 5', 'feel.unknown_variable', 'refund.amonut'],
    ['cuont(order.lines) > 1', 'feel.unknown_function', 'cuont'],
    ['contains(customer.tier)', 'feel.arguments', 'contains(customer.tier)'],
    ['refund.amount = "500"', 'feel.operands', '"500"'],
    ['customer.tier > 5', 'feel.operands', '5'],
    ['refund.amount in ["a", 2]', 'feel.operands', '"a"'],
    ['order.paidAt in [1..date("2026-01-01")]', 'feel.operands', '1'],
    ['refund.amount + 1', 'feel.not_condition', 'refund.amount + 1'],
    ['some l in lines satisfies l > 1', 'feel.unknown_variable', 'lines'],
  ])('finds what is wrong with %s, at its place', (text, code, part) => {
    expect(problems(text)).toEqual([[code, part]])
  })

  it('says what was meant', () => {
    expect(problemsIn('refund.amonut > 5', scope)[0]?.message).toEqual({
      zh: '没有叫「refund.amonut」的值。是不是「refund.amount」?',
      en: 'Expected a known name, but there is no "refund.amonut". Did you mean "refund.amount"?',
    })
  })

  it('doubts a name of an open scope only when it is nearly a known one', () => {
    const open = { ...scope, isOpen: true }

    expect(problems('order.lines2 = 1 or stopResult = "stopped"', open)).toEqual([
      ['feel.unknown_variable', 'order.lines2'],
    ])
  })

  it('holds a cell against the type of its column', () => {
    const amount: ExpressionScope = { known: [], tested: { path: 'amount', type: 'number' } }

    expect(problems('[1..500)', amount)).toEqual([])
    expect(problems('-', amount)).toEqual([])
    expect(problems('"a"', amount)).toEqual([['feel.operands', '"a"']])
    expect(problems('> "a", 5', amount)).toEqual([['feel.operands', '"a"']])
    expect(problems('not("a")', amount)).toEqual([['feel.operands', '"a"']])
  })

  it('never throws, and calls nothing wrong that can be compiled unless a name or a type is', () => {
    fc.assert(
      fc.property(fc.oneof(written, fc.string()), fc.nat({ max: 20 }), (text, cut) => {
        const open: ExpressionScope = { known: [] }
        const begun = text.slice(0, cut)
        expect(suggestionsAt(begun, begun.length, scope)).toBeInstanceOf(Array)
        const errors = problemsIn(text, open).filter(({ severity }) => severity === 'error')
        for (const { from, to } of errors) expect(from).toBeLessThan(Math.max(to, 1))
        const isRefused = errors.some(({ code }) => code !== 'feel.unknown_function')
        if (text.trim() !== '') expect(isRefused).toBe(!compileExpression(text).ok)
      }),
      { numRuns: 200, seed: 20_261_125 },
    )
  })
})
