import { describe, expect, it } from 'vitest'
import { evaluateDecision } from '../../../workflows/decisions/evaluate.ts'
import { aLiteral, aModel, aTable, requiresDecision } from '../../support/dmn.ts'
import { aScope, evaluation } from '../../support/feel.ts'

describe('a null is never a riddle', () => {
  it.each([
    ['1 + "a"', 'feel.operands', 2],
    ['total + 1', 'feel.operands', 6],
    ['1 < "a"', 'feel.operands', 2],
    ['1 between "a" and 2', 'feel.operands', 2],
    ['true and 1', 'feel.operands', 5],
    ['-"a"', 'feel.operands', 0],
    ['10 / (1 - 1)', 'feel.division_by_zero', 3],
    ['1 + date("2026-02-30")', 'feel.no_result', 4],
    ['@"2026-02-30"', 'feel.no_result', 0],
    ['1 + abs("a")', 'feel.arguments', 4],
    ['round up(1)', 'feel.arguments', 0],
    ['floor(m: 1)', 'feel.arguments', 0],
    ['cuont([1])', 'feel.not_function', 0],
    ['(function(x) x)(1, 2)', 'feel.arguments', 0],
    ['{amount: 1}.amuont', 'feel.no_entry', 12],
    ['[1, 2][3]', 'feel.no_item', 7],
    ['[1, 2]["a"]', 'feel.not_condition', 7],
    ['for i in null return i', 'feel.not_iterable', 9],
    ['[3..1]', 'feel.ends', 0],
    ['{a: 1, a: 2}', 'feel.duplicate_entry', 0],
    ['1 instance of money', 'feel.unknown_type', 14],
    ['amout', 'feel.unknown_variable', 0],
  ])('%s says %s at %i', (source, code, position) => {
    expect(evaluation(source, { total: null })).toMatchObject({
      ok: true,
      value: null,
      warnings: expect.arrayContaining([expect.objectContaining({ code, position })]),
    })
  })

  it('tells the cause, not what follows from it', () => {
    expect(evaluation('(1 + abs("a")) * 2 > 5')).toMatchObject({ warnings: [{ code: 'feel.arguments' }] })
  })

  it('says the same of the same place once, and keeps few', () => {
    expect(evaluation('for i in 1..100 return i + "a"')).toMatchObject({ warnings: [{ code: 'feel.operands' }] })
    const many = evaluation(Array.from({ length: 40 }, (_, i) => `x${i}`).join(' = '))
    expect(many.ok && many.warnings.length).toBe(20)
  })

  it('says nothing where nothing went wrong', () => {
    expect(evaluation('if total = null then 0 else total', { total: null })).toEqual({
      ok: true,
      value: 0,
      warnings: [],
    })
  })

  it('names the cell of a decision and what stands in it', async () => {
    const table = aTable({ rules: [[['-'], ['string(10 / (amount - amount))']]] })
    const model = await aModel(table, aLiteral('told', 'policy', requiresDecision('policy')))

    expect(evaluateDecision(model, 'told', aScope({ amount: 5 }))).toMatchObject({
      ok: true,
      output: null,
      warnings: [
        {
          code: 'feel.division_by_zero',
          elementId: 'policy_r1_o1',
          source: 'string(10 / (amount - amount))',
          position: 10,
        },
      ],
    })
  })
})
