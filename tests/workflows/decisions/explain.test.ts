import { describe, expect, it } from 'vitest'
import { evaluateDecision } from '../../../workflows/decisions/evaluate.ts'
import { explainDecision } from '../../../workflows/decisions/explain.ts'
import { aLiteral, aModel, aTable, requiresDecision, requiresInput } from '../../support/dmn.ts'
import type { TableOptions } from '../../support/dmn.ts'
import { aScope } from '../../support/feel.ts'

const approval: TableOptions = {
  hitPolicy: 'FIRST',
  inputs: [
    { name: '会员等级', type: 'string' },
    { name: '退款金额', type: 'number' },
  ],
  outputs: [{ name: '处理方式', type: 'string' }],
  rules: [
    [['"金卡", "钻石"', '-'], ['"免审"']],
    [['not("黑名单")', '> 500'], ['"经理审批"'], '大额退款由经理审批'],
    [['-', '[100..500]'], ['"组长审批"']],
    [['-', '-'], ['"直接退款"']],
  ],
}

async function explained(table: TableOptions, variables: Record<string, unknown>) {
  const model = await aModel(aTable(table))
  return explainDecision(model, 'policy', aScope(variables))
}

const sentence = async (table: TableOptions, variables: Record<string, unknown>) =>
  (await explained(table, variables)).explanation.sentence

describe('why a decision came out so', () => {
  it('tells of every rule whether it matched, and by which cell it did not', async () => {
    const told = await explained(approval, { 会员等级: '普通', 退款金额: 620 })

    expect(told).toMatchObject({ ok: true, output: '经理审批' })
    const [table] = told.explanation.path[0]?.tables ?? []
    expect(table).toMatchObject({
      hitPolicy: 'FIRST',
      inputs: [
        { label: '会员等级', value: '普通' },
        { label: '退款金额', value: 620 },
      ],
      usedDefault: false,
      output: '经理审批',
    })
    expect(table?.rules.map(({ index, matched, counts, failedBy }) => [index, matched, counts, failedBy])).toEqual([
      [1, false, false, ['会员等级']],
      [2, true, true, []],
      [3, false, false, ['退款金额']],
      [4, true, false, []],
    ])
    expect(table?.rules[1]).toMatchObject({
      id: 'policy_r2',
      annotation: '大额退款由经理审批',
      cells: [
        { column: 0, label: '会员等级', test: 'not("黑名单")', holds: true },
        { column: 1, label: '退款金额', test: '> 500', holds: true },
      ],
    })
  })

  it.each([
    ['普通', 620, '因为会员等级(「普通」)不是「黑名单」,且退款金额(620)大于 500,所以处理方式为「经理审批」。'],
    ['金卡', 5, '因为会员等级(「金卡」)是「金卡」或「钻石」,所以处理方式为「免审」。'],
    ['普通', 100, '因为退款金额(100)在 100(含)到 500(含)之间,所以处理方式为「组长审批」。'],
    ['普通', 5, '其他情况均不适用,所以处理方式为「直接退款」。'],
  ])('says in one sentence why, for %s and %i', async (tier, amount, zh) => {
    expect((await sentence(approval, { 会员等级: tier, 退款金额: amount })).zh).toBe(zh)
  })

  it.each<[cell: string, type: string, value: unknown, zh: string, en: string]>([
    [
      '>= date("2026-11-01")',
      'date',
      '2026-11-20',
      'x(2026-11-20)不早于 2026-11-01',
      'x (2026-11-20) is on or after 2026-11-01',
    ],
    [
      '< duration("P7D")',
      'dayTimeDuration',
      'P1DT2H',
      'x(1 天 2 小时)小于 7 天',
      'x (1 day 2 hours) is less than 7 days',
    ],
    ['> @"P1Y"', 'yearMonthDuration', 'P14M', 'x(1 年 2 个月)大于 1 年', 'x (1 year 2 months) is more than 1 year'],
    [
      '> @"2026-11-01T10:00:00"',
      'dateTime',
      '2026-11-02T08:00:00',
      'x(2026-11-02 08:00:00)晚于 2026-11-01 10:00:00',
      'x (2026-11-02 08:00:00) is after 2026-11-01 10:00:00',
    ],
    ['true', 'boolean', true, 'x为「是」', 'x is yes'],
    ['not(true)', 'boolean', false, 'x(否)不为「是」', 'x (no) is not yes'],
    ['null', 'number', null, 'x为空', 'x is nothing'],
    ['not(5, > 70)', 'number', 62, 'x(62)不是 5,且不超过 70', 'x (62) is not 5, and is at most 70'],
    ['not([1..5])', 'number', 62, 'x(62)不在 1(含)到 5(含)之间', 'x (62) is not from 1 (included) to 5 (included)'],
    ['!= 5', 'number', 62, 'x(62)不是 5', 'x (62) is not 5'],
    ['= "a"', 'string', 'a', 'x(「a」)是「a」', 'x ("a") is "a"'],
    ['? > 5 and ? < 100', 'number', 62, 'x(62)大于 5,且小于 100', 'x (62) is more than 5 and is less than 100'],
    [
      '? between 5 and 100',
      'number',
      62,
      'x(62)在 5(含)到 100(含)之间',
      'x (62) is from 5 (included) to 100 (included)',
    ],
    ['? in (5..100)', 'number', 62, 'x(62)在 5(不含)到 100(不含)之间', 'x (62) is from 5 (excluded) to 100 (excluded)'],
    ['starts with(?, "SO-")', 'string', 'SO-1', 'x(「SO-1」)以「SO-」开头', 'x ("SO-1") starts with "SO-"'],
    ['not(contains(?, "x"))', 'string', 'SO-1', 'x(「SO-1」)不包含「x」', 'x ("SO-1") does not contain "x"'],
    ['list contains(?, 1)', '', [1, 2], 'x(1、2)包含 1', 'x (1, 2) contains 1'],
    ['even(?)', 'number', 62, 'x(62)满足「even(?)」', 'x (62) is such that even(?)'],
  ])('puts the cell %s into words', async (cell, type, value, zh, en) => {
    const told = await sentence(
      { inputs: [{ name: 'x', ...(type ? { type } : {}) }], outputs: [{ name: 'y' }], rules: [[[cell], ['1']]] },
      { x: value },
    )

    expect(told).toEqual({ zh: `因为${zh},所以y为 1。`, en: `Because ${en}, y is 1.` })
  })

  it.each<[hitPolicy: string, aggregation: string | undefined, zh: string]>([
    ['COLLECT', 'SUM', '因为x(62)大于 1;x(62)大于 2,所以费用为 7.5。'],
    ['COLLECT', 'COUNT', '因为x(62)大于 1;x(62)大于 2,所以费用为 2。'],
    ['COLLECT', undefined, '因为x(62)大于 1;x(62)大于 2,所以费用为 5、2.5。'],
    ['RULE ORDER', undefined, '因为x(62)大于 1;x(62)大于 2,所以费用为 5、2.5。'],
    ['FIRST', undefined, '因为x(62)大于 1,所以费用为 5。'],
  ])('says what %s %s made of the rules', async (hitPolicy, aggregation, zh) => {
    const table = {
      hitPolicy,
      ...(aggregation ? { aggregation } : {}),
      inputs: [{ name: 'x', type: 'number' }],
      outputs: [{ name: '费用', type: 'number' }],
      rules: [
        [['> 1'], ['5']],
        [['> 2'], ['2.5']],
        [['< 0'], ['1']],
      ],
    } satisfies TableOptions

    expect((await sentence(table, { x: 62 })).zh).toBe(zh)
  })

  it('tells a count of none, and each of several outputs by its name', async () => {
    const counted: TableOptions = {
      hitPolicy: 'COLLECT',
      aggregation: 'COUNT',
      outputs: [{ name: '次数', type: 'number' }],
      rules: [[['< 0'], ['1']]],
    }
    const two: TableOptions = {
      hitPolicy: 'FIRST',
      outputs: [{ name: '审批' }, { name: '费用' }],
      rules: [[['> 0'], ['"经理"', '5']]],
    }

    expect((await sentence(counted, { amount: 5 })).zh).toBe('没有规则适用(amount 5),所以次数为 0。')
    expect((await sentence(two, { amount: 5 })).zh).toBe('因为amount(5)大于 0,所以审批为「经理」、费用为 5。')
    expect((await sentence({ ...two, hitPolicy: 'COLLECT' }, { amount: 5 })).zh).toBe(
      '因为amount(5)大于 0,所以policy为(审批为「经理」、费用为 5)。',
    )
  })

  it('says the same in English', async () => {
    const table: TableOptions = {
      inputs: [
        { name: 'tier', type: 'string' },
        { name: 'amount', type: 'number' },
        { name: 'bought', type: 'date' },
        { name: 'first', type: 'boolean' },
      ],
      rules: [
        [['"gold"', ']0..500['], ['"free"']].map((row, index) =>
          index === 0 ? [...row, '>= @"2026-01-01"', 'true'] : row,
        ) as [string[], string[]],
      ],
    }

    expect((await sentence(table, { tier: 'gold', amount: 5, bought: '2026-03-01', first: true })).en).toBe(
      'Because tier is "gold", and amount (5) is from 0 (excluded) to 500 (excluded), and bought (2026-03-01) is on or after 2026-01-01, and first is yes, outcome is "free".',
    )
  })

  it('says that nothing applies, or that a default was taken', async () => {
    const outputs = [{ name: 'outcome', type: 'string', default: '"ask"' }]
    const rules: [string[], string[]][] = [[['> 500'], ['"manager"']]]

    expect(await sentence({ rules }, { amount: 1 })).toEqual({
      zh: '没有规则适用(amount 1),所以没有结果。',
      en: 'No rule applies (amount 1), so there is no result.',
    })
    expect(await sentence({ rules, outputs }, { amount: 1 })).toEqual({
      zh: '没有特别的规定适用(amount 1),所以按默认,outcome为「ask」。',
      en: 'As no rule applies (amount 1), by default outcome is "ask".',
    })
  })

  it('follows the required decisions, each with its tables, and the inputs', async () => {
    const model = await aModel(
      '<inputData id="paid" name="paid"><variable name="paid" typeRef="number"/></inputData>',
      aTable({
        id: 'share',
        inputs: [{ name: 'paid', type: 'number' }],
        outputs: [{ name: 'share', type: 'number' }],
        rules: [[['> 100'], ['0.1']]],
        requires: requiresInput('paid'),
      }),
      aLiteral('fee', 'paid * share', requiresInput('paid') + requiresDecision('share')),
    )

    const told = explainDecision(model, 'fee', aScope({ paid: 200 }))

    expect(told).toMatchObject({
      ok: true,
      output: 20,
      explanation: {
        inputs: { paid: 200 },
        path: [
          { decisionId: 'share', output: 0.1, requires: ['paid'], tables: [{ rules: [{ index: 1, counts: true }] }] },
          { decisionId: 'fee', output: 20, requires: ['share', 'paid'], tables: [] },
        ],
        sentence: { zh: '因为share为 0.1,paid为 200,所以fee为 20。' },
      },
    })
  })

  it('gives what the evaluation without an explanation gives, also when it fails', async () => {
    const unique: TableOptions = {
      rules: [
        [['> 1'], ['"a"']],
        [['> 2'], ['"b"']],
      ],
    }
    const model = await aModel(aTable(unique))

    for (const amount of [0, 2, 3]) {
      const plain = evaluateDecision(model, 'policy', aScope({ amount }))
      expect(explainDecision(model, 'policy', aScope({ amount }))).toMatchObject(
        plain.ok ? { ok: true, output: plain.output } : { ok: false, code: plain.code, message: plain.message },
      )
    }
  })
})
