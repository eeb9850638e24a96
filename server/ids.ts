import { randomFillSync } from 'node:crypto'
import type { Ids } from '../workflows/runtime/ports.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Ids that sort by the time of their making: 10 characters of milliseconds, 16 of randomness (80 bits), lower-case
 * Crockford base 32. Within one millisecond the last of them count up, so that order holds there as well.
 */
export function createIds(now: () => number): Ids {
  // Asking the system for random bytes costs the same for many as for few.
  const supply = Buffer.alloc(4000)
  let used = supply.length
  let last = 0
  let head = ''
  let count = 0

  /** The next 40 random bits; each is given once. */
  function random(): number {
    if (used === supply.length) {
      randomFillSync(supply)
      used = 0
    }
    used += 5
    return supply.readUIntBE(used - 5, 5)
  }

  return {
    next() {
      const time = Math.max(now(), last)
      // Full only after 2^39 within one millisecond.
      count += 1
      if (time !== last) {
        last = time
        head = encoded(time, 10) + encoded(random(), 8)
        // Half of the room is left to count in.
        count = random() % 2 ** 39
      }
      return head + encoded(count, 8)
    },
  }
}

function encoded(value: number, length: number): string {
  let text = ''
  // 2^40 and more are beyond what bit operations can do.
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text
  return text
}
