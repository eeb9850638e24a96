/** One figure: its name, what it is, the goal that the performance notes set. */
export interface Row {
  name: string
  value: number
  unit: 'per second' | 'bytes' | 'microseconds'
  /** Absent where the row is there for comparison only. */
  goal?: { at: 'least' | 'most'; value: number }
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0

/** Runs `once` for a while, several times, and gives the median of runs per second. */
export function perSecond(once: () => void, trials = 5, milliseconds = 400): number {
  const rates: number[] = []
  for (let trial = 0; trial <= trials; trial++) {
    let count = 0
    const started = performance.now()
    let elapsed = 0
    do {
      for (let i = 0; i < 64; i++) once()
      count += 64
      elapsed = performance.now() - started
    } while (elapsed < milliseconds)
    // The first trial warms up.
    if (trial > 0) rates.push((count / elapsed) * 1000)
  }
  return median(rates)
}
