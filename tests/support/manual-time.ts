import type { Clock, Scheduler } from '../../workflows/runtime/ports.ts'

/** A clock that only the test moves, and a scheduler that runs by it. */
export interface ManualTime {
  clock: Clock
  scheduler: Scheduler
  /** Moves the clock, running what falls due on the way, in order. */
  advance(milliseconds: number): void
  now(): string
  /** How many things wait for their time. */
  waiting(): number
}

export function manualTime(start = '2026-03-02T01:00:00.000Z'): ManualTime {
  let at = Date.parse(start)
  let waiting: { due: number; run: () => void }[] = []
  const now = () => new Date(at).toISOString()
  return {
    now,
    waiting: () => waiting.length,
    clock: { now },
    scheduler: {
      after(milliseconds, run) {
        const entry = { due: at + milliseconds, run }
        waiting.push(entry)
        return { cancel: () => void (waiting = waiting.filter((other) => other !== entry)) }
      },
    },
    advance(milliseconds) {
      const until = at + milliseconds
      for (;;) {
        const next = waiting.filter(({ due }) => due <= until).sort((a, b) => a.due - b.due)[0]
        if (!next) break
        waiting = waiting.filter((entry) => entry !== next)
        at = Math.max(at, next.due)
        next.run()
      }
      at = until
    },
  }
}
