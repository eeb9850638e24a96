import { describe, expect, it } from 'vitest'
import { defineComponent, h } from 'vue'
import { isMoneyColumn } from '../../../client/designers/decision/cells.ts'
import { readTable } from '../../../client/designers/decision/dmn-table.ts'
import { useTableProblems } from '../../../client/designers/decision/use-table-problems.ts'
import type { Problem } from '../../../client/designers/use-draft.ts'
import { aTable, aModel, definitions, type TableOptions } from '../../support/dmn.ts'
import { show } from '../../support/mount.ts'

const tier = { name: 'tier', type: 'string', values: '"regular","gold"' }
const amount = { name: 'amount', type: 'number', values: '[0..1000000]' }

/** The problems of a table as the server finds them, in the words of the designer. */
async function findings(options: TableOptions, language: 'zh-CN' | 'en' = 'zh-CN') {
  const problems = (await aModel(aTable(options))).warnings as Problem[]
  const xml = definitions(aTable(options))
  const table = readTable(xml)
  let found: ReturnType<typeof useTableProblems> | undefined
  const host = defineComponent({
    setup() {
      found = useTableProblems({
        xml: () => xml,
        table: () => table,
        inputs: () => table.inputs.map((column) => ({ ...column, money: isMoneyColumn(column, []) })),
        problems: () => problems,
      })
      return () => h('div')
    },
  })
  await show(host, {}, { language })
  if (!found) throw new Error('not set up')
  return { ...found, problems }
}

describe('what the check found in a table', () => {
  it('is said in the words of the table, with amounts in yuan and codes in words', async () => {
    const { problems, say, summary, typed } = await findings({
      inputs: [amount, tier],
      rules: [
        [['<= 500000', '-'], ['"a"']],
        [['>= 500000', '"gold"'], ['"b"']],
      ],
    })

    expect(problems.map(say)).toEqual([
      'amount 大于 5,000 元且不超过 10,000 元，tier 普通 时没有规则，例如 amount 5,000.01 元，tier 普通',
      '第 1 条和第 2 条会同时符合，例如 amount 5,000 元，tier 金卡',
    ])
    expect(summary.value).toBe('1 处没有规则，1 处会同时符合')
    expect(typed(problems[0] as Problem)).toEqual({ policy_i1: '5,000.01', policy_i2: 'regular' })
  })

  it('stands at the rule and the cell that it is about', async () => {
    const { ofRule, ofCell, isCertain } = await findings(
      {
        hitPolicy: 'FIRST',
        inputs: [tier],
        rules: [
          [['"gold","regular"'], ['"a"']],
          [['"golden"'], ['"b"']],
          [['"gold"'], ['"c"']],
        ],
      },
      'en',
    )

    expect(ofCell('policy_r2', 'inputs', 0)).toBe(
      'Rule 2, tier: Expected an allowed value of the column, but "golden" is none. So the rule never matches.',
    )
    expect(ofRule('policy_r3')).toBe('Rule 3 is never used, rule 1 always comes first, for example tier gold')
    expect(ofCell('policy_r1', 'inputs', 0)).toBeUndefined()
    expect(isCertain.value).toBe(true)
  })

  it('says nothing for certain of a table that it could not look through', async () => {
    const { summary, isCertain } = await findings({ inputs: [amount], rules: [[['<= limit or ? > 5'], ['"a"']]] })

    expect(summary.value).toBeNull()
    expect(isCertain.value).toBe(false)
  })
})
