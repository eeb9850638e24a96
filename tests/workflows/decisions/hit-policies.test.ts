import { describe, expect, it } from 'vitest'
import { decide, outcome } from '../../support/dmn.ts'
import type { TableOptions } from '../../support/dmn.ts'

const levels: TableOptions['rules'] = [
  [['>= 1000'], ['"manager"'], '金额较大,需要经理审批。'],
  [['>= 100'], ['"clerk"'], 'A clerk looks at it.'],
  [['>= 0'], ['"automatic"']],
]

const table = (hitPolicy: string, more: Partial<TableOptions> = {}): TableOptions => ({
  hitPolicy,
  rules: levels,
  ...more,
})

const numbers = (aggregation?: string): TableOptions => ({
  hitPolicy: 'COLLECT',
  ...(aggregation ? { aggregation } : {}),
  outputs: [{ name: 'fee', type: 'number' }],
  rules: [
    [['>= 0'], ['0.1']],
    [['>= 100'], ['0.2']],
    [['>= 1000'], ['5']],
  ],
})

describe('hit policies', () => {
  it('UNIQUE gives the output of the one rule that matches, and says which and why', async () => {
    expect(
      await decide(
        table('UNIQUE', {
          rules: [
            [['>= 1000'], ['"manager"'], '金额较大。'],
            [['< 1000'], ['"clerk"']],
          ],
        }),
        { amount: 1000 },
      ),
    ).toEqual({
      ok: true,
      output: 'manager',
      matched: [{ decisionId: 'policy', ruleIndex: 1, ruleId: 'policy_r1', annotation: '金额较大。' }],
      unmatched: false,
    })
  })

  it.each(['UNIQUE', 'RULE ORDER', 'COLLECT', 'COLLECT SUM', 'COLLECT COUNT'])(
    '%s takes the default when no rule matches',
    async (policy) => {
      const [hitPolicy = '', aggregation] = policy.split(' ')
      const isAggregated = hitPolicy === 'COLLECT' && aggregation !== undefined
      const options: TableOptions = {
        hitPolicy: isAggregated ? hitPolicy : policy,
        ...(isAggregated ? { aggregation } : {}),
        outputs: [{ name: 'fee', type: 'number', default: '7' }],
        rules: [[['> 1000'], ['5']]],
      }

      expect(await decide(options, { amount: 1 })).toMatchObject({ output: 7, unmatched: false })
    },
  )

  it('COLLECT COUNT without a default counts none', async () => {
    expect(await decide(numbers('COUNT'), { amount: -1 })).toMatchObject({ output: 0, unmatched: false })
  })

  it('UNIQUE fails when two rules match instead of taking the first (D05)', async () => {
    expect(await decide(table('UNIQUE'), { amount: 500 })).toMatchObject({
      ok: false,
      code: 'dmn.hit_policy',
      message: { en: 'Expected one rule to match, but rules 2, 3 did.' },
    })
  })

  it('is UNIQUE when no policy is written', async () => {
    expect(await outcome({ rules: levels }, { amount: 50 })).toBe('automatic')
  })

  it('FIRST takes the topmost rule that matches', async () => {
    expect(await outcome(table('FIRST'), { amount: 1000 })).toBe('manager')
    expect(await outcome(table('FIRST'), { amount: 999.99 })).toBe('clerk')
    expect(await outcome(table('FIRST'), { amount: 0 })).toBe('automatic')
  })

  it('ANY takes the common output, and fails when the outputs differ (D07)', async () => {
    const same: TableOptions['rules'] = [
      [['>= 1000'], ['"manager"']],
      [['>= 2000'], ['"manager"']],
      [['>= 3000'], ['"nobody"']],
    ]

    expect(await decide(table('ANY', { rules: same }), { amount: 2500 })).toMatchObject({
      output: 'manager',
      matched: [{ ruleIndex: 1 }],
    })
    expect(await outcome(table('ANY', { rules: same }), { amount: 3500 })).toBe('dmn.hit_policy')
  })

  it('PRIORITY takes the output that stands first among the output values', async () => {
    const outputs = [{ name: 'outcome', type: 'string', values: '"refuse", "manager", "clerk", "automatic"' }]

    expect(await outcome(table('PRIORITY', { outputs, rules: levels.toReversed() }), { amount: 5000 })).toBe('manager')
    expect(await outcome(table('PRIORITY', { outputs, rules: levels.toReversed() }), { amount: 500 })).toBe('clerk')
  })

  it('OUTPUT ORDER lists the outputs by their priority, RULE ORDER by their rows', async () => {
    const outputs = [{ name: 'outcome', type: 'string', values: '"manager", "clerk", "automatic"' }]
    const rules = levels.toReversed()

    expect(await outcome(table('OUTPUT ORDER', { outputs, rules }), { amount: 5000 })).toEqual([
      'manager',
      'clerk',
      'automatic',
    ])
    expect(await outcome(table('RULE ORDER', { outputs, rules }), { amount: 5000 })).toEqual([
      'automatic',
      'clerk',
      'manager',
    ])
  })

  it('COLLECT lists all outputs', async () => {
    expect(await decide(numbers(), { amount: 100 })).toMatchObject({
      output: [0.1, 0.2],
      matched: [{ ruleIndex: 1 }, { ruleIndex: 2 }],
    })
  })

  it.each([
    ['SUM', 0.3],
    ['MIN', 0.1],
    ['MAX', 0.2],
    ['COUNT', 2],
  ])('COLLECT aggregates by %s, exactly', async (aggregation, expected) => {
    expect(await outcome(numbers(aggregation), { amount: 100 })).toBe(expected)
  })

  it('COLLECT COUNT of nothing is 0', async () => {
    expect(await outcome(numbers('COUNT'), { amount: -1 })).toBe(0)
  })

  it('COLLECT fails for outputs that cannot be put together (D07)', async () => {
    const mixed = { ...numbers('SUM'), outputs: [{ name: 'fee' }] }
    mixed.rules = [
      [['>= 0'], ['1']],
      [['>= 0'], ['"two"']],
    ]

    expect(await outcome(mixed, { amount: 1 })).toBe('dmn.type')
  })

  it.each(['UNIQUE', 'FIRST', 'ANY', 'PRIORITY', 'RULE ORDER', 'OUTPUT ORDER', 'COLLECT'])(
    '%s without a matching rule gives null, and says that nothing matched (D06)',
    async (hitPolicy) => {
      expect(await decide(table(hitPolicy), { amount: -1 })).toEqual({
        ok: true,
        output: null,
        matched: [],
        unmatched: true,
      })
    },
  )

  it.each(['UNIQUE', 'FIRST', 'ANY', 'PRIORITY'])('%s without a matching rule takes the default', async (hitPolicy) => {
    const outputs = [{ name: 'outcome', type: 'string', default: '"manager"' }]

    expect(await decide(table(hitPolicy, { outputs }), { amount: -1 })).toEqual({
      ok: true,
      output: 'manager',
      matched: [],
      unmatched: false,
    })
  })

  it('gives several outputs as a context', async () => {
    const several: TableOptions = {
      hitPolicy: 'FIRST',
      outputs: [
        { name: 'outcome', type: 'string' },
        { name: 'feeRate', type: 'number' },
      ],
      rules: [
        [['>= 1000'], ['"manager"', '0.05']],
        [['-'], ['"automatic"', '']],
      ],
    }

    expect(await outcome(several, { amount: 1000 })).toEqual({ outcome: 'manager', feeRate: 0.05 })
    expect(await outcome(several, { amount: 1 })).toEqual({ outcome: 'automatic', feeRate: null })
  })
})
