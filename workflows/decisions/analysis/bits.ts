/** A set of the pieces of one column, by their numbers; `first` and `last` are outside of each other when it is empty. */
export interface Bits {
  readonly words: Uint32Array
  readonly first: number
  readonly last: number
}

/** A set that is being made of single pieces and runs of them. */
export interface Filling {
  readonly words: Uint32Array
  readonly fill: (from: number, to: number) => void
  readonly done: () => Bits
}

/** Begins an empty set of so many pieces. */
export function filling(size: number): Filling {
  const words = new Uint32Array((size + 31) >>> 5)
  return {
    words,
    fill: (from, to) => {
      if (from > to) return
      const [head, tail] = [from >>> 5, to >>> 5]
      for (let word = head; word <= tail; word++) {
        const low = word === head ? -1 << (from & 31) : -1
        const high = word === tail ? -1 >>> (31 - (to & 31)) : -1
        words[word] = (words[word] ?? 0) | (low & high)
      }
    },
    done: () => bounded(size, words),
  }
}

function bounded(size: number, words: Uint32Array): Bits {
  const low = words.findIndex((word) => word !== 0)
  if (low < 0) return { words, first: size, last: -1 }
  const high = words.findLastIndex((word) => word !== 0)
  const [a, b] = [words[low] ?? 0, words[high] ?? 0]
  return { words, first: (low << 5) + 31 - Math.clz32(a & -a), last: (high << 5) + 31 - Math.clz32(b) }
}

/** The pieces in both sets. */
export const both = (size: number, a: Bits, words: Uint32Array): Bits =>
  bounded(
    size,
    a.words.map((word, index) => word & (words[index] ?? 0)),
  )

/** The pieces that a test holds for. */
export function bitsOf(size: number, holds: (index: number) => boolean): Bits {
  const words = new Uint32Array((size + 31) >>> 5)
  let first = size
  let last = -1
  for (let index = 0; index < size; index++) {
    if (!holds(index)) continue
    words[index >>> 5] = (words[index >>> 5] ?? 0) | (1 << (index & 31))
    if (first === size) first = index
    last = index
  }
  return { words, first, last }
}

export const has = ({ words }: Bits, index: number) => ((words[index >>> 5] ?? 0) & (1 << (index & 31))) !== 0

export const isEmpty = ({ last }: Bits) => last < 0

/** The first piece in all of the sets, or -1. */
export function common(...sets: readonly Bits[]): number {
  const from = Math.max(...sets.map(({ first }) => first))
  const to = Math.min(...sets.map(({ last }) => last))
  if (from > to) return -1
  const tail = to >>> 5
  for (let word = from >>> 5; word <= tail; word++) {
    let bits = -1
    for (const { words } of sets) bits &= words[word] ?? 0
    if (bits !== 0) return (word << 5) + 31 - Math.clz32(bits & -bits)
  }
  return -1
}

/** Whether every piece of the one is in the other. */
export const isWithin = (inner: Bits, outer: Bits) =>
  inner.words.every((word, index) => (word & ~(outer.words[index] ?? 0)) === 0)

/** Visits what is in both sets, in order; answers how many steps that took. */
export function eachInBoth(a: Bits, b: Bits, visit: (index: number) => void): number {
  const to = Math.min(a.last, b.last)
  let steps = 1
  for (let word = Math.max(a.first, b.first) >>> 5; word << 5 <= to; word++, steps++)
    for (let bits = (a.words[word] ?? 0) & (b.words[word] ?? 0); bits !== 0; bits &= bits - 1, steps++)
      visit((word << 5) + 31 - Math.clz32(bits & -bits))
  return steps
}
