/** One fault of one line, as somebody might make it; some test must fail with it. */
export interface Planted {
  /** From the root of the repository. */
  file: string
  /** Stands there exactly once. */
  find: string
  replace: string
  /** What goes wrong for people. */
  why: string
  /** Test files and folders of scenarios that find it, the cheapest first; without, the checks of its part. */
  tests?: readonly string[]
}

/** Faults of one part of the product, with what is run to find them: each a command, the cheapest first. */
export interface PlantedPart {
  name: string
  checks: readonly (readonly string[])[]
  faults: readonly Planted[]
}

/** A list of faults of one folder: file, what stands there, what is planted, why, and what finds it. */
export type Row = readonly [file: string, find: string, replace: string, why: string, tests: readonly string[]]

export const faultsIn = (folder: string, rows: readonly Row[]): Planted[] =>
  rows.map(([file, find, replace, why, tests]) => ({ file: `${folder}/${file}`, find, replace, why, tests }))
