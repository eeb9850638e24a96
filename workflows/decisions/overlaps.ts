import { compileUnaryTests } from '../expressions/compile.ts'
import { formatValue } from '../expressions/text.ts'
import type { FeelValue } from '../expressions/values.ts'
import { idOf } from './cells.ts'
import type { Surroundings } from './cells.ts'
import type { DecisionTableOutline } from './model.ts'
import { childrenNamed, textIn } from './xml.ts'
import type { XmlElement } from './xml.ts'

/** Tables beyond this are not searched: each rule is compared with each other one. */
const mostRules = 200

const scope = { get: () => undefined, now: '2000-01-01T00:00:00Z', timeZone: 'UTC' }

/** Values at which the cells of a column may change their answer: the literals in them, and what lies next to and between them. */
function probes(cells: string[]): FeelValue[] {
  const numbers = new Set<number>()
  const texts = new Set<string>()
  for (const cell of cells) {
    for (const [, text] of cell.matchAll(/"((?:[^"\\]|\\.)*)"/g)) if (!text?.includes('\\')) texts.add(text ?? '')
    for (const [number] of cell.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/-?\d+(?:\.\d+)?/g))
      numbers.add(Number(number))
  }
  const sorted = [...numbers].sort((a, b) => a - b)
  const between = sorted.slice(1).map((number, index) => ((sorted[index] ?? number) + number) / 2)
  const edges = sorted.length > 0 ? [(sorted[0] ?? 0) - 1, (sorted.at(-1) ?? 0) + 1] : []
  return [...sorted, ...between, ...edges, ...texts, true, false]
}

type Accepts = (value: FeelValue) => boolean

/** A cell without variables as a plain test; null when only an evaluation can tell. */
function acceptance(text: string): Accepts | null {
  if (text === '' || text === '-') return () => true
  const compiled = compileUnaryTests(text, { unknownVariables: 'fail' })
  if (!compiled.ok || compiled.tests.variables.length > 0) return null
  const { tests } = compiled
  return (value) => {
    const result = tests.evaluate(scope, value)
    return result.ok && result.value === true
  }
}

/** A value of every column for which both rules match, or null when one column keeps them apart. */
function common(a: (Accepts | null)[], b: (Accepts | null)[], values: FeelValue[][]): FeelValue[] | null {
  const found: FeelValue[] = []
  for (const [column, candidates] of values.entries()) {
    const [left, right] = [a[column], b[column]]
    if (!left || !right) return null
    const value = candidates.find((candidate) => left(candidate) && right(candidate))
    if (value === undefined) return null
    found.push(value)
  }
  return found
}

const shown = (value: FeelValue) => (typeof value === 'string' ? `"${value}"` : formatValue(value))

/** Warns of rules of a UNIQUE table that match together, and of gaps between the ranges of its only input (reliability D10). */
export function reportOverlaps(rules: XmlElement[], outline: DecisionTableOutline, surroundings: Surroundings): void {
  if (rules.length > mostRules || outline.inputs.length === 0) return
  const cells = rules.map((rule) => childrenNamed(rule, 'inputEntry').map((entry) => textIn(entry, 'text') ?? ''))
  const tests = cells.map((row) => row.map(acceptance))
  const values = outline.inputs.map((_, column) => probes(cells.map((row) => row[column] ?? '')))
  for (let first = 0; first < rules.length; first++) {
    for (let second = first + 1; second < rules.length; second++) {
      const value = common(tests[first] ?? [], tests[second] ?? [], values)
      if (!value) continue
      const at = value.map(shown).join(', ')
      surroundings.report(
        idOf(rules[second] as XmlElement) ?? surroundings.ownerId,
        'dmn.overlap',
        {
          zh: `第 ${first + 1} 条和第 ${second + 1} 条规则会同时匹配,例如:${at}。`,
          en: `Expected one rule to match, but rules ${first + 1} and ${second + 1} both do, for example at ${at}.`,
        },
        { severity: 'warning', elementName: surroundings.ownerName },
      )
    }
  }
  reportGaps(tests, values, outline, surroundings)
}

function reportGaps(
  tests: (Accepts | null)[][],
  values: FeelValue[][],
  outline: DecisionTableOutline,
  surroundings: Surroundings,
): void {
  const [candidates] = values
  if (outline.inputs.length !== 1 || !candidates || tests.some((row) => !row[0])) return
  const numbers = candidates.filter((value): value is number => typeof value === 'number').sort((a, b) => a - b)
  const covered = numbers.filter((number) => tests.some((row) => row[0]?.(number)))
  const [lowest, highest] = [covered[0], covered.at(-1)]
  if (lowest === undefined || highest === undefined) return
  const gap = numbers.find((number) => number > lowest && number < highest && !covered.includes(number))
  if (gap === undefined) return
  surroundings.report(
    outline.id || surroundings.ownerId,
    'dmn.gap',
    { zh: `没有规则适用于 ${gap}。`, en: `Expected a rule for every value in between, but none matches ${gap}.` },
    { severity: 'warning', elementName: surroundings.ownerName },
  )
}
