import { compare } from '../compare.ts'
import { parseNumber } from '../numbers.ts'
import { parseDate, parseDateTime, parseDuration, parseTime } from '../temporal.ts'
import { isRange, kind } from '../values.ts'
import type { FeelRange, FeelValue } from '../values.ts'
import { builtin } from './define.ts'

type Side = 'start' | 'end'

const included = (range: FeelRange, side: Side) => (side === 'start' ? range.startIncluded : range.endIncluded)

/** A point is the range from itself to itself, so that each relation is written once, for ranges. */
const rangeOf = (value: FeelValue): FeelRange =>
  isRange(value) ? value : { [kind]: 'range', start: value, end: value, startIncluded: true, endIncluded: true }

/** Orders two ends; null when they cannot be compared. An end that is missing lies beyond everything. */
function order(a: FeelRange, sideA: Side, b: FeelRange, sideB: Side): number | null {
  const [x, y] = [a[sideA], b[sideB]]
  if (x === undefined || y === undefined) {
    const far = (value: FeelValue | undefined, side: Side) => (value === undefined ? (side === 'start' ? -1 : 1) : 0)
    return Math.sign(far(x, sideA) - far(y, sideB))
  }
  return compare(x, y)
}

type Relation = (a: FeelRange, b: FeelRange) => boolean | null

/** `a` ends before `b` begins. */
const before: Relation = (a, b) => {
  const ends = order(a, 'end', b, 'start')
  return ends === null ? null : ends < 0 || (ends === 0 && !(a.endIncluded && b.startIncluded))
}

const meets: Relation = (a, b) => {
  const ends = order(a, 'end', b, 'start')
  return ends === null ? null : ends === 0 && a.endIncluded && b.startIncluded
}

/** Whether `a` has a value that lies before all values of `b`. */
function startsEarlier(a: FeelRange, b: FeelRange): boolean | null {
  const starts = order(a, 'start', b, 'start')
  return starts === null ? null : starts < 0 || (starts === 0 && a.startIncluded && !b.startIncluded)
}

function endsLater(a: FeelRange, b: FeelRange): boolean | null {
  const ends = order(a, 'end', b, 'end')
  return ends === null ? null : ends > 0 || (ends === 0 && a.endIncluded && !b.endIncluded)
}

function both(a: boolean | null, b: boolean | null): boolean | null {
  return a === null || b === null ? null : a && b
}

const negated = (value: boolean | null) => (value === null ? null : !value)

const overlaps: Relation = (a, b) => both(negated(before(a, b)), negated(before(b, a)))

const includes: Relation = (a, b) => both(negated(startsEarlier(b, a)), negated(endsLater(b, a)))

const overlapsBefore: Relation = (a, b) => both(both(startsEarlier(a, b), overlaps(a, b)), negated(endsLater(a, b)))

function sameEnd(a: FeelRange, b: FeelRange, side: Side): boolean | null {
  const ends = order(a, side, b, side)
  return ends === null ? null : ends === 0 && included(a, side) === included(b, side)
}

const finishes: Relation = (a, b) => both(sameEnd(a, b, 'end'), includes(b, a))
const starts: Relation = (a, b) => both(sameEnd(a, b, 'start'), includes(b, a))
const coincides: Relation = (a, b) => both(sameEnd(a, b, 'start'), sameEnd(a, b, 'end'))

const swapped =
  (relation: Relation): Relation =>
  (a, b) =>
    relation(b, a)

/** What each relation takes on either side (DMN 1.5, table 78): p a point, r a range. */
const relations: [name: string, sides: string, relation: Relation][] = [
  ['before', 'pp pr rp rr', before],
  ['after', 'pp pr rp rr', swapped(before)],
  ['meets', 'rr', meets],
  ['met by', 'rr', swapped(meets)],
  ['overlaps', 'rr', overlaps],
  ['overlaps before', 'rr', overlapsBefore],
  ['overlaps after', 'rr', swapped(overlapsBefore)],
  ['finishes', 'pr rr', finishes],
  ['finished by', 'rp rr', swapped(finishes)],
  ['includes', 'rp rr', includes],
  ['during', 'pr rr', swapped(includes)],
  ['starts', 'pr rr', starts],
  ['started by', 'rp rr', swapped(starts)],
  ['coincides', 'pp rr', coincides],
]

function related(sides: string, relation: Relation) {
  return ([a, b]: [FeelValue, FeelValue]): FeelValue => {
    if (a === null || b === null) return null
    const given = `${isRange(a) ? 'r' : 'p'}${isRange(b) ? 'r' : 'p'}`
    return sides.split(' ').includes(given) ? relation(rangeOf(a), rangeOf(b)) : null
  }
}

/** The end of a range as the built-in `range` reads it: a literal, or a call that makes a temporal value of one. */
function endpoint(text: string): FeelValue | undefined {
  if (text === 'null') return null
  if (/^-?(?:\d+(?:\.\d+)?|\.\d+)$/.test(text)) return parseNumber(text)
  const [, call, literal] = /^(@|date and time|date|time|duration)?\s*\(?\s*"((?:[^"\\]|\\.)*)"\s*\)?$/.exec(text) ?? []
  if (literal === undefined) return undefined
  const content = literal.replaceAll(/\\(.)/g, '$1')
  if (call === undefined) return text.startsWith('"') ? content : undefined
  return readers[call]?.(content) ?? undefined
}

const readers: Record<string, (text: string) => FeelValue> = {
  '@': (text) =>
    parseDuration(text) ?? (/^[^@]*T/.test(text) ? parseDateTime(text) : (parseDate(text) ?? parseTime(text))),
  date: parseDate,
  time: parseTime,
  'date and time': parseDateTime,
  duration: parseDuration,
}

function parseRange([text]: [string]): FeelValue {
  const [, open, from, to, close] = /^\s*([[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])[])\s*$/.exec(text.slice(0, 300)) ?? []
  const [start, end] = [from, to].map((each) => (each === undefined ? undefined : endpoint(each)))
  if (start === undefined || end === undefined || (start === null && end === null)) return null
  const order = start === null || end === null ? 0 : compare(start, end)
  if (order === null || order > 0) return null
  const ends = { start: start ?? undefined, end: end ?? undefined }
  return {
    [kind]: 'range',
    ...ends,
    startIncluded: start !== null && open === '[',
    endIncluded: end !== null && close === ']',
  }
}

const relationBuiltins = relations.map(([name, sides, relation]) =>
  builtin(
    name,
    ['point1: any, point2: any', 'range1: any, range2: any', 'point: any, range: any', 'range: any, point: any'],
    related(sides, relation),
  ),
)

/** DMN 1.5, 10.3.4.10 (the relations of Allen) and the conversion from text. */
export const rangeBuiltins = [...relationBuiltins, builtin('range', 'from: string', parseRange)]
