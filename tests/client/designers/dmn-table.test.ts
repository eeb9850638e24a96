import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isMoneyColumn, readResult, writeResult } from '../../../client/designers/decision/cells.ts'
import {
  freeRuleId,
  placesById,
  readTable,
  writeTable,
  type DecisionTable,
} from '../../../client/designers/decision/dmn-table.ts'
import { readCell, writeCell } from '../../../workflows/expressions/sentences/cell.ts'

const file = (name: string) => readFileSync(`templates/after-sales/decisions/${name}.dmn`, 'utf8')
const names = ['approval-level', 'cancel-eligibility', 'compensation-ceiling']

/** The lines that differ, as `- old` and `+ new`. */
function changes(before: string, after: string): string[] {
  const old = before.split('\n')
  const now = after.split('\n')
  const start = old.findIndex((line, index) => line !== now[index])
  if (start < 0) return []
  let tail = 0
  while (old.at(-1 - tail) === now.at(-1 - tail) && tail < Math.min(old.length, now.length) - start) tail++
  return [
    ...old.slice(start, old.length - tail).map((line) => `- ${line.trim()}`),
    ...now.slice(start, now.length - tail).map((line) => `+ ${line.trim()}`),
  ]
}
const withCell = (table: DecisionTable, rule: string, column: number, value: string): DecisionTable => ({
  ...table,
  rules: table.rules.map((one) =>
    one.id === rule ? { ...one, inputs: one.inputs.map((cell, index) => (index === column ? value : cell)) } : one,
  ),
})

describe('a decision table', () => {
  it.each(names)('is written back letter for letter when nothing changed: %s', (name) => {
    expect(writeTable(file(name), readTable(file(name)))).toBe(file(name))
  })

  it('reads columns, rules and sentences', () => {
    const table = readTable(file('approval-level'))

    expect(table).toMatchObject({
      decisionId: 'approval-level',
      name: '审批级别',
      hitPolicy: 'COLLECT',
      aggregation: 'MAX',
    })
    expect(table.inputs[1]).toEqual({ id: 'in-amount', label: '金额', name: 'amount', type: 'number', values: '' })
    expect(table.rules[0]).toEqual({
      id: 'cancel-small',
      inputs: ['"cancel"', '<= 500000', '-', '-', '-'],
      outputs: ['0'],
      annotation: '未发货的取消，5,000 元以内自动通过。',
    })
  })

  it('changes one cell and nothing else', () => {
    const before = file('approval-level')

    const after = writeTable(before, withCell(readTable(before), 'cancel-small', 1, '<= 300000'))

    expect(changes(before, after)).toEqual(['- <text>&lt;= 500000</text>', '+ <text>&lt;= 300000</text>'])
  })

  it('changes the sentence for the customer in its place', () => {
    const before = file('cancel-eligibility')
    const table = readTable(before)

    const rules = table.rules.map((rule) => (rule.id === 'unpaid' ? { ...rule, annotation: '没付款 & 没发货' } : rule))
    const after = writeTable(before, { ...table, rules })

    expect(changes(before, after)).toEqual([
      '- <description>还没付款，直接关闭订单。</description>',
      '+ <description>没付款 &amp; 没发货</description>',
    ])
    expect(readTable(after).rules[1]!.annotation).toBe('没付款 & 没发货')
  })

  it('moves, copies and deletes rules and keeps the ids of those that stay', () => {
    const before = file('cancel-eligibility')
    const table = readTable(before)
    const [first, second, ...rest] = table.rules
    const copy = { ...first!, id: freeRuleId(table) }

    const after = readTable(writeTable(before, { ...table, rules: [second!, first!, copy, ...rest.slice(1)] }))

    expect(after.rules.map((rule) => rule.id)).toEqual([
      second!.id,
      first!.id,
      copy.id,
      ...rest.slice(1).map((rule) => rule.id),
    ])
    expect(after.rules[2]).toEqual(copy)
    expect(after.rules[1]).toEqual(first)
  })

  it('edits a rule that moves at the same time', () => {
    const before = file('approval-level')
    const table = withCell(readTable(before), 'cancel-small', 1, '<= 1')

    const after = readTable(writeTable(before, { ...table, rules: table.rules.toReversed() }))

    expect(after.rules.at(-1)).toMatchObject({ id: 'cancel-small', inputs: ['"cancel"', '<= 1', '-', '-', '-'] })
  })

  it('fills a table that had no rules, with the prefix of the document', () => {
    const empty =
      '<d:definitions xmlns:d="x"><d:decision id="a" name="A"><d:decisionTable id="t"><d:input id="i"><d:inputExpression typeRef="number"><d:text>n</d:text></d:inputExpression></d:input><d:output id="o" name="o"/></d:decisionTable></d:decision></d:definitions>'
    const rule = { id: 'r', inputs: ['> 1'], outputs: ['"x"'], annotation: '' }

    const after = writeTable(empty, { ...readTable(empty), hitPolicy: 'FIRST', rules: [rule] })

    expect(readTable(after)).toMatchObject({ hitPolicy: 'FIRST', rules: [rule] })
    expect(after).toContain('<d:rule id="r">')
  })

  it('knows where the elements stand that problems name', () => {
    const places = placesById(file('approval-level'))

    expect(places.get('cancel-small')).toEqual({ rule: 'cancel-small' })
    const [cell] = [...places].find(([, place]) => place.side === 'outputs') ?? []
    expect(places.get(cell ?? '')).toEqual({ rule: 'cancel-small', side: 'outputs', column: 0 })
    expect(places.get('nothing')).toBeUndefined()
  })

  it('changes how rules are chosen', () => {
    const before = file('approval-level')

    const after = writeTable(before, { ...readTable(before), hitPolicy: 'FIRST', aggregation: '' })

    expect(readTable(after)).toMatchObject({ hitPolicy: 'FIRST', aggregation: '' })
    expect(after).toContain('<decisionTable id="approval-level-table" hitPolicy="FIRST">')
  })

  it.each(['', '<a><b></a>', '<definitions/>', 'not xml'])('refuses what has no table: %j', (text) => {
    expect(() => readTable(text)).toThrow(/Expected/)
  })
})

describe('a cell', () => {
  it.each(names)('of the pack reads in words and writes itself back: %s', (name) => {
    for (const { inputs, outputs } of readTable(file(name)).rules) {
      for (const cell of inputs) {
        expect(readCell(cell).kind, cell).not.toBe('expression')
        expect(writeCell(readCell(cell))).toBe(cell)
      }
      for (const cell of outputs) expect(writeResult(readResult(cell))).toBe(cell)
    }
  })

  it('is an amount where the variable of its column is one', () => {
    const variables = [
      { path: 'refund.amount', type: 'money' },
      { path: 'order.total', type: 'number' },
    ]

    expect(isMoneyColumn({ name: 'amount', type: 'number' }, variables)).toBe(true)
    expect(isMoneyColumn({ name: 'total', type: 'number' }, variables)).toBe(false)
    expect(isMoneyColumn({ name: 'cap', type: 'number' }, variables)).toBe(true)
    expect(isMoneyColumn({ name: 'feeRate', type: 'number' }, variables)).toBe(false)
    expect(isMoneyColumn({ name: 'amount', type: 'string' }, variables)).toBe(false)
  })
})
