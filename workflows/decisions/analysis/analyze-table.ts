import { equals } from '../../expressions/compare.ts'
import { literalFrame } from '../../expressions/evaluation.ts'
import { typeName } from '../../expressions/values.ts'
import type { FeelValue } from '../../expressions/values.ts'
import { isAllowed } from '../data-types.ts'
import { bitsOf, common, has, isEmpty } from './bits.ts'
import type { Bits } from './bits.ts'
import { columnOf, exampleOf, isEndless, runsOf } from './column.ts'
import type { Column } from './column.ts'
import { constantValue } from './constants.ts'
import { literalOf } from './literals.ts'
import { meet, spend, uncovered } from './search.ts'
import type { Box, Effort } from './search.ts'
import type { AnalyzedOutput, AnalyzedTable, Example, TableAnalysis, WrongCell } from './table.ts'

/** What one analysis may look at (a table of 2,000 rules and 5 inputs takes about a tenth), and how much it lists. */
const limits = { effort: 20_000_000, listed: 50, searched: 200 }

/** Policies under which the first matching rule hides those after it. */
const isOrdered = (policy: string) => policy === 'FIRST' || policy === 'PRIORITY'

interface Looked {
  table: AnalyzedTable
  columns: Column[]
  /** What a rule accepts for sure, and what it may accept: they differ where a cell is undecided. */
  surely: Box[]
  maybe: Box[]
  /** The outputs of each rule where they are constant. */
  outputs: (FeelValue | undefined)[][]
  sizes: number[]
  effort: Effort
}

const isBlank = (text: string) => text === '' || text === '-'

function look(table: AnalyzedTable): Looked {
  const columns = table.inputs.map((input, index) =>
    columnOf(
      input,
      table.rules.map((rule) => rule.inputs[index]?.text ?? '-'),
      table.shape,
    ),
  )
  const boxes = (undecided: (column: Column) => Bits): Box[] =>
    table.rules.map((_, rule) => columns.map((column) => column.cells[rule]?.accepts ?? undecided(column)))
  const known = new Map<string, FeelValue | undefined>()
  const constant = (text: string) => {
    if (isBlank(text)) return null
    if (!known.has(text)) known.set(text, constantValue(text))
    return known.get(text)
  }
  return {
    table,
    columns,
    surely: boxes((column) => bitsOf(column.pieces.length, () => false)),
    maybe: boxes((column) => column.possible),
    outputs: table.rules.map((rule) => rule.outputs.map(({ text }) => constant(text))),
    sizes: columns.map(({ pieces }) => pieces.length),
    effort: { left: limits.effort },
  }
}

/** An input inside of a box; a missing value only where nothing else is left. */
function exampleIn({ columns }: Looked, boxes: readonly Box[]): Example {
  return columns.map((column, index) => {
    const sets = boxes.map((box) => box[index] as Bits)
    const expected = common(column.expected, ...sets)
    return exampleOf(column, expected >= 0 ? expected : common(column.possible, ...sets))
  })
}

function gapsOf(looked: Looked) {
  const { columns, maybe, sizes, effort, table } = looked
  if (table.inputs.length === 0) return { gaps: [], count: 0, isComplete: true }
  const whole = columns.map(({ expected }) => expected)
  if (whole.some(isEmpty)) return { gaps: [], count: 0, isComplete: true }
  const live = maybe.filter((box) => !box.some(isEmpty))
  const { holes, isComplete } = uncovered(whole, live, sizes, effort, limits.searched)
  const apart = holes.flatMap((hole) => brokenApart(columns, hole)).slice(0, limits.searched)
  // Holes between rules are mistakes more often than what lies beyond the first and the last of them.
  const endless = new Map(
    apart.map((hole) => [hole, hole.filter((bits, at) => isEndless(columns[at] as Column, bits)).length]),
  )
  const gaps = apart
    .toSorted((a, b) => (endless.get(a) ?? 0) - (endless.get(b) ?? 0))
    .slice(0, limits.listed)
    .map((hole) => ({
      tests: hole.map((bits, column) => (columns[column] as Column).testFor(bits)),
      example: exampleIn(looked, [hole]),
    }))
  return { gaps, count: apart.length, isComplete }
}

/** A hole as several that are each in one piece, so that each can be told with its own example. */
function brokenApart(columns: readonly Column[], hole: Box): Box[] {
  let parts: Bits[][] = [[]]
  for (const [index, column] of columns.entries()) {
    const bits = hole[index] as Bits
    const runs = parts.length > limits.listed ? [bits] : runsOf(column, bits)
    parts = parts.flatMap((part) => runs.map((run) => [...part, run]))
  }
  return parts
}

/** Whether two rules give different outputs: null when a cell is no constant and they are not written alike. */
function differ({ table, outputs }: Looked, first: number, second: number): boolean | null {
  let result: boolean | null = false
  for (const column of table.outputs.keys()) {
    const [a, b] = [outputs[first]?.[column], outputs[second]?.[column]]
    if (a !== undefined && b !== undefined) {
      if (equals(a, b) !== true) return true
    } else if (table.rules[first]?.outputs[column]?.text !== table.rules[second]?.outputs[column]?.text) result = null
  }
  return result
}

function overlapsOf(looked: Looked) {
  const { surely, effort } = looked
  const found: TableAnalysis['overlaps'][number][] = []
  let count = 0
  for (let first = 0; first < surely.length; first++) {
    for (let second = first + 1; second < surely.length; second++) {
      if (!spend(effort, 1)) return { overlaps: found, count, isComplete: false }
      const [a, b] = [surely[first] as Box, surely[second] as Box]
      if (!meet(a, b)) continue
      count++
      if (found.length >= limits.listed) continue
      found.push({
        rules: [first, second],
        example: exampleIn(looked, [a, b]),
        differ: differ(looked, first, second),
      })
    }
  }
  return { overlaps: found, count, isComplete: true }
}

function emptyRules({ maybe }: Looked): TableAnalysis['empty'] {
  return maybe.flatMap((box, rule) => {
    const columns = [...box.keys()].filter((column) => isEmpty(box[column] as Bits))
    return columns.length > 0 ? [{ rule, columns }] : []
  })
}

/** The place of a rule's outputs in the allowed values, which decides under PRIORITY; null when it is not constant. */
function prioritiesOf({ table, outputs }: Looked, rule: number): number[] | null {
  const frame = literalFrame()
  const found: number[] = []
  for (const [column, output] of table.outputs.entries()) {
    const value = outputs[rule]?.[column]
    if (value === undefined) return null
    const position = output.tests.findIndex((each) => each.accepts(frame, value))
    found.push(position < 0 ? output.tests.length : position)
  }
  return found
}

/** Which rules win over another one whenever both match. */
function winners(looked: Looked): (rule: number, other: number) => boolean {
  if (looked.table.hitPolicy === 'FIRST') return (rule, other) => other < rule
  const priorities = looked.table.rules.map((_, rule) => prioritiesOf(looked, rule))
  return (rule, other) => {
    const [own, others] = [priorities[rule], priorities[other]]
    if (!own || !others) return false
    const column = own.findIndex((priority, index) => priority !== others[index])
    return column < 0 ? other < rule : (others[column] as number) < (own[column] as number)
  }
}

function maskedRules(looked: Looked): { masked: TableAnalysis['masked']; isComplete: boolean } {
  const { table, surely, maybe, sizes, effort } = looked
  const masked: TableAnalysis['masked'][number][] = []
  let isComplete = true
  if (!isOrdered(table.hitPolicy)) return { masked, isComplete }
  const wins = winners(looked)
  for (const [rule, box] of maybe.entries()) {
    if (box.some(isEmpty)) continue
    if (!spend(effort, surely.length)) return { masked, isComplete: false }
    const before = [...surely.keys()].filter(
      (other) => other !== rule && wins(rule, other) && meet(surely[other] as Box, box),
    )
    const isCovered = (by: readonly number[]) => {
      const result = uncovered(
        box,
        by.map((each) => surely[each] as Box),
        sizes,
        effort,
        1,
      )
      if (effort.left < 0) isComplete = false
      return effort.left >= 0 && result.holes.length === 0
    }
    if (before.length === 0 || !isCovered(before)) continue
    // Names as few rules as it takes: those that can be left out, from the last, are not to blame.
    let by = before
    for (const each of before.toReversed()) {
      const without = by.filter((other) => other !== each)
      if (without.length > 0 && isCovered(without)) by = without
    }
    masked.push({ rule, by, example: exampleIn(looked, [box]) })
  }
  return { masked, isComplete }
}

const neverCount = (empty: TableAnalysis['empty'], masked: TableAnalysis['masked']) =>
  new Set([...empty, ...masked].map(({ rule }) => rule))

function unreachableOutputs({ table, outputs }: Looked, idle: ReadonlySet<number>): TableAnalysis['unreachable'] {
  return table.outputs.flatMap((output, column) => {
    const listed = output.allowed.map(constantValue)
    if (listed.length === 0 || listed.includes(undefined)) return []
    const given = [...table.rules.keys()].filter((rule) => !idle.has(rule)).map((rule) => outputs[rule]?.[column])
    if (output.fallback !== null) given.push(constantValue(output.fallback))
    if (given.includes(undefined)) return []
    const values = (listed as FeelValue[]).filter(
      (value) => typeName(value) !== 'range' && !given.some((each) => equals(each ?? null, value) === true),
    )
    return values.length > 0 ? [{ output: column, values: values.map(literalOf) }] : []
  })
}

/** Whether every possible input, also a missing value, is matched by a rule, so that no default is ever given. */
function isDefaultNeedless({ table, columns, surely, sizes, effort }: Looked): boolean {
  if (table.outputs.every(({ fallback }) => fallback === null)) return false
  if (columns.length === 0) return false
  const { holes, isComplete } = uncovered(
    columns.map(({ possible }) => possible),
    surely,
    sizes,
    effort,
    1,
  )
  return isComplete && effort.left >= 0 && holes.length === 0
}

function wrongInputs({ table, columns }: Looked, rule: number): WrongCell[] {
  return columns.flatMap((column, index): WrongCell[] => {
    const declared = table.inputs[index]?.type.feel.type ?? 'Any'
    const constants = column.cells[rule]?.constants ?? []
    if (!orderedOrPlain.has(declared)) return []
    const wrong = constants.find(({ value }) => value !== null && typeName(value) !== declared)
    if (wrong) return [{ rule, side: 'input', column: index, kind: 'type', value: literalOf(wrong.value) }]
    const refused = constants.find(
      ({ value, isEnd }) =>
        value !== null &&
        !isEnd &&
        !column.pieces.some((piece, at) => has(column.possible, at) && equals(piece.value, value) === true),
    )
    return refused ? [{ rule, side: 'input', column: index, kind: 'value', value: literalOf(refused.value) }] : []
  })
}

const orderedOrPlain = new Set([
  'number',
  'string',
  'boolean',
  'date',
  'time',
  'date and time',
  'days and time duration',
  'years and months duration',
])

/** What is wrong with a result that is known, if anything is. */
function faultOf({ type, tests }: AnalyzedOutput, value: FeelValue | undefined): WrongCell['kind'] | null {
  if (value === undefined || value === null) return null
  const frame = literalFrame()
  const given = type.accept(value, frame, false)
  return given === undefined ? 'type' : isAllowed(tests, frame, given) ? null : 'value'
}

function wrongOutputs({ table, outputs }: Looked, rule: number): WrongCell[] {
  return table.outputs.flatMap((output, index): WrongCell[] => {
    const value = outputs[rule]?.[index]
    const kind = faultOf(output, value)
    return kind ? [{ rule, side: 'output', column: index, kind, value: literalOf(value ?? null) }] : []
  })
}

function wrongDefaults({ outputs }: AnalyzedTable): TableAnalysis['wrongDefaults'] {
  return outputs.flatMap((output, index) => {
    const value = output.fallback === null ? undefined : constantValue(output.fallback)
    const kind = faultOf(output, value)
    return kind ? [{ output: index, kind, value: literalOf(value ?? null) }] : []
  })
}

/**
 * Analyzes a decision table without evaluating its rules on all inputs: exact over numbers, dates, times, durations,
 * booleans and texts, whose cells compare with constants. Cells that read variables or call functions are listed as
 * undecided: such a rule is never claimed to match, and never claimed not to. Ends within a fixed effort and says what it
 * left out.
 */
export function analyzeTable(table: AnalyzedTable): TableAnalysis {
  const looked = look(table)
  const { gaps, count: gapCount, isComplete: allGaps } = gapsOf(looked)
  const { overlaps, count: overlapCount, isComplete: allOverlaps } = overlapsOf(looked)
  const empty = emptyRules(looked)
  const { masked, isComplete: allMasked } = maskedRules(looked)
  const rules = [...table.rules.keys()]
  return {
    gaps,
    overlaps,
    empty,
    masked,
    unreachable: unreachableOutputs(looked, neverCount(empty, masked)),
    needlessDefault: isDefaultNeedless(looked),
    wrongCells: rules.flatMap((rule) => [...wrongInputs(looked, rule), ...wrongOutputs(looked, rule)]),
    wrongDefaults: wrongDefaults(table),
    undecided: rules.flatMap((rule) =>
      looked.columns.flatMap((column, input) => (column.cells[rule]?.accepts ? [] : [{ rule, input }])),
    ),
    unfinished: [
      ...(allGaps ? [] : (['gaps'] as const)),
      ...(allOverlaps ? [] : (['overlaps'] as const)),
      ...(allMasked ? [] : (['masked'] as const)),
    ],
    counts: { gaps: gapCount, overlaps: overlapCount },
  }
}
