import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileUnaryTests } from '../../../workflows/expressions/compile.ts'
import { readCell, readLiteral, readValues, writeCell } from '../../../workflows/expressions/sentences/cell.ts'
import { readCondition } from '../../../workflows/expressions/sentences/read-condition.ts'
import { normalized } from '../../../workflows/expressions/sentences/sentence.ts'
import type { Cell, Group, Test } from '../../../workflows/expressions/sentences/sentence.ts'
import { writeCondition } from '../../../workflows/expressions/sentences/write-condition.ts'
import type { FeelValue } from '../../../workflows/expressions/values.ts'
import { aScope, feel } from '../../support/feel.ts'
import { cellTest, group, written } from '../../support/sentence-arbitraries.ts'

const names = { amount: 1, refund: { amount: 1 }, 会员等级: 1, order: { 'line items': 1 }, 'is new': 1 }

const number = (text: string) => ({ kind: 'number', text }) as const
const text = (words: string) => ({ kind: 'text', text: words }) as const
const term = (field: string, test: Test) => ({ field, test })
const compares = (field: string, comparison: '=' | '>' | '<', value: ReturnType<typeof number | typeof text>) =>
  term(field, { kind: 'compare', comparison, value })

describe('a condition as a sentence', { timeout: 60_000 }, () => {
  it('reads as field, comparison and value, with groups inside of groups', () => {
    expect(readCondition('退款金额 > 500 and (会员等级 = "普通" or order.lines in [1..3])')).toEqual({
      join: 'and',
      parts: [
        compares('退款金额', '>', number('500')),
        {
          join: 'or',
          parts: [
            compares('会员等级', '=', text('普通')),
            term('order.lines', {
              kind: 'between',
              from: number('1'),
              to: number('3'),
              withFrom: true,
              withTo: true,
            }),
          ],
        },
      ],
    })
  })

  it.each([
    'level = 0 and assessment.outcome = "auto"',
    'a = 1 and b = 2 or c = 3',
    'a = 1 and (b = 2 or c = 3 and d != null)',
    'refund.amount > order.total',
    'tier in ("gold", "silver")',
    'not(tier in ("gold", "silver"))',
    'tier in ["gold"]',
    'amount in (0..500]',
    'amount between 1 and 5 and isNew',
    'amount in [1..5] and tier in ["gold"] or isNew',
    'day >= date("2026-11-11") and day < @"2026-11-12"',
    'contains(note, "say \\"and\\" twice, or not")',
    'not(starts with(sku, "A-"))',
    'list contains(tags, "vip")',
    'isNew or not(isPaid)',
  ])('comes back as it was written: %s', (expression) => {
    expect(writeCondition(readCondition(expression) as Group)).toBe(expression)
  })

  it.each([
    ['500 < amount', 'amount > 500'],
    ['(a = 1)', 'a = 1'],
    ['(a = 1 and b = 2) and c = 3', 'a = 1 and b = 2 and c = 3'],
    ['tier in "gold"', 'tier in ("gold")'],
    ['a  .  b=-1', 'a.b = -1'],
  ])('says the same more plainly: %s', (expression, plain) => {
    expect(writeCondition(readCondition(expression) as Group)).toBe(plain)
  })

  it.each([
    'count(lines) > 2',
    'some l in lines satisfies l.outcome = "stop"',
    'not(a = 1 and b = 2)',
    'not(a = 1)',
    'a = 1 // only then',
    'amount + 1 > 2',
    'lines[1].amount > 2',
    'amount > ',
    '"a" = "b"',
    'a in (> 5, 3)',
  ])('stays an expression when it says more than a sentence: %s', (expression) => {
    expect(readCondition(expression)).toBeNull()
  })

  it('reads names with spaces that it is told of', () => {
    expect(readCondition('order.line items = 2', names)?.parts).toEqual([
      compares('order.line items', '=', number('2')),
    ])
  })

  it('takes nothing for no condition at all', () => {
    expect(readCondition('  ')).toEqual({ join: 'and', parts: [] })
    expect(writeCondition({ join: 'or', parts: [{ join: 'and', parts: [] }] })).toBe('')
  })

  it('is read back as it was built, whatever was built', () => {
    fc.assert(
      fc.property(group, (built) => {
        const read = readCondition(writeCondition(built), names)
        expect(read).toEqual(withLists(normalized(built)))
      }),
      { numRuns: 200, seed: 20_261_125 },
    )
  })

  it('means the same after it was read and written', () => {
    const samples: Record<string, unknown>[] = [
      { a: 1, b: 'x', c: { d: 2 } },
      { a: true, b: null, c: { d: 'y' } },
      { a: 'xy', b: 3, c: { d: true } },
      { a: null, b: 2, c: { d: null } },
      { a: [1, 2], b: [], c: { d: ['x'] } },
    ]
    fc.assert(
      fc.property(written, (expression) => {
        const read = readCondition(expression)
        fc.pre(read !== null)
        for (const sample of samples)
          expect(feel(writeCondition(read as Group), sample)).toEqual(feel(expression, sample))
      }),
      { numRuns: 300, seed: 20_261_125 },
    )
  })
})

/** An empty choice can only be written as an empty list. */
function withLists(built: Group): Group {
  return {
    ...built,
    parts: built.parts.map((part) => {
      if ('parts' in part) return withLists(part)
      const { test } = part
      return test.kind === 'oneOf' && test.values.length === 0 ? { ...part, test: { ...test, asList: true } } : part
    }),
  }
}

describe('a cell as a sentence', { timeout: 60_000 }, () => {
  it.each<[string, Cell]>([
    ['-', { kind: 'any' }],
    ['', { kind: 'any' }],
    ['<= 500000', { kind: 'compare', comparison: '<=', value: number('500000') }],
    ['12.5', { kind: 'compare', comparison: '=', value: number('12.5') }],
    ['true', { kind: 'compare', comparison: '=', value: { kind: 'boolean', value: true } }],
    ['null', { kind: 'compare', comparison: '=', value: { kind: 'nothing' } }],
    ['"gold"', { kind: 'oneOf', values: [text('gold')], not: false }],
    ['"gold", "silver"', { kind: 'oneOf', values: [text('gold'), text('silver')], not: false }],
    ['not("gold")', { kind: 'oneOf', values: [text('gold')], not: true }],
    ['> limit', { kind: 'compare', comparison: '>', value: { kind: 'field', path: 'limit' } }],
    ['[0..500)', { kind: 'between', from: number('0'), to: number('500'), withFrom: true, withTo: false }],
    [
      '>= date("2026-11-11")',
      { kind: 'compare', comparison: '>=', value: { kind: 'moment', type: 'date', text: '2026-11-11' } },
    ],
    ['contains(?, "x")', { kind: 'text', how: 'contains', value: text('x'), not: false }],
    ['modulo(?, 2) = 0', { kind: 'expression', text: 'modulo(?, 2) = 0' }],
    ['< 3, > 5', { kind: 'expression', text: '< 3, > 5' }],
    ['5 // days', { kind: 'expression', text: '5 // days' }],
    ['[1..', { kind: 'expression', text: '[1..' }],
  ])('%s', (source, cell) => {
    expect(readCell(source)).toEqual(cell)
  })

  it('is read back as it was built, and means the same', () => {
    const inputs: FeelValue[] = [0, 500, 'gold', true, null, 'say']
    fc.assert(
      fc.property(cellTest, (built) => {
        const source = writeCell(built)
        const read = readCell(source, names)
        expect(writeCell(read)).toBe(source)
        expect(read.kind).not.toBe('expression')
        const compiled = compileUnaryTests(source, { shape: names })
        const again = compileUnaryTests(writeCell(read), { shape: names })
        if (!compiled.ok || !again.ok) throw new Error(source)
        for (const input of inputs)
          expect(again.tests.evaluate(aScope(), input)).toEqual(compiled.tests.evaluate(aScope(), input))
      }),
      { numRuns: 120, seed: 20_261_125 },
    )
  })

  it('reads plain values and lists of them', () => {
    expect(readLiteral('"a"')).toEqual(text('a'))
    expect(readLiteral('date("2026-11-11")')).toEqual({ kind: 'moment', type: 'date', text: '2026-11-11' })
    expect(readLiteral('1 + 1')).toBeNull()
    expect(readValues('"a", "b"')).toEqual([text('a'), text('b')])
    expect(readValues('1')).toEqual([number('1')])
    expect(readValues('> 1')).toBeNull()
  })
})
