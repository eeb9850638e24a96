import { evaluateDecision } from '../../workflows/decisions/evaluate.ts'
import type { DecisionResult } from '../../workflows/decisions/evaluate.ts'
import type { DecisionModel } from '../../workflows/decisions/model.ts'
import { readDmn } from '../../workflows/decisions/read-dmn.ts'
import type { Problem } from '../../workflows/model/problem.ts'
import { aScope } from './feel.ts'

const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

interface Column {
  /** The input expression, or the name of the output. */
  name: string
  type?: string
  /** Allowed values, as unary tests. */
  values?: string
  default?: string
}

export interface TableOptions {
  id?: string
  hitPolicy?: string
  aggregation?: string
  inputs?: Column[]
  outputs?: Column[]
  /** Input cells, output cells, annotation. */
  rules: [inputs: string[], outputs: string[], annotation?: string][]
  /** XML of the requirements. */
  requires?: string
  variableType?: string
}

const typeRef = (type: string | undefined) => (type ? ` typeRef="${type}"` : '')
const values = (name: string, text: string | undefined) =>
  text ? `<${name}><text>${escape(text)}</text></${name}>` : ''

/** A decision with a table; rules have the ids `<id>_r1`, cells `<id>_r1_i1` and `<id>_r1_o1`. */
export function aTable({
  id = 'policy',
  hitPolicy = 'UNIQUE',
  aggregation,
  inputs = [{ name: 'amount', type: 'number' }],
  outputs = [{ name: 'outcome', type: 'string' }],
  rules,
  requires = '',
  variableType,
}: TableOptions): string {
  const inputXml = inputs.map(
    (input, index) =>
      `<input id="${id}_i${index + 1}" label="${escape(input.name)}"><inputExpression id="${id}_e${index + 1}"${typeRef(input.type)}><text>${escape(input.name)}</text></inputExpression>${values('inputValues', input.values)}</input>`,
  )
  const outputXml = outputs.map(
    (output, index) =>
      `<output id="${id}_o${index + 1}" name="${output.name}"${typeRef(output.type)}>${values('outputValues', output.values)}${values('defaultOutputEntry', output.default)}</output>`,
  )
  const ruleXml = rules.map(([ins, outs, annotation], index) => {
    const rule = `${id}_r${index + 1}`
    const cells = (cellTexts: string[], name: string, letter: string) =>
      cellTexts.map((text, cell) => `<${name} id="${rule}_${letter}${cell + 1}"><text>${escape(text)}</text></${name}>`)
    const note = annotation ? `<annotationEntry><text>${escape(annotation)}</text></annotationEntry>` : ''
    return `<rule id="${rule}">${[...cells(ins, 'inputEntry', 'i'), ...cells(outs, 'outputEntry', 'o')].join('')}${note}</rule>`
  })
  const attributes = `hitPolicy="${hitPolicy}"${aggregation ? ` aggregation="${aggregation}"` : ''}`
  return `<decision id="${id}" name="${id}"><variable name="${id}"${typeRef(variableType)}/>${requires}<decisionTable id="${id}_table" ${attributes}>${[...inputXml, ...outputXml, ...ruleXml].join('')}</decisionTable></decision>`
}

/** A decision with a literal expression. */
export const aLiteral = (id: string, expression: string, requires = '', type = '') =>
  `<decision id="${id}" name="${id}"><variable name="${id}"${typeRef(type)}/>${requires}<literalExpression id="${id}_text"><text>${escape(expression)}</text></literalExpression></decision>`

export const requiresDecision = (...ids: string[]) =>
  ids.map((id) => `<informationRequirement><requiredDecision href="#${id}"/></informationRequirement>`).join('')
export const requiresInput = (...ids: string[]) =>
  ids.map((id) => `<informationRequirement><requiredInput href="#${id}"/></informationRequirement>`).join('')
export const requiresKnowledge = (...ids: string[]) =>
  ids.map((id) => `<knowledgeRequirement><requiredKnowledge href="#${id}"/></knowledgeRequirement>`).join('')

/** A DMN file around decisions and whatever else. */
export const definitions = (...content: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="policies" name="Policies" namespace="https://retour.example/dmn">${content.join('')}</definitions>`

export async function aModel(...content: string[]): Promise<DecisionModel> {
  const read = await readDmn(definitions(...content))
  if (!read.ok) throw new Error(read.problems.map((problem) => `${problem.code}: ${problem.message.en}`).join('\n'))
  return read.model
}

export async function problemsOf(xml: string): Promise<Problem[]> {
  const read = await readDmn(xml)
  return read.ok ? [] : read.problems
}

/** Reads the table and evaluates it once for each set of variables. */
export async function decide(table: TableOptions, variables: Record<string, unknown>): Promise<DecisionResult> {
  const model = await aModel(aTable(table))
  return evaluateDecision(model, table.id ?? 'policy', aScope(variables))
}

/** The output alone; the code of the failure when there is one. */
export async function outcome(table: TableOptions, variables: Record<string, unknown> = {}): Promise<unknown> {
  const result = await decide(table, variables)
  return result.ok ? result.output : result.code
}
