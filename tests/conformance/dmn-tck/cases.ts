import { emptyContext } from '../../../workflows/expressions/contexts.ts'
import { parseNumber } from '../../../workflows/expressions/numbers.ts'
import { parseDate, parseDateTime, parseDuration, parseTime } from '../../../workflows/expressions/temporal.ts'
import type { FeelValue } from '../../../workflows/expressions/values.ts'
import { childNamed, childrenNamed, readXml } from '../../../workflows/decisions/xml.ts'
import type { XmlElement } from '../../../workflows/decisions/xml.ts'

/** One case of the suite: what a model is given, and what its decisions have to give; all of them must. */
export interface TckCase {
  id: string
  inputs: Map<string, FeelValue>
  /** The decision service or business knowledge model that is asked instead of the decisions themselves. */
  invocable: string | null
  results: { decision: string; expected: FeelValue }[]
}

export interface TckFile {
  modelName: string
  cases: TckCase[]
}

const readers: Record<string, (text: string) => FeelValue> = {
  string: (text) => text,
  boolean: (text) => text === 'true',
  date: parseDate,
  time: parseTime,
  dateTime: parseDateTime,
  duration: parseDuration,
  dayTimeDuration: parseDuration,
  yearMonthDuration: parseDuration,
}

const numeric = new Set(['decimal', 'double', 'integer', 'int', 'long', 'float'])

const isNil = (element: XmlElement) => element.attributes.get('nil') === 'true'

function simple(element: XmlElement): FeelValue {
  if (isNil(element)) return null
  const type = (element.attributes.get('type') ?? 'string').replace(/^.*:/, '')
  if (numeric.has(type)) return parseNumber(element.text.trim())
  return (readers[type] ?? readers['string'])?.(type === 'string' ? element.text : element.text.trim()) ?? null
}

/** The value of an element that holds a value, components or a list. */
function valueOf(element: XmlElement | undefined): FeelValue {
  if (!element || isNil(element)) return null
  const list = childNamed(element, 'list')
  if (list) return isNil(list) ? null : childrenNamed(list, 'item').map(valueOf)
  const components = childrenNamed(element, 'component')
  if (components.length > 0) {
    const context = emptyContext()
    for (const component of components) context[component.attributes.get('name') ?? ''] = valueOf(component)
    return context
  }
  const value = childNamed(element, 'value')
  return value ? simple(value) : null
}

/** Reads a test file of the DMN Technology Compatibility Kit (its testCases.xsd). */
export function readCases(xml: string): TckFile {
  const read = readXml(xml)
  if (!read.ok) throw new Error(`${read.refusal.code} ${read.refusal.detail}`)
  const cases = childrenNamed(read.root, 'testCase').map((testCase): TckCase => {
    const inputs = new Map(
      childrenNamed(testCase, 'inputNode').map((node) => [node.attributes.get('name') ?? '', valueOf(node)] as const),
    )
    const isDecision = (testCase.attributes.get('type') ?? 'decision') === 'decision'
    return {
      id: testCase.attributes.get('id') ?? '',
      inputs,
      invocable: isDecision ? null : (testCase.attributes.get('invocableName') ?? null),
      results: childrenNamed(testCase, 'resultNode').map((node) => ({
        decision: node.attributes.get('name') ?? '',
        expected: valueOf(childNamed(node, 'expected')),
      })),
    }
  })
  return { modelName: childNamed(read.root, 'modelName')?.text.trim() ?? '', cases }
}
