/** Dice that fall the same way for the same seed (mulberry32). */
export function seeded(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    chance: (share: number) => next() < share,
    /** A whole number from `from` to `to`, both possible. */
    whole: (from: number, to: number) => from + Math.floor(next() * (to - from + 1)),
    /** Short ones are as likely as long ones: the logarithm is even. */
    logUniform: (from: number, to: number) => from * (to / from) ** next(),
    pick<T>(items: readonly T[]): T {
      const item = items[Math.floor(next() * items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}

export type Dice = ReturnType<typeof seeded>
