import { literalFrame } from '../expressions/evaluation.ts'
import type { FeelValue, Frame } from '../expressions/values.ts'
import type { SimpleTest } from '../expressions/nodes/test-shape.ts'
import type { TestCell } from './cells.ts'

/** One bit for each rule. */
type Bits = Uint32Array

/** Which rules of one column accept a value, for the values of which this is known beforehand. */
interface ColumnIndex {
  /** In order; every second segment is one of these points, the others lie around and between them. */
  points: readonly number[]
  segments: readonly Bits[]
  texts: ReadonlyMap<string, Bits>
  otherTexts: Bits
  truths: readonly [no: Bits, yes: Bits]
  none: Bits
}

/**
 * The rules of a decision table by what their cells compare with: equality and intervals are looked up instead of tested.
 * Every answer in it was given by the cells themselves, for a value of each kind that they tell apart, so the result is the
 * one of testing all.
 */
export interface RuleIndex {
  /** The rules that may match, in their order, and which columns are decided by that. */
  candidates(inputs: readonly FeelValue[]): { rules: number[]; decided: boolean[] }
  /** Columns of a rule whose cell is no comparison with literals and has to be tested. */
  open: readonly (readonly number[])[]
}

/** Words of bits that the segments of one column may take: 8 MB. */
const mostWords = 2_000_000

const comparisons = new Set<SimpleTest['kind']>(['value', 'comparison', 'interval'])
const isComparison = ({ kind }: SimpleTest) => comparisons.has(kind)

/** What a test compares with. */
function valuesIn(test: SimpleTest): FeelValue[] {
  if (!isComparison(test)) return []
  return test.kind === 'interval' ? [test.start, test.end] : 'value' in test ? [test.value] : []
}

const isSimple = (cell: TestCell | null) =>
  cell === null ||
  cell.shape.tests.every(
    (test) =>
      isComparison(test) &&
      valuesIn(test).every((value) =>
        test.kind === 'value'
          ? ['number', 'string', 'boolean'].includes(typeof value)
          : typeof value === 'number' || (typeof value === 'string' && test.kind === 'comparison' && test.sign === '='),
      ),
  )

const numbersIn = (cell: TestCell): number[] =>
  cell.shape.tests.flatMap(valuesIn).filter((value) => typeof value === 'number')

const textsIn = (cell: TestCell): string[] =>
  cell.shape.tests.flatMap(valuesIn).filter((value) => typeof value === 'string')

const inOrder = (numbers: number[]) => [...new Set(numbers)].sort((a, b) => a - b)

/** A number inside of each segment around points in order; a point itself where no double lies between. */
function samples(points: readonly number[]): number[] {
  const result: number[] = [Number.NEGATIVE_INFINITY]
  for (const [index, point] of points.entries()) {
    const next = points[index + 1]
    result.push(point, next === undefined ? Number.POSITIVE_INFINITY : point / 2 + next / 2)
  }
  return result
}

function segmentOf(points: readonly number[], value: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle] as number) < value) low = middle + 1
    else high = middle
  }
  return points[low] === value ? 2 * low + 1 : 2 * low
}

function columnIndex(cells: readonly (TestCell | null)[], frame: Frame): ColumnIndex | null {
  const words = (cells.length + 31) >> 5
  const simple = cells.map(isSimple)
  const points = inOrder(cells.flatMap((cell, rule) => (cell && simple[rule] ? numbersIn(cell) : [])))
  const texts = new Set(cells.flatMap((cell, rule) => (cell && simple[rule] ? textsIn(cell) : [])))
  if ((2 * points.length + 1 + texts.size) * words > mostWords) return null
  const empty = () => new Uint32Array(words)
  const index = {
    points,
    segments: Array.from({ length: 2 * points.length + 1 }, empty),
    texts: new Map([...texts].map((text) => [text, empty()] as const)),
    otherTexts: empty(),
    truths: [empty(), empty()] as const,
    none: empty(),
  }
  // A text that no cell speaks of stands for all of those.
  const otherText = `${[...texts].join('')}\u0000`
  for (const [rule, cell] of cells.entries()) {
    const [word, bit] = [rule >> 5, 1 << (rule & 31)]
    const set = (bits: Bits | undefined) => {
      if (bits) bits[word] = (bits[word] as number) | bit
    }
    const holds = (value: FeelValue) => cell === null || !simple[rule] || cell.holds(frame, value) === true
    const own = cell && simple[rule] ? inOrder(numbersIn(cell)) : []
    const answers = samples(own).map(holds)
    for (const [segment, bits] of index.segments.entries()) {
      const point = segment % 2 === 1 ? points[segment >> 1] : undefined
      if (
        own.length === 0
          ? answers[0]
          : answers[point === undefined ? segmentBetween(own, points, segment) : segmentOf(own, point)]
      )
        set(bits)
    }
    const ownTexts = new Set(cell && simple[rule] ? textsIn(cell) : [])
    const other = holds(otherText)
    if (other) set(index.otherTexts)
    for (const [text, bits] of index.texts) if (ownTexts.has(text) ? holds(text) : other) set(bits)
    if (holds(false)) set(index.truths[0])
    if (holds(true)) set(index.truths[1])
    if (holds(null)) set(index.none)
  }
  return index
}

/** In which segment of a cell's own points an open segment of all points lies. */
function segmentBetween(own: readonly number[], points: readonly number[], segment: number): number {
  const below = points[(segment >> 1) - 1]
  if (below === undefined) return 0
  const at = segmentOf(own, below)
  return at % 2 === 1 ? at + 1 : at
}

function bitsFor(index: ColumnIndex | null, value: FeelValue): Bits | undefined {
  if (!index) return undefined
  if (typeof value === 'number') return index.segments[segmentOf(index.points, value)]
  if (typeof value === 'string') return index.texts.get(value) ?? index.otherTexts
  if (typeof value === 'boolean') return index.truths[value ? 1 : 0]
  return value === null ? index.none : undefined
}

/** Builds the index of the cells of a table, one array for each rule. */
export function indexRules(rules: readonly (readonly (TestCell | null)[])[], columns: number): RuleIndex {
  const frame = literalFrame()
  frame.steps = Number.POSITIVE_INFINITY
  const indexes = Array.from({ length: columns }, (_, column) =>
    columnIndex(
      rules.map((cells) => cells[column] ?? null),
      frame,
    ),
  )
  const words = (rules.length + 31) >> 5
  const last = rules.length & 31 ? (1 << (rules.length & 31)) - 1 : -1
  return {
    open: rules.map((cells) => cells.flatMap((cell, column) => (isSimple(cell) ? [] : [column]))),
    candidates(inputs) {
      const decided = indexes.map((index, column) => bitsFor(index, inputs[column] ?? null))
      const known = decided.filter((bits) => bits !== undefined)
      const found: number[] = []
      for (let word = 0; word < words; word++) {
        let bits = word === words - 1 ? last : -1
        for (const each of known) bits &= each[word] as number
        while (bits !== 0) {
          const lowest = bits & -bits
          found.push(word * 32 + (31 - Math.clz32(lowest)))
          bits ^= lowest
        }
      }
      return { rules: found, decided: decided.map((bits) => bits !== undefined) }
    },
  }
}
