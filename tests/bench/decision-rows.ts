import dmnEvalJs from '@hbtgmbh/dmn-eval-js'
import { evaluate as feelinEvaluate, unaryTest as feelinUnaryTest } from 'feelin'
import { evaluateDecision } from '../../workflows/decisions/evaluate.ts'
import { readDmn } from '../../workflows/decisions/read-dmn.ts'
import { compileExpression, compileUnaryTests } from '../../workflows/expressions/compile.ts'
import { most, ratesOf, rowOf } from './measure.ts'
import type { Extent, Group, Row } from './measure.ts'

const now = '2026-03-02T01:00:00.000Z'

const scopeOf = (values: Record<string, unknown>) => ({ get: (name: string) => values[name], now, timeZone: 'UTC' })

function microseconds(extent: Extent, name: string, once: () => void, goal?: number): Row {
  const trials = ratesOf(once, extent).map((each) => 1_000_000 / each)
  return rowOf(name, 'microseconds', trials, goal === undefined ? undefined : most(goal))
}

const condition = 'amount > 100 and tier = "gold"'
const conditionValues = { amount: 120, tier: 'gold' }
const money = 'decimal(amount * 0.13 + fee - discount / 4, 2)'
const moneyValues = { amount: 1299.5, fee: 12, discount: 25 }
const cell = '[100..500), > 1000'

function expressionRow(
  extent: Extent,
  name: string,
  source: string,
  values: Record<string, unknown>,
  goal?: number,
): Row {
  const compiled = compileExpression(source)
  if (!compiled.ok) throw new Error(compiled.problem.message.en)
  const scope = scopeOf(values)
  return microseconds(extent, name, () => void compiled.expression.evaluate(scope), goal)
}

function unaryRow(extent: Extent): Row {
  const compiled = compileUnaryTests(cell)
  if (!compiled.ok) throw new Error(compiled.problem.message.en)
  const scope = scopeOf({})
  return microseconds(extent, 'feel.unaryTests', () => void compiled.tests.evaluate(scope, 499), 0.2)
}

const tiers = ['none', 'silver', 'gold', 'diamond']
const reasons = ['quality', 'wrong item', 'late', 'changed mind', 'damaged']

/** A table of `count` rules over five inputs, of which one matches: tiers, reasons and bands of the amount. */
function tableOf(count: number): { xml: string; input: Record<string, unknown> } {
  const band = (index: number) => Math.floor(index / (tiers.length * reasons.length))
  const escaped = (text: string) => text.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const rules = Array.from({ length: count }, (_, index) => {
    const tier = tiers[index % tiers.length] ?? ''
    const reason = reasons[Math.floor(index / tiers.length) % reasons.length] ?? ''
    const cells = [
      `"${tier}"`,
      `"${reason}"`,
      `[${band(index) * 100}..${band(index) * 100 + 100}[`,
      index % 2 === 0 ? '<= 30' : '-',
      index % 3 === 0 ? 'true' : '-',
    ].map((text, at) => `<inputEntry id="i${index}_${at}"><text>${escaped(text)}</text></inputEntry>`)
    return `<rule id="rule_${index}">${cells.join('')}<outputEntry id="o${index}"><text>${index}</text></outputEntry></rule>`
  })
  const column = (name: string, type: string) =>
    `<input id="in_${name}" label="${name}"><inputExpression id="e_${name}" typeRef="${type}"><text>${name}</text></inputExpression></input>`
  const columns = [
    column('tier', 'string'),
    column('reason', 'string'),
    column('amount', 'number'),
    column('days', 'number'),
    column('first', 'boolean'),
  ]
  const xml = `<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd" id="d" name="d" namespace="urn:bench"><decision id="fee" name="fee"><decisionTable id="t" hitPolicy="FIRST">${columns.join('')}<output id="out" name="fee" typeRef="number"/>${rules.join('')}</decisionTable></decision></definitions>`
  const last = count - 1
  const input = {
    tier: tiers[last % tiers.length],
    reason: reasons[Math.floor(last / tiers.length) % reasons.length],
    amount: band(last) * 100 + 50,
    days: 7,
    first: true,
  }
  return { xml, input }
}

async function tableRows(extent: Extent, count: number, goal: number): Promise<Row[]> {
  const { xml, input } = tableOf(count)
  const read = await readDmn(xml)
  if (!read.ok) throw new Error(read.problems[0]?.message.en ?? '')
  const scope = scopeOf(input)
  const answer = evaluateDecision(read.model, 'fee', scope)
  if (!answer.ok) throw new Error(answer.message.en)
  const decisions = await dmnEvalJs.decisionTable.parseDmnXml(xml)
  const theirs = dmnEvalJs.decisionTable.evaluateDecision('fee', decisions, input) as { fee?: unknown }
  if (theirs.fee !== answer.output)
    throw new Error(`the peer gives ${String(theirs.fee)}, not ${String(answer.output)}`)
  return [
    microseconds(extent, `dmn.table${count}`, () => void evaluateDecision(read.model, 'fee', scope), goal),
    microseconds(
      extent,
      `peer.dmnEvalJs.table${count}`,
      () => void dmnEvalJs.decisionTable.evaluateDecision('fee', decisions, input),
    ),
  ]
}

/** Figures of expressions and decision tables, beside the packages of npm that do the same, in the same run. */
export const decisionRows: Group = {
  rows: [
    'feel.condition',
    'feel.unaryTests',
    'feel.money',
    'peer.feelin.condition',
    'peer.feelin.unaryTests',
    'peer.feelin.money',
    'dmn.table20',
    'peer.dmnEvalJs.table20',
    'dmn.table2000',
    'peer.dmnEvalJs.table2000',
  ],
  async measure(extent) {
    return [
      expressionRow(extent, 'feel.condition', condition, conditionValues, 0.2),
      unaryRow(extent),
      expressionRow(extent, 'feel.money', money, moneyValues),
      microseconds(extent, 'peer.feelin.condition', () => void feelinEvaluate(condition, conditionValues)),
      microseconds(extent, 'peer.feelin.unaryTests', () => void feelinUnaryTest(cell, { '?': 499 })),
      microseconds(extent, 'peer.feelin.money', () => void feelinEvaluate(money, moneyValues)),
      ...(await tableRows(extent, 20, 5)),
      ...(await tableRows(extent, 2000, 100)),
    ]
  },
}
