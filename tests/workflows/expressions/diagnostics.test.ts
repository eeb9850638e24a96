import { describe, expect, it } from 'vitest'
import { evaluateDecision } from '../../../workflows/decisions/evaluate.ts'
import { aLiteral, aModel, aTable, requiresDecision, requiresKnowledge } from '../../support/dmn.ts'
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
    ['total[1]', 'feel.not_iterable', 6],
    ['total[item > 1]', 'feel.not_iterable', 0],
    ['total.share', 'feel.no_entry', 6],
    ['1 in "a"', 'feel.operands', 5],
    ['total in [1..2]', 'feel.operands', 9],
    ['not(1)', 'feel.no_result', 0],
    ['(function(x: number) x)("a")', 'feel.arguments', 0],
    ['(function(x) x)(y: 1)', 'feel.arguments', 0],
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

  it('tells of two cells that fail at the same place in them, and of one that is called often once', async () => {
    const twice = aTable({
      outputs: [{ name: 'a' }, { name: 'b' }],
      rules: [[['-'], ['1 / 0', '"x" / 0']]],
      id: 'twice',
    })
    const share = `<businessKnowledgeModel id="share" name="share"><variable name="share"/><encapsulatedLogic><formalParameter name="n"/><literalExpression><text>n / 0</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>`
    const model = await aModel(
      twice,
      share,
      aLiteral('often', 'for i in 1..50 return share(i)', requiresKnowledge('share')),
    )

    expect(evaluateDecision(model, 'twice', aScope({ amount: 1 }))).toMatchObject({
      warnings: [{ elementId: 'twice_r1_o1' }, { elementId: 'twice_r1_o2' }],
    })
    const often = evaluateDecision(model, 'often', aScope())
    expect(often.ok && often.warnings).toMatchObject([{ code: 'feel.division_by_zero', source: 'n / 0' }])
  })

  it('tells of a required decision of another type, which is null, and of functions that do not fit', async () => {
    const model = await aModel(
      aLiteral('risk', '"high"', '', 'number'),
      aLiteral('route', 'if risk = null then "unknown" else "known"', requiresDecision('risk')),
      '<decision id="called" name="called"><variable name="called"/><invocation id="call"><literalExpression><text>abs</text></literalExpression><binding><parameter name="n"/><literalExpression><text>"a"</text></literalExpression></binding></invocation></decision>',
      '<decision id="typed" name="typed"><variable name="typed"/><literalExpression id="lit" typeRef="number"><text>"a"</text></literalExpression></decision>',
    )

    expect(evaluateDecision(model, 'route', aScope())).toMatchObject({
      output: 'unknown',
      warnings: [{ code: 'dmn.type', elementId: 'risk', source: 'risk' }],
    })
    expect(evaluateDecision(model, 'risk', aScope())).toMatchObject({ ok: false, code: 'dmn.type' })
    expect(evaluateDecision(model, 'called', aScope())).toMatchObject({
      warnings: [{ code: 'feel.arguments', elementId: 'call' }],
    })
    expect(evaluateDecision(model, 'typed', aScope())).toMatchObject({
      warnings: [{ code: 'dmn.type', elementId: 'lit' }],
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
