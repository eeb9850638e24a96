import { describe, expect, it } from 'vitest'
import { addedRule, changedCell, ruleDeeds } from '../../../client/designers/decision/edit-rules.ts'
import { readTable, type DecisionTable } from '../../../client/designers/decision/dmn-table.ts'
import { aTable, definitions } from '../../support/dmn.ts'

const table = readTable(
  definitions(
    aTable({
      inputs: [{ name: 'amount', type: 'number' }],
      rules: [
        [['1'], ['"a"']],
        [['2'], ['"b"']],
        [['3'], ['"c"']],
      ],
    }),
  ),
)
const cells = ({ rules }: DecisionTable) => rules.map(({ inputs }) => inputs[0])
const act = (deed: string, at: number) => ruleDeeds[deed]!(table, table.rules[at]!)

describe('the rules of a table', () => {
  it('change places, and stay where they are at the ends', () => {
    expect(cells(act('up', 1))).toEqual(['2', '1', '3'])
    expect(cells(act('down', 1))).toEqual(['1', '3', '2'])
    expect(cells(act('up', 0))).toEqual(['1', '2', '3'])
    expect(cells(act('down', 2))).toEqual(['1', '2', '3'])
  })

  it('are copied below themselves with an id of their own, and taken away', () => {
    const copied = act('copy', 0)

    expect(cells(copied)).toEqual(['1', '1', '2', '3'])
    expect(new Set(copied.rules.map(({ id }) => id)).size).toBe(4)
    expect(cells(act('remove', 1))).toEqual(['1', '3'])
  })

  it('begin empty, or with the tests that close a gap', () => {
    const column = table.inputs[0]!.id

    expect(addedRule(table).rules.at(-1)).toMatchObject({ inputs: ['-'], outputs: ['null'], annotation: '' })
    expect(addedRule(table, { [column]: '> 3' }).rules.at(-1)).toMatchObject({ inputs: ['> 3'] })
  })

  it('change cell by cell', () => {
    expect(cells(changedCell(table, table.rules[1]!, 'inputs', 0, '< 9'))).toEqual(['1', '< 9', '3'])
    expect(table.rules[1]!.inputs).toEqual(['2'])
  })
})
