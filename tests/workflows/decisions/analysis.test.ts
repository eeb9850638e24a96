import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TableAnalysis } from '../../../workflows/decisions/analysis/table.ts'
import { evaluateDecision } from '../../../workflows/decisions/evaluate.ts'
import type { DecisionModel } from '../../../workflows/decisions/model.ts'
import { readDmn } from '../../../workflows/decisions/read-dmn.ts'
import { everyInput, smallTable } from '../../support/decision-grid.ts'
import type { SmallTable } from '../../support/decision-grid.ts'
import { aModel, aTable } from '../../support/dmn.ts'
import type { TableOptions } from '../../support/dmn.ts'
import { aScope, feelValue } from '../../support/feel.ts'

const modelOf = (table: TableOptions) => aModel(aTable(table))

function analysisOf(model: DecisionModel): TableAnalysis {
  const analysis = model.decisions.get('policy')?.table?.analysis
  if (!analysis) throw new Error('no table')
  return analysis()
}

const analyzed = async (table: TableOptions) => analysisOf(await modelOf(table))

/** Which rules match an input, asked of the evaluation: each rule is a table of its own that gives its number. */
async function rulesOf(table: TableOptions): Promise<(input: Record<string, unknown>) => number[]> {
  const model = await modelOf({
    ...table,
    hitPolicy: 'RULE ORDER',
    outputs: [{ name: 'rule', type: 'number' }],
    rules: table.rules.map(([cells], index) => [cells, [String(index)]]),
  })
  return (input) => {
    const result = evaluateDecision(model, 'policy', aScope(input))
    if (!result.ok) throw new Error(`${result.code} ${result.message.en}`)
    return (result.output ?? []) as number[]
  }
}

const inputOf = (table: TableOptions, example: readonly string[]) =>
  Object.fromEntries((table.inputs ?? []).map(({ name }, column) => [name, feelValue(example[column] ?? 'null')]))

const amount = (values?: string) => [{ name: 'amount', type: 'number', ...(values ? { values } : {}) }]
const aRule = (cell: string, output = '"a"'): [string[], string[]] => [[cell], [output]]

describe('the analysis of a decision table', () => {
  it('finds the amounts that no rule matches, each with an example, those between rules first', async () => {
    const { gaps } = await analyzed({ rules: [aRule('[0..500)'), aRule('(500..1000]'), aRule('[2000..3000]')] })

    expect(gaps).toEqual([
      { tests: ['500'], example: ['500'] },
      { tests: ['(1000..2000)'], example: ['1001'] },
      { tests: ['< 0'], example: ['-1'] },
      { tests: ['> 3000'], example: ['3001'] },
    ])
  })

  it('looks for gaps inside of the allowed values only', async () => {
    expect((await analyzed({ inputs: amount('[0..500]'), rules: [aRule('<= 500')] })).gaps).toEqual([])
    expect((await analyzed({ inputs: amount('[0..500]'), rules: [aRule('< 500')] })).gaps).toEqual([
      { tests: ['500'], example: ['500'] },
    ])
  })

  it('finds gaps of dates, between which there is no other day', async () => {
    const on = (cells: string[]) =>
      analyzed({ inputs: [{ name: 'day', type: 'date' }], rules: cells.map((cell) => aRule(cell)) })

    expect((await on(['<= date("2026-03-01")', '>= date("2026-03-02")'])).gaps).toEqual([])
    expect((await on(['<= date("2026-03-01")', '> date("2026-03-02")'])).gaps).toEqual([
      { tests: ['date("2026-03-02")'], example: ['date("2026-03-02")'] },
    ])
  })

  it('finds gaps of times, instants and durations', async () => {
    const gapsOf = async (type: string, cells: string[]) =>
      (await analyzed({ inputs: [{ name: 'at', type }], rules: cells.map((cell) => aRule(cell)) })).gaps.map(
        ({ example }) => example[0],
      )

    expect(await gapsOf('time', ['< time("12:00:00")', '>= time("13:30:00")'])).toEqual(['time("12:00:00")'])
    expect(
      await gapsOf('dateTime', ['< date and time("2026-03-01T00:00:00Z")', '> date and time("2026-03-01T00:00:00Z")']),
    ).toEqual(['date and time("2026-03-01T00:00:00Z")'])
    expect(await gapsOf('dayTimeDuration', ['<= duration("P7D")', '> duration("P9D")'])).toEqual(['duration("P8D")'])
    expect(await gapsOf('yearMonthDuration', ['<= duration("P1Y")', '>= duration("P1Y1M")'])).toEqual([])
  })

  it('tells a gap of an enumeration by the values that are left', async () => {
    const tier = [{ name: 'tier', type: 'string', values: '"gold","silver","plain"' }]

    expect((await analyzed({ inputs: tier, rules: [aRule('"gold"')] })).gaps).toEqual([
      { tests: ['"silver", "plain"'], example: ['"silver"'] },
    ])
    expect((await analyzed({ inputs: [{ name: 'tier', type: 'string' }], rules: [aRule('"gold"')] })).gaps).toEqual([
      { tests: ['not("gold")'], example: ['"other"'] },
    ])
  })

  it('asks for a rule about what is missing only where a rule speaks of it', async () => {
    const yesNo = [{ name: 'opened', type: 'boolean' }]

    expect((await analyzed({ inputs: yesNo, rules: [aRule('true'), aRule('false')] })).gaps).toEqual([])
    expect((await analyzed({ inputs: yesNo, rules: [aRule('true'), aRule('null')] })).gaps).toEqual([
      { tests: ['false'], example: ['false'] },
    ])
  })

  it('puts gaps together where they differ in one column only', async () => {
    const { gaps } = await analyzed({
      inputs: [
        { name: 'amount', type: 'number', values: '[0..1000]' },
        { name: 'opened', type: 'boolean' },
      ],
      rules: [
        [['<= 500', '-'], ['"a"']],
        [['> 500', 'true'], ['"b"']],
      ],
    })

    expect(gaps).toEqual([{ tests: ['(500..1000]', 'false'], example: ['501', 'false'] }])
  })

  it('finds rules that match together, with an input for which they do', async () => {
    const { overlaps } = await analyzed({
      inputs: [
        { name: 'amount', type: 'number' },
        { name: 'tier', type: 'string' },
      ],
      rules: [
        [['<= 500', '"gold","silver"'], ['"a"']],
        [['>= 500', '"silver"'], ['"b"']],
        [['> 500', '"gold"'], ['"c"']],
      ],
    })

    expect(overlaps).toEqual([{ rules: [0, 1], example: ['500', '"silver"'], differ: true }])
  })

  it('is exact where binary fractions are not', async () => {
    const { overlaps, gaps } = await analyzed({
      inputs: amount('[0..1]'),
      rules: [aRule('<= 0.1 + 0.2'), aRule('> 0.3')],
    })

    expect(overlaps).toEqual([])
    expect(gaps).toEqual([])
  })

  it('calls it a contradiction under ANY only when the outputs differ', async () => {
    const under = async (output: string) => {
      const model = await modelOf({
        hitPolicy: 'ANY',
        inputs: amount('[0..10]'),
        rules: [aRule('<= 5'), aRule('>= 5', output)],
      })
      return model.warnings.map(({ code, elementId }) => [code, elementId])
    }

    expect(await under('"b"')).toEqual([['dmn.contradiction', 'policy_r2']])
    expect(await under('"a"')).toEqual([])
  })

  it('finds rules that lie behind one or several others, and names those', async () => {
    const { masked } = await analyzed({
      hitPolicy: 'FIRST',
      rules: [aRule('< 10'), aRule('> 100'), aRule('[10..100]'), aRule('[5..50]'), aRule('[1..200]')],
    })

    expect(masked).toEqual([
      { rule: 3, by: [0, 2], example: ['5'] },
      { rule: 4, by: [0, 1, 2], example: ['1'] },
    ])
  })

  it('lets the order of the allowed results decide what lies behind what under PRIORITY', async () => {
    const { masked } = await analyzed({
      hitPolicy: 'PRIORITY',
      inputs: amount('[0..100]'),
      outputs: [{ name: 'outcome', type: 'string', values: '"refuse","allow"' }],
      rules: [aRule('< 10', '"allow"'), aRule('-', '"refuse"')],
    })

    expect(masked).toEqual([{ rule: 0, by: [1], example: ['0'] }])
  })

  it('finds rules whose cells let nothing in', async () => {
    const { empty } = await analyzed({
      inputs: amount('[0..100]'),
      rules: [aRule('> 100'), aRule('? > 5 and ? < 3'), aRule('-')],
    })

    expect(empty).toEqual([
      { rule: 0, columns: [0] },
      { rule: 1, columns: [0] },
    ])
  })

  it('finds cells that compare with another type, with a value that is not allowed, and results that do not fit', async () => {
    const model = await modelOf({
      hitPolicy: 'FIRST',
      inputs: [
        { name: 'amount', type: 'number' },
        { name: 'tier', type: 'string', values: '"gold","plain"' },
      ],
      outputs: [
        { name: 'share', type: 'number' },
        { name: 'who', type: 'string', values: '"shop","customer"' },
      ],
      rules: [
        [
          ['"500"', '-'],
          ['1', '"shop"'],
        ],
        [
          ['-', '"golden"'],
          ['"1"', '"shop"'],
        ],
        [
          ['-', '-'],
          ['1', '"carrier"'],
        ],
      ],
    })

    expect(model.warnings.map(({ code, elementId }) => [code, elementId])).toEqual([
      ['dmn.cell_type', 'policy_r1_i1'],
      ['dmn.cell_value', 'policy_r2_i2'],
      ['dmn.cell_type', 'policy_r2_o1'],
      ['dmn.cell_value', 'policy_r3_o2'],
      ['dmn.unreachable_output', 'policy_o2'],
    ])
    expect(model.warnings[0]?.message.en).toBe(
      'Rule 1, amount: Expected to compare with the type number, but "500" is of another. So the rule never matches.',
    )
  })

  it('finds nothing wrong with cells that say what is not, or join conditions', async () => {
    const { wrongCells, undecided } = await analyzed({
      inputs: [{ name: 'tier', type: 'string', values: '"gold","plain"' }],
      rules: [aRule('not("gold")'), aRule('? != "gold" and not(? = "plain") or ? in ("gold")'), aRule('not(null)')],
    })

    expect([wrongCells, undecided]).toEqual([[], []])
  })

  it('finds allowed results that no rule gives, and a default that nothing is left for', async () => {
    const { unreachable, needlessDefault } = await analyzed({
      inputs: [{ name: 'opened', type: 'boolean' }],
      outputs: [{ name: 'outcome', type: 'string', values: '"a","b","c"', default: '"b"' }],
      rules: [aRule('true'), aRule('false')],
    })

    expect(unreachable).toEqual([{ output: 0, values: ['"c"'] }])
    expect(needlessDefault).toBe(false)
    expect(
      (
        await analyzed({
          inputs: [{ name: 'opened', type: 'boolean' }],
          outputs: [{ name: 'outcome', type: 'string', default: '"b"' }],
          rules: [aRule('true'), aRule('false'), aRule('null')],
        })
      ).needlessDefault,
    ).toBe(true)
  })

  it('does not warn of gaps that a default fills, nor of those of a table that collects', async () => {
    const codes = async (table: Partial<TableOptions>) =>
      (await modelOf({ rules: [aRule('< 5')], ...table })).warnings.map(({ code }) => code)

    expect(await codes({})).toEqual(['dmn.gap'])
    expect(await codes({ outputs: [{ name: 'outcome', type: 'string', default: '"b"' }] })).toEqual([])
    expect(await codes({ hitPolicy: 'COLLECT' })).toEqual([])
  })

  it('lists the cells it cannot decide, and claims nothing of their rules', async () => {
    const table: TableOptions = {
      inputs: amount('[0..100]'),
      rules: [
        aRule('> limit'),
        aRule('modulo(?, 2) = 0'),
        aRule('< 50'),
        aRule('? < 10 or today() > date("2026-01-01")'),
      ],
    }
    const { undecided, gaps, overlaps, empty } = await analyzed(table)

    expect(undecided).toEqual([
      { rule: 0, input: 0 },
      { rule: 1, input: 0 },
      { rule: 3, input: 0 },
    ])
    expect([gaps, overlaps, empty]).toEqual([[], [], []])
    expect((await modelOf(table)).warnings.map(({ code }) => code)).toEqual(['dmn.undecided'])
  })

  it('does not forget what no cell speaks of: other types, and times of another kind', async () => {
    const masked = async (type: string, cells: string[]) =>
      (
        await analyzed({
          hitPolicy: 'FIRST',
          inputs: [{ name: 'x', ...(type ? { type } : {}) }],
          rules: cells.map((cell) => aRule(cell)),
        })
      ).masked.map(({ rule }) => rule)

    expect(await masked('number', ['< 5', '>= 5', '? != null'])).toEqual([2])
    expect(await masked('', ['< 5', '>= 5', '? != null'])).toEqual([])
    const noon = 'date and time("2026-03-01T12:00:00")'
    expect(await masked('dateTime', [`< ${noon}`, `>= ${noon}`, '? != null'])).toEqual([2])
    // Noon at some offset lies in the interval and is not the local noon.
    expect(await masked('dateTime', [noon, `[${noon}..${noon}]`])).toEqual([])
    const zoned = 'date and time("2026-03-01T12:00:00+08:00")'
    expect(await masked('dateTime', [zoned, `[${zoned}..${zoned}]`])).toEqual([])
    expect(await masked('dateTime', [`<= ${zoned}`, zoned])).toEqual([1])
    const local = 'time("12:00:00")'
    expect(await masked('time', [local, `[${local}..${local}]`, `< ${local}`, `> ${local}`, '? != null'])).toEqual([4])
  })

  it('leaves times with an offset undecided: their line has no ends', async () => {
    const { undecided, empty, gaps } = await analyzed({
      inputs: [{ name: 'at', type: 'time' }],
      rules: [aRule('< time("12:00:00Z")'), aRule('> time("13:00:00Z")')],
    })

    expect(undecided).toHaveLength(2)
    expect([empty, gaps]).toEqual([[], []])
  })

  it('tells of defaults that the column does not allow, and of an order that nobody gave', async () => {
    const warnings = async (table: TableOptions) =>
      (await aModel(aTable(table))).warnings.map(({ code, elementId }) => [code, elementId])
    const rules: TableOptions['rules'] = [
      [['> 5'], ['"a"']],
      [['> 1'], ['"b"']],
    ]

    expect(
      await warnings({
        hitPolicy: 'FIRST',
        outputs: [{ name: 'x', type: 'string', values: '"a","b"', default: '"z"' }],
        rules,
      }),
    ).toContainEqual(['dmn.cell_value', 'policy_o1'])
    expect(
      await warnings({ hitPolicy: 'FIRST', outputs: [{ name: 'x', type: 'string', default: '5' }], rules }),
    ).toContainEqual(['dmn.cell_type', 'policy_o1'])
    expect(await warnings({ hitPolicy: 'PRIORITY', rules })).toContainEqual(['dmn.no_order', 'policy_table'])
    const ordered: TableOptions = {
      hitPolicy: 'PRIORITY',
      outputs: [{ name: 'x', type: 'string', values: '"a","b"', default: '"b"' }],
      rules,
    }
    expect(await warnings(ordered)).toEqual([])
  })

  it('leaves local times beside times with an offset undecided: they have no common order', async () => {
    const { undecided } = await analyzed({
      inputs: [{ name: 'at', type: 'dateTime' }],
      rules: [aRule('< date and time("2026-03-01T12:00:00Z")'), aRule('>= date and time("2026-03-01T12:00:00")')],
    })

    expect(undecided).toHaveLength(2)
  })

  it.each(['approval-level', 'cancel-eligibility', 'compensation-ceiling'])(
    'finds no hole, no idle rule and no wrong cell in the pack: %s',
    async (name) => {
      const read = await readDmn(readFileSync(`templates/after-sales/decisions/${name}.dmn`, 'utf8'))
      if (!read.ok) throw new Error(name)

      // Results that are offered in the list though no rule gives them yet are all that it may say.
      expect(
        new Set(read.model.warnings.map(({ code }) => code)).difference(new Set(['dmn.unreachable_output'])),
      ).toEqual(new Set())
    },
  )

  it('takes the allowed values of a type of the file', async () => {
    const model = await aModel(
      '<itemDefinition name="tTier"><typeRef>string</typeRef><allowedValues><text>"gold","plain"</text></allowedValues></itemDefinition>',
      aTable({ inputs: [{ name: 'tier', type: 'tTier' }], rules: [aRule('"gold"'), aRule('"golden"', '"b"')] }),
    )

    expect(analysisOf(model).gaps).toEqual([{ tests: ['"plain"'], example: ['"plain"'] }])
    expect(analysisOf(model).wrongCells).toMatchObject([{ rule: 1, kind: 'value', value: '"golden"' }])
  })

  it('gives the studio an example by column, and the cells of a rule that would close the gap', async () => {
    const { warnings } = await modelOf({ inputs: amount('[0..200]'), rules: [aRule('< 100')] })

    expect(warnings).toMatchObject([
      {
        code: 'dmn.gap',
        elementId: 'policy_table',
        example: { values: { policy_i1: '100' }, tests: { policy_i1: '[100..200]' }, rules: [] },
      },
    ])
  })

  it('looks at 2,000 rules of five columns within its effort', async () => {
    const rules = Array.from({ length: 2000 }, (_, index): [string[], string[]] => [
      [`[${index * 10}..${index * 10 + 10})`, index % 2 ? '"a"' : '-', '-', `<= ${index}`, '-'],
      ['"a"'],
    ])
    const names = ['amount', 'tier', 'days', 'level', 'opened']
    const types = ['number', 'string', 'number', 'number', 'boolean']
    const analysis = await analyzed({
      inputs: names.map((name, column) => ({ name, type: types[column] ?? 'Any' })),
      rules,
    })

    expect(analysis.unfinished).toEqual(['gaps'])
    expect(analysis.overlaps).toEqual([])
    expect(analysis.counts.gaps).toBe(200)
  }, 60_000)

  it('says what it did not finish', async () => {
    const names = Array.from({ length: 12 }, (_, column) => `x${column}`)
    const analysis = await analyzed({
      inputs: names.map((name) => ({ name, type: 'number' })),
      rules: Array.from({ length: 400 }, (_, index) => [
        names.map((_, column) =>
          column % 3 === index % 3 ? '-' : `[${(index * 7 + column) % 40}..${((index * 11 + column) % 40) + 40}]`,
        ),
        ['"a"'],
      ]),
    })

    expect(analysis.unfinished).toContain('gaps')
  }, 60_000)
})

describe('the analysis, held against an evaluation of every input', { timeout: 60_000 }, () => {
  const runs = { numRuns: 60, seed: 20_261_125 }

  type Matching = (input: Record<string, unknown>) => number[]
  async function each(check: (table: SmallTable, matching: Matching, found: TableAnalysis) => void | Promise<void>) {
    await fc.assert(
      fc.asyncProperty(smallTable, async (table) => check(table, await rulesOf(table), await analyzed(table))),
      runs,
    )
  }

  const isMissing = (table: SmallTable, input: Record<string, unknown>) =>
    table.inputs.some(
      ({ name }, column) => input[name] === null && !table.rules.some(([cells]) => cells[column] === 'null'),
    )

  it('finds a gap exactly when some input matches no rule, and its example is one', () =>
    each((table, matching, { gaps }) => {
      for (const { example } of gaps) expect(matching(inputOf(table, example))).toEqual([])
      const isGapped = everyInput(table).some((input) => !isMissing(table, input) && matching(input).length === 0)
      expect(gaps.length > 0).toBe(isGapped)
    }))

  it('closes every gap with the rules that it offers', () =>
    each(async (table, _, { gaps, counts }) => {
      fc.pre(counts.gaps === gaps.length)
      const more = gaps.map(({ tests }): [string[], string[]] => [[...tests], ['"z"']])
      expect((await analyzed({ ...table, rules: [...table.rules, ...more] })).gaps).toEqual([])
    }))

  it('finds exactly the pairs of rules that match together, and its examples match both', () =>
    each((table, matching, { overlaps }) => {
      for (const { rules, example } of overlaps)
        expect(matching(inputOf(table, example))).toEqual(expect.arrayContaining([...rules]))
      const pairs = new Set(
        everyInput(table).flatMap((input) => {
          const hits = matching(input)
          return hits.flatMap((first) => hits.filter((second) => second > first).map((second) => `${first} ${second}`))
        }),
      )
      expect(new Set(overlaps.map(({ rules }) => rules.join(' ')))).toEqual(pairs)
    }))

  it('finds exactly the rules that never count', () =>
    each((table, matching, { empty, masked }) => {
      const every = everyInput(table).map(matching)
      const idle = [...table.rules.keys()].filter((rule) =>
        every.every((hits) => (table.hitPolicy === 'FIRST' ? hits[0] !== rule : !hits.includes(rule))),
      )
      expect([...empty, ...masked].map(({ rule }) => rule).sort()).toEqual(idle)
      for (const { rule, by, example } of masked) {
        const hits = matching(inputOf(table, example))
        expect(hits).toContain(rule)
        expect(by).toContain(hits.find((hit) => by.includes(hit)))
      }
    }))
})
