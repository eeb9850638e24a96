/** A small source of numbers that looks random and is always the same for the same record. */
export interface Dice {
  /** In [least, most). */
  between(least: number, most: number): number
  /** Whole, both ends included. */
  whole(least: number, most: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  weighted<T>(choices: readonly (readonly [T, number])[]): T
}

/** The dice of one record: seeded with pack version, entity and index, so that no other record changes them. */
export function seeded(version: string, entity: string, index: number): Dice {
  let state = hash(`${version}/${entity}/${index}`)
  // mulberry32: 32 bits of state, good enough to make up a shop.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (least: number, most: number) => least + next() * (most - least)
  const whole = (least: number, most: number) => Math.floor(between(least, most + 1))
  return {
    between,
    whole,
    chance: (probability) => next() < probability,
    pick(list) {
      const picked = list[whole(0, list.length - 1)]
      if (picked === undefined) throw new Error('Expected something to pick from, but the list is empty')
      return picked
    },
    weighted(choices) {
      let left = next() * choices.reduce((sum, [, weight]) => sum + weight, 0)
      for (const [choice, weight] of choices) {
        left -= weight
        if (left < 0) return choice
      }
      const last = choices.at(-1)
      if (!last) throw new Error('Expected something to choose from, but there is nothing')
      return last[0]
    },
  }
}

/** FNV-1a over UTF-16 units. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0
  return value
}

export const minutesLater = (instant: string, minutes: number): string =>
  new Date(Math.round((Date.parse(instant) + minutes * 60_000) / 1000) * 1000).toISOString()

export const hoursLater = (instant: string, hours: number): string => minutesLater(instant, hours * 60)
