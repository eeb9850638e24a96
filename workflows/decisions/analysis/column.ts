import { compileUnaryTests } from '../../expressions/compile.ts'
import { emptyContext } from '../../expressions/contexts.ts'
import { compare, equals } from '../../expressions/compare.ts'
import { literalFrame } from '../../expressions/evaluation.ts'
import type { Shape } from '../../expressions/parse.ts'
import { isLocal } from '../../expressions/temporal.ts'
import { isDateTime, typeName } from '../../expressions/values.ts'
import type { FeelTime, FeelValue } from '../../expressions/values.ts'
import { bitsOf, both, filling, has, isEmpty } from './bits.ts'
import type { Bits, Filling } from './bits.ts'
import { constantsOf } from './constants.ts'
import type { Constant } from './constants.ts'
import { literalOf, testOf } from './literals.ts'
import { orderedTypes } from './ordered.ts'
import type { AnalyzedInput } from './table.ts'

/**
 * A piece of what an input can be: all its values are told apart by no cell of the column. `value` stands for them; null
 * where there is none (no date lies between two days).
 */
export interface Piece {
  readonly value: FeelValue
  readonly exists: boolean
  /** On a line: the ends of the piece; the same for a single value. */
  readonly from: FeelValue | undefined
  readonly to: FeelValue | undefined
  /** `point` and `between` lie on a line, next to each other; `value` is one of some, `other` all the rest of them. */
  readonly kind: 'point' | 'between' | 'value' | 'other' | 'missing'
}

/** One cell over the pieces of its column. `null` pieces: only an evaluation can tell what it accepts. */
export interface CellPieces {
  readonly accepts: Bits | null
  readonly constants: readonly Constant[]
}

/** An input column, cut into the pieces at which its cells change their answer. */
export interface Column {
  readonly pieces: readonly Piece[]
  /** Pieces that the type and the allowed values of the column let in. */
  readonly possible: Bits
  /** Those for which a rule is expected: a missing value only where the column speaks of it. */
  readonly expected: Bits
  readonly cells: readonly CellPieces[]
  /** The type whose values the column has, when there is one. */
  readonly type: string | null
  /** Pieces as unary tests, as an input cell would have them. */
  readonly testFor: (pieces: Bits) => string
}

const single = (value: FeelValue, kind: Piece['kind'] = 'value'): Piece => ({
  value,
  exists: true,
  from: value,
  to: value,
  kind,
})

const none: Omit<Piece, 'from' | 'to'> = { value: null, exists: false, kind: 'between' }

function between(type: string, from: FeelValue | undefined, to: FeelValue | undefined): Piece {
  const ordered = orderedTypes[type]
  if (!ordered) return { ...none, from, to }
  const value =
    from === undefined
      ? to === undefined
        ? ordered.some
        : ordered.below(to)
      : to === undefined
        ? ordered.above(from)
        : ordered.between(from, to)
  const isInside =
    value !== null &&
    (from === undefined || (compare(from, value) ?? 1) < 0) &&
    (to === undefined || (compare(value, to) ?? 1) < 0)
  return isInside ? { value, exists: true, kind: 'between', from, to } : { ...none, from, to }
}

const isLocalValue = (value: FeelValue) => isLocal(isDateTime(value) ? value.time : (value as FeelTime))

/** Cuts a line at its constants; null when they do not lie on one line, such as local and zoned times. */
function line(type: string, constants: readonly FeelValue[]): Piece[] | null {
  if (constants.some((a) => compare(a, constants[0] ?? null) === null)) return null
  if (type === 'time' && !constants.every(isLocalValue)) return null
  if (type === 'date and time' && new Set(constants.map(isLocalValue)).size > 1) return null
  const sorted = constants.toSorted((a, b) => compare(a, b) ?? 0)
  const cuts = sorted.filter((value, index) => index === 0 || compare(sorted[index - 1] ?? null, value) !== 0)
  const pieces: Piece[] = [between(type, undefined, cuts[0])]
  for (const [index, cut] of cuts.entries()) pieces.push(single(cut, 'point'), between(type, cut, cuts[index + 1]))
  return pieces
}

/** A text that is none of those that the cells speak of. */
function otherText(texts: readonly FeelValue[]): string {
  for (let tail = ''; ; tail += '*') if (!texts.includes(`other${tail}`)) return `other${tail}`
}

function distinct(values: readonly FeelValue[]): FeelValue[] {
  const found: FeelValue[] = []
  const texts = new Set<FeelValue>()
  for (const value of values) {
    if (typeof value === 'string' ? texts.has(value) : found.some((each) => equals(each, value) === true)) continue
    texts.add(value)
    found.push(value)
  }
  return found
}

const samples: Record<string, () => FeelValue> = {
  list: () => [],
  context: () => emptyContext(),
}

function piecesOf(type: string, constants: readonly FeelValue[]): Piece[] | null {
  if (orderedTypes[type]) return line(type, constants)
  if (type === 'boolean') return [single(true), single(false)]
  if (type === 'string') {
    const texts = distinct(constants)
    return [...texts.map((text) => single(text)), { ...single(otherText(texts)), kind: 'other' }]
  }
  const sample = samples[type]
  return [sample ? { ...single(sample()), kind: 'other' } : { ...single(null), kind: 'other' }]
}

/** The pieces of one type, where they begin in the column, and whether its constants lie on a line. */
interface Part {
  type: string
  from: number
  pieces: Piece[]
  isDecided: boolean
}

/** Finds the piece of a constant; those of a line are in order. */
function indexOf(part: Part, constant: FeelValue): number {
  if (!orderedTypes[part.type]) return part.pieces.findIndex((piece) => equals(piece.value, constant) === true)
  let [low, high] = [0, (part.pieces.length - 3) >> 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((compare(part.pieces[middle * 2 + 1]?.value ?? null, constant) ?? 0) < 0) low = middle + 1
    else high = middle
  }
  return low * 2 + 1
}

/**
 * Asks a cell at its own constants and once between each two of them: between those its answer cannot change. So a cell
 * costs as many evaluations as it has constants, however many the column has.
 */
function answer(part: Part, own: readonly FeelValue[], accepts: (value: FeelValue) => boolean, into: Filling): void {
  const fill = (from: number, to: number) => {
    let at = from
    while (at <= to && !part.pieces[at]?.exists) at++
    if (at <= to && accepts(part.pieces[at]?.value ?? null)) into.fill(part.from + from, part.from + to)
  }
  const cuts = [...new Set(own.map((constant) => indexOf(part, constant)))].sort((a, b) => a - b)
  if (orderedTypes[part.type]) {
    let next = 0
    for (const cut of cuts) {
      fill(next, cut - 1)
      fill(cut, cut)
      next = cut + 1
    }
    return fill(next, part.pieces.length - 1)
  }
  for (const cut of cuts) fill(cut, cut)
  const rest = [...part.pieces.keys()].filter((index) => !cuts.includes(index))
  if (rest.length > 0 && accepts(part.pieces[rest[0] as number]?.value ?? null))
    for (const index of rest) into.fill(part.from + index, part.from + index)
}

function acceptance(text: string, shape: Shape): (value: FeelValue) => boolean {
  if (text === '' || text === '-') return () => true
  const compiled = compileUnaryTests(text, { shape })
  if (!compiled.ok) return () => false
  const { tests } = compiled
  return (value) => tests.within(literalFrame(), value) === true
}

/** The types that a column has values of: the declared one, else those that its cells compare with. */
function typesOf(input: AnalyzedInput, constants: readonly FeelValue[]): string[] {
  if (input.type.feel.type !== 'Any') return [input.type.feel.type]
  const seen = [...new Set(constants.map(typeName))].filter((type) => type !== 'null')
  return seen.length > 0 ? seen : ['Any']
}

/**
 * Local times where the cells speak of times with an offset, and the other way around: the two compare by the clock on the
 * wall (DMN 1.5, table 54), so they are cut where the cells are, on a line of their own.
 */
function twins({ type, pieces }: Part): Piece[] | null {
  const { twin } = orderedTypes[type] ?? {}
  const points = pieces.filter(({ kind }) => kind === 'point').map(({ value }) => value)
  if (!twin || points.length === 0) return null
  if (points.every(isLocalValue))
    return pieces.map((piece) => ({ ...piece, value: piece.exists ? twin(piece.value) : null }))
  return line(type, points.map(twin))
}

const asOther = (piece: Piece): Piece => ({ ...piece, kind: 'other' })

/** What a column can have beside the values that its cells speak of: nobody expects it, but no claim may forget it. */
function strangers(input: AnalyzedInput, parts: readonly Part[], from: number): Part[] {
  const found: Part[] = []
  const add = (type: string, pieces: readonly Piece[]) => {
    found.push({ type, from, pieces: pieces.map(asOther), isDecided: true })
    from += pieces.length
  }
  for (const part of parts) add(part.type, twins(part) ?? [])
  if (input.type.feel.type === 'Any') add('Any', [single(emptyContext())])
  return found
}

/** Cuts an input column into pieces (`cells` are the texts of its cells, from the first rule to the last). */
export function columnOf(input: AnalyzedInput, cells: readonly string[], shape: Shape): Column {
  const read = new Map([...new Set(cells)].map((text) => [text, constantsOf(text, shape)]))
  const allowed = input.allowed.map((text) => constantsOf(text, shape))
  const all = [...read.values(), ...allowed].flatMap((each) => each ?? [])
  const values = all.map(({ value }) => value)

  const parts: Part[] = []
  const pieces: Piece[] = [single(null, 'missing')]
  for (const type of typesOf(input, values)) {
    const made = piecesOf(
      type,
      values.filter((value) => typeName(value) === type),
    )
    const part = {
      type,
      from: pieces.length,
      pieces: made ?? [between(type, undefined, undefined)],
      isDecided: made !== null,
    }
    parts.push(part)
    pieces.push(...part.pieces)
  }

  const firstStranger = pieces.length
  const beside = strangers(input, parts, firstStranger)
  for (const part of beside) pieces.push(...part.pieces)

  const frame = literalFrame()
  const isPossible = ({ value, exists, kind }: Piece) =>
    kind === 'missing' ||
    (exists &&
      input.type.accept(value, frame, false) !== undefined &&
      (input.tests.length === 0 || input.tests.some((each) => each.accepts(frame, value))))
  const possible = bitsOf(pieces.length, (index) => isPossible(pieces[index] as Piece))
  const speaksOfMissing = values.includes(null)
  const expected = bitsOf(
    pieces.length,
    (index) => has(possible, index) && index < firstStranger && (index > 0 || speaksOfMissing),
  )

  const sets = new Map<string, CellPieces>()
  for (const [text, constants] of read) {
    const own = constants?.map(({ value }) => value) ?? []
    const isDecided = constants !== null && parts.every((part) => part.isDecided || text === '' || text === '-')
    const accepts = acceptance(text, shape)
    const into = filling(pieces.length)
    if (isDecided) {
      if (accepts(null)) into.fill(0, 0)
      for (const part of parts) {
        const ofType = own.filter((value) => typeName(value) === part.type)
        answer(part, ofType, accepts, into)
      }
      for (const part of beside) {
        const { twin } = orderedTypes[part.type] ?? {}
        const ofType = own.filter((value) => twin !== undefined && typeName(value) === part.type)
        answer(part, twin ? ofType.map(twin) : [], accepts, into)
      }
    }
    sets.set(text, {
      accepts: isDecided ? both(pieces.length, possible, into.words) : null,
      constants: constants ?? [],
    })
  }

  return {
    pieces,
    possible,
    expected,
    cells: cells.map((text) => sets.get(text) as CellPieces),
    type: parts.length === 1 ? (parts[0]?.type ?? null) : null,
    testFor: (chosen) => (isEmpty(chosen) ? '-' : testOf(pieces, expected, chosen)),
  }
}

const isOnLine = (piece: Piece | undefined) => piece?.kind === 'point' || piece?.kind === 'between'

/** Some pieces of a column, apart where a line is broken between them. */
export function runsOf({ pieces, possible }: Column, chosen: Bits): Bits[] {
  const runs: number[][] = []
  let run: number[] | null = null
  const others: number[] = []
  for (let index = 0; index < pieces.length; index++) {
    const isChosen = has(chosen, index)
    if (!isOnLine(pieces[index])) {
      if (isChosen) others.push(index)
      continue
    }
    if (isChosen) {
      if (!run) runs.push((run = []))
      run.push(index)
    } else if (has(possible, index)) run = null
  }
  return [...runs, ...(others.length > 0 ? [others] : [])].map((run) => {
    const members = new Set(run)
    return bitsOf(pieces.length, (index) => members.has(index))
  })
}

/** Whether some pieces reach to the end of a line: nothing bounds them on that side. */
export const isEndless = ({ pieces }: Column, chosen: Bits) =>
  [chosen.first, chosen.last].some((index) => {
    const piece = pieces[index]
    return piece?.kind === 'between' && (piece.from === undefined || piece.to === undefined)
  })

/** The value that stands for a piece, as FEEL. */
export const exampleOf = (column: Column, piece: number): string => literalOf(column.pieces[piece]?.value ?? null)
