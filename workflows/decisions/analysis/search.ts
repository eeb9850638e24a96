import { bitsOf, common, eachInBoth, isWithin } from './bits.ts'
import type { Bits } from './bits.ts'

/** A part of all inputs: for each column, some of its pieces. */
export type Box = readonly Bits[]

/** How much a search may look at; it ends with what it has when this is used up. */
export interface Effort {
  left: number
}

export const spend = (effort: Effort, cost: number): boolean => (effort.left -= cost) >= 0

/** Whether two boxes have an input in common. */
export const meet = (a: Box, b: Box): boolean => a.every((bits, column) => common(bits, b[column] as Bits) >= 0)

/**
 * The parts of a box that no other box covers, merged where they differ in one column only; at most so many. Goes through
 * the columns from left to right: the pieces of a column that the same boxes cover are looked at together.
 */
export function uncovered(
  whole: Box,
  boxes: readonly Box[],
  sizes: readonly number[],
  effort: Effort,
  most = Infinity,
): { holes: Box[]; isComplete: boolean } {
  let isComplete = true
  // From which column on a box covers everything.
  const coversFrom = boxes.map((box) => {
    let column = whole.length
    while (column > 0 && isWithin(whole[column - 1] as Bits, box[column - 1] as Bits)) column--
    return column
  })
  const known = new Map<string, Box[]>()

  function holesFrom(column: number, left: readonly number[]): Box[] {
    if (left.length === 0) return [whole.slice(column)]
    if (left.some((box) => (coversFrom[box] as number) <= column)) return []
    const key = `${column}:${left.join(',')}`
    const before = known.get(key)
    if (before) return before
    const holes = split(column, left)
    known.set(key, holes)
    return holes
  }

  function split(column: number, left: readonly number[]): Box[] {
    const bits = whole[column] as Bits
    const covering = new Map<number, number[]>()
    eachInBoth(bits, bits, (piece) => covering.set(piece, []))
    for (const box of left) {
      const cost = eachInBoth(bits, boxes[box]?.[column] as Bits, (piece) => covering.get(piece)?.push(box))
      if (!spend(effort, cost)) {
        isComplete = false
        return []
      }
    }
    const groups = new Map<string, { pieces: Set<number>; boxes: number[] }>()
    for (const [piece, boxesHere] of covering) {
      const key = boxesHere.join(',')
      const group = groups.get(key)
      if (group) group.pieces.add(piece)
      else groups.set(key, { pieces: new Set([piece]), boxes: boxesHere })
    }
    const byRest = new Map<string, { pieces: Set<number>; rest: Box }>()
    for (const group of groups.values())
      for (const rest of holesFrom(column + 1, group.boxes)) {
        const key = rest.map(keyOf).join(';')
        const same = byRest.get(key)
        if (same) for (const piece of group.pieces) same.pieces.add(piece)
        else if (byRest.size < most) byRest.set(key, { pieces: new Set(group.pieces), rest })
        else isComplete = false
      }
    const size = sizes[column] ?? 0
    return [...byRest.values()].map(({ pieces, rest }) => [bitsOf(size, (piece) => pieces.has(piece)), ...rest])
  }

  return { holes: holesFrom(0, [...boxes.keys()]), isComplete }
}

const keyOf = ({ words }: Bits) => words.join(',')
