import { idOf } from '../cells.ts'
import type { Surroundings } from '../cells.ts'
import type { AllowedValue, DataType } from '../model.ts'
import { childNamed, childrenNamed, textIn } from '../xml.ts'
import type { XmlElement } from '../xml.ts'
import { analyzeTable } from './analyze-table.ts'
import { reportAnalysis } from './report.ts'
import type { AnalyzedCell, AnalyzedInput, AnalyzedTable, TableAnalysis } from './table.ts'

interface ReadColumn {
  label: string
  type: DataType
  allowed: readonly AllowedValue[]
}

interface ReadTable {
  element: XmlElement
  id: string | null
  hitPolicy: string
  /** The columns and rules as they were compiled, in the order of the file. */
  inputs: readonly ReadColumn[]
  outputs: readonly ReadColumn[]
  rules: readonly { id: string }[]
  surroundings: Surroundings
}

const textOf = (element: XmlElement | undefined) => (textIn(element, 'text') ?? '').trim()

/** The allowed values of a column are its own, else those of its type. */
function columnOf({ label, type, allowed }: ReadColumn, element: XmlElement | undefined): AnalyzedInput {
  const tests = allowed.length > 0 ? allowed : type.allowed
  return {
    id: (element && idOf(element)) ?? '',
    label,
    type,
    tests,
    allowed: tests.map(({ text }) => text),
  }
}

const cellsOf = (rule: XmlElement | undefined, name: string): AnalyzedCell[] =>
  (rule ? childrenNamed(rule, name) : []).map((cell) => ({ id: idOf(cell), text: textOf(cell) }))

function tableOf({ element, id, hitPolicy, inputs, outputs, rules, surroundings }: ReadTable): AnalyzedTable {
  const elements = (name: string) => childrenNamed(element, name)
  const [inputElements, outputElements, ruleElements] = [elements('input'), elements('output'), elements('rule')]
  return {
    id: id ?? '',
    hitPolicy,
    shape: { ...surroundings.names },
    inputs: inputs.map((input, index) => columnOf(input, inputElements[index])),
    outputs: outputs.map((output, index) => {
      const fallback = outputElements[index] && childNamed(outputElements[index], 'defaultOutputEntry')
      return { ...columnOf(output, outputElements[index]), fallback: fallback ? textOf(fallback) : null }
    }),
    rules: rules.map((rule, index) => ({
      id: rule.id,
      inputs: cellsOf(ruleElements[index], 'inputEntry'),
      outputs: cellsOf(ruleElements[index], 'outputEntry'),
    })),
  }
}

/** How to analyze a table that was read; its findings are reported when the warnings of the file are asked for. */
export function analysisOf(read: ReadTable): () => TableAnalysis {
  const { surroundings } = read
  let known: { table: AnalyzedTable; analysis: TableAnalysis } | undefined
  const look = () => {
    if (!known) {
      const table = tableOf(read)
      known = { table, analysis: analyzeTable(table) }
    }
    return known
  }
  surroundings.later(() => {
    const { table, analysis } = look()
    reportAnalysis(table, analysis, surroundings.ownerName, surroundings.report)
  })
  return () => look().analysis
}
