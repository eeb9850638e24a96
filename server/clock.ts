import type { Clock } from '../workflows/runtime/ports.ts'

/** The machine's clock; within one millisecond the same text, because a busy server asks many times. */
export function createSystemClock(milliseconds: () => number): Clock {
  let at = Number.NaN
  let text = ''
  return {
    now() {
      const now = milliseconds()
      if (now !== at) {
        at = now
        text = new Date(now).toISOString()
      }
      return text
    },
  }
}
