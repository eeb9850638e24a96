import { freeRuleId, type DecisionTable, type Rule } from './dmn-table.ts'
import type { Side } from './use-open-cell.ts'

/** A rule that says nothing yet, or the tests that are given; what it gives is left to be chosen. */
const blankRule = (table: DecisionTable, tests: Readonly<Record<string, string>> = {}): Rule => ({
  id: freeRuleId(table),
  inputs: table.inputs.map((column) => tests[column.id] ?? '-'),
  outputs: table.outputs.map(() => 'null'),
  annotation: '',
})

const withRules = (table: DecisionTable, rules: Rule[]): DecisionTable => ({ ...table, rules })

export const changedRule = (table: DecisionTable, rule: Rule, change: Partial<Rule>): DecisionTable =>
  withRules(
    table,
    table.rules.map((one) => (one === rule ? { ...one, ...change } : one)),
  )

export const changedCell = (table: DecisionTable, rule: Rule, side: Side, column: number, value: string) =>
  changedRule(table, rule, { [side]: rule[side].map((old, index) => (index === column ? value : old)) })

/** One more rule, at the end. */
export const addedRule = (table: DecisionTable, tests?: Readonly<Record<string, string>>): DecisionTable =>
  withRules(table, [...table.rules, blankRule(table, tests)])

function copiedRule(table: DecisionTable, rule: Rule): DecisionTable {
  const at = table.rules.indexOf(rule) + 1
  return withRules(table, [...table.rules.slice(0, at), { ...rule, id: freeRuleId(table) }, ...table.rules.slice(at)])
}

function movedRule(table: DecisionTable, rule: Rule, by: number): DecisionTable {
  const at = table.rules.indexOf(rule)
  const others = table.rules.filter((one) => one !== rule)
  const to = Math.max(0, Math.min(others.length, at + by))
  return withRules(table, [...others.slice(0, to), rule, ...others.slice(to)])
}

/** What the menu of a rule offers. */
export const ruleDeeds: Readonly<Record<string, (table: DecisionTable, rule: Rule) => DecisionTable>> = {
  up: (table, rule) => movedRule(table, rule, -1),
  down: (table, rule) => movedRule(table, rule, 1),
  copy: copiedRule,
  remove: (table, rule) =>
    withRules(
      table,
      table.rules.filter((one) => one !== rule),
    ),
}
