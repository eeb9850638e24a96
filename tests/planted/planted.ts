/** One fault of one line, as somebody might make it; some test must fail with it. */
export interface Planted {
  /** From the root of the repository. */
  file: string
  /** Stands there exactly once. */
  find: string
  replace: string
  /** What goes wrong for people. */
  why: string
}

/** Faults of one part of the product, with what is run to find them: each a command, the cheapest first. */
export interface PlantedPart {
  name: string
  checks: readonly (readonly string[])[]
  faults: readonly Planted[]
}
