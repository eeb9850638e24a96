import { chargeList, charge } from '../expressions/budget.ts'
import { emptyContext } from '../expressions/contexts.ts'
import { end } from '../expressions/evaluation.ts'
import { formatValue } from '../expressions/text.ts'
import { isDecimal } from '../expressions/values.ts'
import type { FeelValue } from '../expressions/values.ts'
import { expressionCell, idOf, isFeel, testCell, typeOf } from './cells.ts'
import type { Cell, Surroundings, TestCell } from './cells.ts'
import { allowedValues, isAllowed } from './data-types.ts'
import { hitPolicies } from './hit-policies.ts'
import type { Chosen, Hit } from './hit-policies.ts'
import type { AllowedValue, DataType, DecisionFrame, DecisionTableOutline, Logic, TableTrace } from './model.ts'
import { analysisOf } from './analysis/read-table.ts'
import { indexRules } from './rule-index.ts'
import type { RuleIndex } from './rule-index.ts'
import { childNamed, childrenNamed, textIn } from './xml.ts'
import type { XmlElement } from './xml.ts'

const limits = { rules: 2000, columns: 40 }

interface Input {
  label: string
  /** What is written in it. */
  text: string
  expression: Cell
  type: DataType
  allowed: AllowedValue[]
}

interface Output {
  label: string
  name: string
  type: DataType
  /** In the order of their priority. */
  allowed: readonly AllowedValue[]
  fallback: Cell | null
}

interface Rule {
  id: string
  tests: (TestCell | null)[]
  outputs: Cell[]
  /** Which output cells are empty. */
  empty: boolean[]
  annotation: string | null
}

interface Table {
  policy: (hits: readonly Hit[]) => Chosen
  inputs: Input[]
  outputs: Output[]
  rules: Rule[]
  hitPolicy: string
  /** What it is called where its output has no label. */
  name: string
  /** Nothing after the first rule that matches counts. */
  firstOnly: boolean
  /** Made when it is first wanted. */
  index: RuleIndex | null
}

const numbered = (zh: string, en: string) => ({ zh, en })

function readInput(element: XmlElement, index: number, surroundings: Surroundings): Input {
  const expression = childNamed(element, 'inputExpression')
  const text = textIn(expression, 'text') ?? element.attributes.get('label') ?? ''
  const id = expression ? idOf(expression) : null
  const label = element.attributes.get('label') ?? text
  if (expression) isFeel(expression, surroundings)
  return {
    label,
    text,
    expression: expressionCell(
      text,
      id ?? idOf(element),
      surroundings,
      numbered(`第 ${index + 1} 个输入列`, `input column ${index + 1}`),
    ),
    type: typeOf(expression, surroundings, idOf(element)),
    allowed: allowedValues(childNamed(element, 'inputValues'), idOf(element), surroundings.report),
  }
}

function readOutput(element: XmlElement, index: number, surroundings: Surroundings, only: DataType | null): Output {
  const own = element.attributes.has('typeRef') || !only ? typeOf(element, surroundings, idOf(element)) : only
  const allowed = allowedValues(childNamed(element, 'outputValues'), idOf(element), surroundings.report)
  const fallback = childNamed(element, 'defaultOutputEntry')
  const text = textIn(fallback, 'text')
  const name = element.attributes.get('name') ?? ''
  return {
    name,
    label: element.attributes.get('label') ?? name,
    type: own,
    allowed: allowed.length > 0 ? allowed : own.allowed,
    fallback:
      text === undefined
        ? null
        : expressionCell(
            text,
            fallback ? idOf(fallback) : null,
            surroundings,
            numbered(`第 ${index + 1} 个输出列的默认值`, `default of output column ${index + 1}`),
          ),
  }
}

function readRule(element: XmlElement, index: number, columns: [number, number], surroundings: Surroundings): Rule {
  const inputs = childrenNamed(element, 'inputEntry')
  const outputs = childrenNamed(element, 'outputEntry')
  const id = idOf(element)
  if (inputs.length !== columns[0] || outputs.length !== columns[1])
    surroundings.report(id ?? surroundings.ownerId, 'dmn.cells', {
      zh: `第 ${index + 1} 条规则应有 ${columns[0]} 个输入和 ${columns[1]} 个输出单元格,实际为 ${inputs.length} 和 ${outputs.length}。`,
      en: `Expected rule ${index + 1} to have ${columns[0]} input and ${columns[1]} output cells, but it has ${inputs.length} and ${outputs.length}.`,
    })
  const where = (kind: 'input' | 'output', column: number) =>
    kind === 'input'
      ? numbered(`第 ${index + 1} 条规则第 ${column + 1} 个输入`, `rule ${index + 1}, input ${column + 1}`)
      : numbered(`第 ${index + 1} 条规则第 ${column + 1} 个输出`, `rule ${index + 1}, output ${column + 1}`)
  for (const cell of [...inputs, ...outputs]) isFeel(cell, surroundings)
  const annotation = childrenNamed(element, 'annotationEntry')
    .map((each) => textIn(each, 'text'))
    .find((text) => text !== undefined)
  return {
    id: id ?? `rule-${index + 1}`,
    tests: inputs.map((cell, column) =>
      testCell(textIn(cell, 'text') ?? '', idOf(cell) ?? id, surroundings, where('input', column)),
    ),
    outputs: outputs.map((cell, column) =>
      expressionCell(textIn(cell, 'text') ?? '', idOf(cell) ?? id, surroundings, where('output', column)),
    ),
    empty: outputs.map((cell) => emptyCells.has(textIn(cell, 'text') ?? '')),
    annotation: annotation ?? textIn(element, 'description') ?? null,
  }
}

function policyOf(element: XmlElement, surroundings: Surroundings) {
  const hitPolicy = (element.attributes.get('hitPolicy') ?? 'UNIQUE').trim()
  const aggregation = element.attributes.get('aggregation')
  const name = hitPolicy === 'COLLECT' && aggregation ? `COLLECT ${aggregation}` : hitPolicy
  const policy = Object.hasOwn(hitPolicies, name) ? hitPolicies[name] : undefined
  if (!policy)
    surroundings.report(idOf(element) ?? surroundings.ownerId, 'dmn.hit_policy', {
      zh: `不认识命中策略「${name.slice(0, 60)}」。`,
      en: `Expected a hit policy of DMN, but "${name.slice(0, 60)}" is none.`,
    })
  return { name, policy: policy ?? ((hits: readonly Hit[]): Chosen => ({ hits, single: true })) }
}

/** COLLECT with an aggregation needs one column of something that can be aggregated (DMN 1.5, 8.2.11; reliability D07). */
function checkAggregation(name: string, outputs: Output[], element: XmlElement, surroundings: Surroundings): void {
  const aggregation = /^COLLECT (SUM|MIN|MAX)$/.exec(name)?.[1]
  if (!aggregation) return
  const id = idOf(element) ?? surroundings.ownerId
  if (outputs.length > 1)
    surroundings.report(id, 'dmn.aggregation', {
      zh: '汇总(COLLECT)只能用于只有一个输出列的决策表。',
      en: 'Expected one output column, because an aggregation has one result.',
    })
  const type = outputs[0]?.type.feel.type
  const refused = aggregation === 'SUM' ? ['string', 'boolean', 'date', 'time', 'date and time'] : ['boolean']
  if (type !== undefined && refused.includes(type))
    surroundings.report(id, 'dmn.aggregation', {
      zh: `类型为 ${type} 的输出不能做 ${aggregation} 汇总。`,
      en: `Expected values that ${aggregation} can aggregate, but the output has the type ${type}.`,
    })
}

/** Cells whose value is null on purpose. */
const emptyCells = new Set(['', '-', 'null'])

/** Beyond this a number cannot be stored as one. */
const largest = 308

/** A computed null (a division by zero), or a number that no process variable can hold. */
function isNoNumber(value: FeelValue, isEmpty: boolean): boolean {
  return value === null ? !isEmpty : isDecimal(value) && value.e > largest
}

function accepted(value: FeelValue, output: Output, frame: DecisionFrame, isEmpty: boolean): FeelValue {
  const given = output.type.accept(value, frame, false)
  const fitting = output.type.feel.type === 'number' && isNoNumber(value, isEmpty) ? undefined : given
  if (fitting === undefined)
    end('dmn.type', {
      zh: `输出「${output.label}」应为 ${output.type.name} 类型,但得到 ${formatValue(value).slice(0, 60)}。`,
      en: `Expected the output "${output.label}" to be of the type ${output.type.name}, but got ${formatValue(value).slice(0, 60)}.`,
    })
  if (fitting !== null && !isAllowed(output.allowed, frame, fitting))
    end('dmn.allowed_values', {
      zh: `输出「${output.label}」的值 ${formatValue(fitting).slice(0, 60)} 不在允许的值中。`,
      en: `Expected an allowed value for the output "${output.label}", but got ${formatValue(fitting).slice(0, 60)}.`,
    })
  return fitting
}

function readInputs(table: Table, frame: DecisionFrame): FeelValue[] {
  return table.inputs.map((input) => {
    const value = input.expression(frame)
    const fitting = input.type.accept(value, frame, true)
    if (fitting === undefined)
      end('dmn.type', {
        zh: `输入「${input.label}」应为 ${input.type.name} 类型,但得到 ${formatValue(value).slice(0, 60)}。`,
        en: `Expected the input "${input.label}" to be of the type ${input.type.name}, but got ${formatValue(value).slice(0, 60)}.`,
      })
    if (fitting !== null && !isAllowed(input.allowed, frame, fitting))
      end('dmn.allowed_values', {
        zh: `输入「${input.label}」的值 ${formatValue(fitting).slice(0, 60)} 不在允许的值中。`,
        en: `Expected an allowed value for the input "${input.label}", but got ${formatValue(fitting).slice(0, 60)}.`,
      })
    return fitting
  })
}

/** Smaller tables are tested rule by rule: that is quicker than to look them up. */
const fewRules = 16

function matches({ tests }: Rule, inputs: FeelValue[], frame: DecisionFrame): boolean {
  for (let column = 0; column < tests.length; column++) {
    const test = tests[column]
    if (test && test.holds(frame, inputs[column] ?? null) !== true) return false
  }
  return true
}

/** The rules that match, in their order; only the first one when that is all that counts. */
function matching(table: Table, inputs: FeelValue[], frame: DecisionFrame): number[] {
  charge(frame, (table.rules.length * inputs.length) >> 2)
  const found: number[] = []
  if (table.rules.length < fewRules) {
    for (const [index, rule] of table.rules.entries()) {
      if (!matches(rule, inputs, frame)) continue
      found.push(index)
      if (table.firstOnly) break
    }
    return found
  }
  const index = (table.index ??= indexRules(
    table.rules.map(({ tests }) => tests),
    table.inputs.length,
  ))
  const { rules, decided } = index.candidates(inputs)
  const undecided = decided.includes(false)
  for (const at of rules) {
    const { tests } = table.rules[at] as Rule
    const holds = (column: number) => tests[column]?.holds(frame, inputs[column] ?? null) ?? tests[column] === null
    const open = undecided ? tests.map((_, column) => column).filter((column) => !decided[column]) : []
    if (![...(index.open[at] ?? []), ...open].every((column) => holds(column) === true)) continue
    found.push(at)
    if (table.firstOnly) break
  }
  return found
}

function hitsOf(table: Table, inputs: FeelValue[], frame: DecisionFrame): Hit[] {
  const hits: Hit[] = []
  for (const index of matching(table, inputs, frame)) {
    const rule = table.rules[index] as Rule
    const outputs = table.outputs.map((output, column) =>
      accepted(rule.outputs[column]?.(frame) ?? null, output, frame, rule.empty[column] ?? true),
    )
    const priorities = table.outputs.map((output, column) => {
      const position = output.allowed.findIndex((each) => each.accepts(frame, outputs[column] ?? null))
      return position < 0 ? output.allowed.length : position
    })
    hits.push({ index, outputs, priorities })
  }
  return hits
}

/** One output is the value itself, several are a context by their names. */
function combined(table: Table, values: FeelValue[]): FeelValue {
  if (table.outputs.length === 1) return values[0] ?? null
  const context = emptyContext()
  for (const [column, output] of table.outputs.entries()) context[output.name] = values[column] ?? null
  return context
}

function defaultOf(table: Table, frame: DecisionFrame): FeelValue | undefined {
  if (table.outputs.every((output) => output.fallback === null)) return undefined
  return combined(
    table,
    table.outputs.map((output) => accepted(output.fallback?.(frame) ?? null, output, frame, output.fallback === null)),
  )
}

/** Writes down what every cell says; the evaluation itself asks only as far as it must. */
function traced(table: Table, inputs: FeelValue[], frame: DecisionFrame): TableTrace {
  const [output] = table.outputs
  return {
    owner: frame.element,
    within: frame.decision,
    hitPolicy: table.hitPolicy,
    inputs: table.inputs.map(({ label, text }, column) => ({
      label,
      expression: text,
      value: inputs[column] ?? null,
    })),
    rules: table.rules.map(({ id, annotation, tests }) => ({
      id,
      annotation,
      cells: tests.map((test, column) => ({
        source: test?.source ?? '-',
        shape: test?.shape ?? null,
        holds: test === null ? true : test.holds(frame, inputs[column] ?? null),
      })),
    })),
    chosen: [],
    usedDefault: false,
    outputLabel: (table.outputs.length === 1 ? output?.label : '') || table.name,
    output: null,
  }
}

function evaluate(table: Table, frame: DecisionFrame): FeelValue {
  const inputs = readInputs(table, frame)
  const trace = frame.trace ? traced(table, inputs, frame) : null
  if (trace) frame.trace?.tables.push(trace)
  const output = outputOf(table, inputs, frame, trace)
  if (trace) trace.output = output
  return output
}

function outputOf(table: Table, inputs: FeelValue[], frame: DecisionFrame, trace: TableTrace | null): FeelValue {
  const chosen = table.policy(hitsOf(table, inputs, frame))
  if ('code' in chosen) end(chosen.code, chosen.message)
  for (const { index } of chosen.hits) {
    const rule = table.rules[index] as Rule
    frame.matched.push({
      decisionId: frame.element,
      ruleIndex: index + 1,
      ruleId: rule.id,
      annotation: rule.annotation,
    })
  }
  if (trace) trace.chosen = chosen.hits.map(({ index }) => index)
  frame.unmatched = false
  if (chosen.hits.length === 0) {
    const fallback = defaultOf(table, frame)
    if (trace) trace.usedDefault = fallback !== undefined
    if (fallback !== undefined) return fallback
    frame.unmatched = !('value' in chosen) || chosen.value === null
  }
  if ('value' in chosen) return chosen.value
  if (!chosen.single)
    return chosen.hits.length === 0
      ? null
      : chargeList(
          frame,
          chosen.hits.map((hit) => combined(table, hit.outputs)),
        )
  const [hit] = chosen.hits
  return hit ? combined(table, hit.outputs) : null
}

/** Reads and compiles a decision table (DMN 1.5, chapter 8). `result` is the type of the decision that it is the logic of. */
export function readDecisionTable(
  element: XmlElement,
  surroundings: Surroundings,
  result: DataType,
): { logic: Logic; outline: DecisionTableOutline } {
  const inputs = childrenNamed(element, 'input')
  const outputs = childrenNamed(element, 'output')
  const rules = childrenNamed(element, 'rule')
  const id = idOf(element) ?? surroundings.ownerId
  const outline: DecisionTableOutline = {
    id: id ?? '',
    hitPolicy: element.attributes.get('hitPolicy') ?? 'UNIQUE',
    inputs: inputs.map((input) => ({
      id: idOf(input) ?? '',
      label: input.attributes.get('label') ?? '',
      expression: textIn(childNamed(input, 'inputExpression'), 'text') ?? '',
    })),
    outputs: outputs.map((output) => ({
      id: idOf(output) ?? '',
      name: output.attributes.get('name') ?? '',
      type: output.attributes.get('typeRef') ?? 'Any',
    })),
    ruleIds: rules.map((rule, index) => idOf(rule) ?? `rule-${index + 1}`),
    analysis: null,
  }
  if (rules.length > limits.rules || inputs.length + outputs.length > limits.columns) {
    surroundings.report(id, 'dmn.size', {
      zh: `决策表太大:最多 ${limits.rules} 条规则、${limits.columns} 列,实际为 ${rules.length} 条、${inputs.length + outputs.length} 列。`,
      en: `Expected at most ${limits.rules} rules and ${limits.columns} columns, but there are ${rules.length} and ${inputs.length + outputs.length}.`,
    })
    return { logic: () => null, outline }
  }
  if (outputs.length === 0)
    surroundings.report(id, 'dmn.missing', {
      zh: '决策表没有输出列。',
      en: 'Expected the decision table to have an output column, but it has none.',
    })
  const { name, policy } = policyOf(element, surroundings)
  const single = outputs.length === 1
  const isList = name === 'RULE ORDER' || name === 'OUTPUT ORDER' || name.startsWith('COLLECT')
  const table: Table = {
    policy,
    inputs: inputs.map((input, index) => readInput(input, index, surroundings)),
    outputs: outputs.map((output, index) => readOutput(output, index, surroundings, single && !isList ? result : null)),
    rules: rules.map((rule, index) => readRule(rule, index, [inputs.length, outputs.length], surroundings)),
    hitPolicy: name,
    name: surroundings.ownerName,
    firstOnly: name === 'FIRST',
    index: null,
  }
  checkAggregation(name, table.outputs, element, surroundings)
  const analysis = analysisOf({ ...table, element, id, surroundings })
  return { logic: (frame) => evaluate(table, frame), outline: { ...outline, analysis } }
}
