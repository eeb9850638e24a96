/** One figure: its name, what it is, the goal that the performance notes set. */
export interface Row {
  name: string
  value: number
  unit: 'per second' | 'bytes' | 'microseconds'
  /** Absent where the row is there for comparison only. */
  goal?: { at: 'least' | 'most'; value: number }
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0

/**
 * Runs `once` for a while, several times, and gives the median of runs per second of processor time: on a machine that
 * others use as well the clock on the wall measures them. Collecting garbage and compiling count.
 */
export function perSecond(once: () => void, trials = 7, milliseconds = 400): number {
  const rates: number[] = []
  for (let trial = 0; trial <= trials; trial++) {
    let count = 0
    const before = process.cpuUsage()
    const until = performance.now() + milliseconds
    do {
      for (let i = 0; i < 64; i++) once()
      count += 64
    } while (performance.now() < until)
    const { user, system } = process.cpuUsage(before)
    // The first trial warms up.
    if (trial > 0) rates.push((count / (user + system)) * 1_000_000)
  }
  return median(rates)
}
