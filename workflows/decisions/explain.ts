import type { Scope } from '../expressions/evaluation.ts'
import { toJson } from '../expressions/json.ts'
import { keysOf } from '../expressions/contexts.ts'
import { isContext } from '../expressions/values.ts'
import type { ExpressionWarning, FeelContext, FeelValue } from '../expressions/values.ts'
import type { JsonValue } from '../model/json.ts'
import type { Sentence } from '../model/problem.ts'
import { evaluateToFeel } from './evaluate.ts'
import { conditionWords, joined, valueWords } from './explain-words.ts'
import type { DecisionModel, MatchedRule, TableTrace, Trace } from './model.ts'

/** What one rule of a table said. */
export interface ExplainedRule {
  /** Counted from 1, as people count rows. */
  index: number
  id: string
  annotation: string | null
  matched: boolean
  /** Whether the result comes from it: a hit policy may choose among those that matched. */
  counts: boolean
  /** Its cells that ask something, with what they ask and whether it was so; null: it could not be told. */
  cells: { column: number; label: string; test: string; holds: boolean | null }[]
  /** Labels of the columns that kept it from matching. */
  failedBy: string[]
}

export interface ExplainedTable {
  hitPolicy: string
  inputs: { label: string; expression: string; value: JsonValue }[]
  rules: ExplainedRule[]
  /** No rule matched and the default outputs were taken. */
  usedDefault: boolean
  output: JsonValue
}

/** A decision on the path, in the order in which the decisions were finished; the one that was asked for is the last. */
export interface ExplainedDecision {
  decisionId: string
  name: string
  output: JsonValue
  /** The decisions and inputs that it requires, by id. */
  requires: string[]
  /** Its decision tables that were evaluated, also those inside of its boxed expressions and functions. */
  tables: ExplainedTable[]
}

export interface Explanation {
  path: ExplainedDecision[]
  /** Input data that was read, by name. */
  inputs: Record<string, JsonValue>
  /** One sentence that can be shown to a customer. */
  sentence: Sentence
}

export type Explained =
  | {
      ok: true
      output: JsonValue
      matched: MatchedRule[]
      explanation: Explanation
      warnings: readonly ExpressionWarning[]
    }
  | {
      ok: false
      code: string
      message: Sentence
      /** The decision or business knowledge model in whose logic it failed. */
      elementId?: string
      explanation: Explanation
      warnings: readonly ExpressionWarning[]
    }

function ruleOf(table: TableTrace, index: number): ExplainedRule {
  const rule = table.rules[index] as TableTrace['rules'][number]
  const cells = rule.cells.flatMap((cell, column) =>
    cell.shape === null
      ? []
      : [{ column, label: table.inputs[column]?.label ?? '', test: cell.source, holds: cell.holds }],
  )
  const failedBy = cells.filter(({ holds }) => holds !== true).map(({ label }) => label)
  return {
    index: index + 1,
    id: rule.id,
    annotation: rule.annotation,
    matched: failedBy.length === 0,
    counts: table.chosen.includes(index),
    cells,
    failedBy,
  }
}

const tableOf = (table: TableTrace): ExplainedTable => ({
  hitPolicy: table.hitPolicy,
  inputs: table.inputs.map(({ label, expression, value }) => ({ label, expression, value: toJson(value) })),
  rules: table.rules.map((_, index) => ruleOf(table, index)),
  usedDefault: table.usedDefault,
  output: toJson(table.output),
})

/** The conditions of a rule that asks something, or null for one that takes what is left. */
function reasons(table: TableTrace, index: number): Sentence | null {
  const conditions = (table.rules[index]?.cells ?? []).flatMap(({ shape }, column) => {
    const input = table.inputs[column]
    return shape && input ? [conditionWords(input.label, shape, input.value)] : []
  })
  return conditions.length === 0 ? null : joined(conditions, ',且', ', and ')
}

/** What came out: every entry by its name where there are several, each row in brackets. */
function result(name: string, value: FeelValue): Sentence {
  if (isContext(value) && keysOf(value).length > 0) return entriesOf(value)
  if (Array.isArray(value) && value.length > 0 && value.every(isContext)) {
    const rows = joined(
      value.map((row) => {
        const { zh, en } = entriesOf(row)
        return { zh: `(${zh})`, en: `(${en})` }
      }),
      '、',
      ', ',
    )
    return { zh: `${name}为${rows.zh}`, en: `${name} is ${rows.en}` }
  }
  const { zh, en } = valueWords(value)
  return { zh: `${name}为${/^[「是否空]/.test(zh) ? '' : ' '}${zh}`, en: `${name} is ${en}` }
}

const entriesOf = (context: FeelContext): Sentence =>
  joined(
    keysOf(context).map((name) => result(name, context[name] ?? null)),
    '、',
    ', ',
  )

function tableSentence(table: TableTrace): Sentence {
  const told = result(table.outputLabel, table.output)
  if (table.chosen.length === 0) {
    const given = joined(
      table.inputs.map(({ label, value }) => {
        const { zh, en } = valueWords(value)
        return { zh: `${label}${/^[「是否空]/.test(zh) ? '' : ' '}${zh}`, en: `${label} ${en}` }
      }),
      '、',
      ', ',
    )
    // How many rules match is told also when none does.
    if (!table.usedDefault && table.output !== null)
      return {
        zh: `没有规则适用(${given.zh}),所以${told.zh}。`,
        en: `As no rule applies (${given.en}), ${told.en}.`,
      }
    return table.usedDefault
      ? {
          zh: `没有特别的规定适用(${given.zh}),所以按默认,${told.zh}。`,
          en: `As no rule applies (${given.en}), by default ${told.en}.`,
        }
      : { zh: `没有规则适用(${given.zh}),所以没有结果。`, en: `No rule applies (${given.en}), so there is no result.` }
  }
  const all = table.chosen.map((index) => reasons(table, index))
  const known = all.filter((each) => each !== null)
  if (known.length === 0) return { zh: `其他情况均不适用,所以${told.zh}。`, en: `As nothing else applies, ${told.en}.` }
  const because = joined(known, ';', '; ')
  return { zh: `因为${because.zh},所以${told.zh}。`, en: `Because ${because.en}, ${told.en}.` }
}

/** The sentence of the last decision: of its table, or of what it was computed from. */
function sentenceOf(model: DecisionModel, trace: Trace): Sentence {
  const last = trace.decisions.at(-1)
  if (!last) return { zh: '没有结果。', en: 'There is no result.' }
  const table = trace.tables.findLast(({ owner }) => owner === last.id)
  if (table) return tableSentence(table)
  const decision = model.decisions.get(last.id)
  const required = [
    ...trace.decisions.filter(({ id }) => decision?.requiredDecisions.includes(id)),
    ...(decision?.requiredInputs ?? []).flatMap((id) => {
      const name = model.inputs.get(id)?.name ?? ''
      return trace.inputs.has(name) ? [{ name, value: trace.inputs.get(name) ?? null }] : []
    }),
  ].map(({ name, value }) => result(name, value))
  const told = result(last.name, last.value)
  if (required.length === 0) return { zh: `${told.zh}。`, en: `${told.en}.` }
  const from = joined(required, ',', ', ')
  return { zh: `因为${from.zh},所以${told.zh}。`, en: `Because ${from.en}, ${told.en}.` }
}

/** Capital letter at the beginning of an English sentence. */
const begun = ({ zh, en }: Sentence): Sentence => ({ zh, en: en.charAt(0).toUpperCase() + en.slice(1) })

/**
 * Evaluates a decision and says why it came out so: for every table on the path which rules matched and which did not and
 * by which cell, the values, and one sentence from the labels of the columns and the meaning of the cells. A failure is
 * explained as far as it came. The result is that of `evaluateDecision`.
 */
export function explainDecision(model: DecisionModel, id: string, scope: Scope): Explained {
  const trace: Trace = { decisions: [], inputs: new Map(), tables: [] }
  const evaluated = evaluateToFeel(model, id, scope, trace)
  const explanation: Explanation = {
    path: trace.decisions.map(({ id: decisionId, name, value }) => {
      const decision = model.decisions.get(decisionId)
      return {
        decisionId,
        name,
        output: toJson(value),
        requires: [...(decision?.requiredDecisions ?? []), ...(decision?.requiredInputs ?? [])],
        tables: trace.tables.filter(({ within }) => within === decisionId).map(tableOf),
      }
    }),
    inputs: Object.fromEntries([...trace.inputs].map(([name, value]) => [name, toJson(value)])),
    sentence: evaluated.ok ? begun(sentenceOf(model, trace)) : evaluated.message,
  }
  const warnings = evaluated.warnings ?? []
  if (evaluated.ok)
    return { ok: true, output: toJson(evaluated.value), matched: evaluated.matched, explanation, warnings }
  const { code, message, elementId } = evaluated
  return { ok: false, code, message, ...(elementId ? { elementId } : {}), explanation, warnings }
}
