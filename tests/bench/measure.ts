export type Unit = 'per second' | 'bytes' | 'megabytes' | 'microseconds' | 'milliseconds' | 'times'

/** One figure: what was measured at each trial, their median, and the goal that the performance notes set. */
export interface Row {
  name: string
  value: number
  unit: Unit
  trials: number[]
  /** Absent where the row is there for comparison only. */
  goal?: Goal
}

export interface Goal {
  at: 'least' | 'most'
  value: number
}

/** How much is measured; `quick` is for a look while working, its figures say little about large stores. */
export interface Extent {
  quick: boolean
  trials: number
}

/** Rows that are measured together. */
export interface Group {
  rows: readonly string[]
  measure(extent: Extent): Row[] | Promise<Row[]>
}

export const least = (value: number): Goal => ({ at: 'least', value })
export const most = (value: number): Goal => ({ at: 'most', value })

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

/** A row of its trials: the median stands for them. */
export function rowOf(name: string, unit: Unit, trials: readonly number[], goal?: Goal): Row {
  const kept = trials.map((value) => Number(value.toPrecision(6)))
  return { name, value: median(kept), unit, trials: kept, ...(goal ? { goal } : {}) }
}

/** Trials that do not count, until everything is compiled. */
const warming = 3

/**
 * Runs `once` for some processor time, several times: runs per second of it, because on a machine that others use as
 * well the clock on the wall measures them. Collecting garbage and compiling count; trials before them warm up.
 */
export function ratesOf(once: () => void, { quick, trials }: Extent): number[] {
  const milliseconds = quick ? 150 : 400
  const rates: number[] = []
  for (let trial = -warming; trial < trials; trial++) {
    let count = 0
    let spent = 0
    const before = process.cpuUsage()
    do {
      for (let i = 0; i < 64; i++) once()
      count += 64
      const { user, system } = process.cpuUsage(before)
      spent = user + system
    } while (spent < milliseconds * 1000)
    if (trial >= 0) rates.push((count / spent) * 1_000_000)
  }
  return rates
}

/** Runs a trial several times, one after the other. */
export async function trialsOf<T>(count: number, trial: () => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let i = 0; i < count; i += 1) results.push(await trial())
  return results
}
