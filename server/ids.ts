import { randomBytes } from 'node:crypto'
import type { Ids } from '../workflows/runtime/ports.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Ids that sort by the time of their making: 10 characters of milliseconds, 16 of randomness (80 bits), lower-case
 * Crockford base 32. Within one millisecond the random part counts up, so that order holds there as well.
 */
export function createIds(now: () => number): Ids {
  let last = 0
  let tail = 0n
  return {
    next() {
      const time = Math.max(now(), last)
      tail = time === last ? tail + 1n : BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n
      last = time
      return encoded(BigInt(time), 10) + encoded(tail, 16)
    },
  }
}

function encoded(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest >>= 5n) text = alphabet[Number(rest & 31n)] + text
  return text
}
