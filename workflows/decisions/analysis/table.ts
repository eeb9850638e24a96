import type { Shape } from '../../expressions/parse.ts'
import type { AllowedValue, DataType } from '../model.ts'

/** A decision table as its analysis reads it: the texts of its cells and the types of its columns. */
export interface AnalyzedTable {
  readonly id: string
  /** As the standard writes it, with the aggregation: `COLLECT SUM`. */
  readonly hitPolicy: string
  readonly inputs: readonly AnalyzedInput[]
  readonly outputs: readonly AnalyzedOutput[]
  readonly rules: readonly AnalyzedRule[]
  /** Names that the cells can read, with samples of what they hold. */
  readonly shape: Shape
}

export interface AnalyzedInput {
  readonly id: string
  readonly label: string
  readonly type: DataType
  /** The allowed values of the column, or of its type, as texts and as tests. */
  readonly allowed: readonly string[]
  readonly tests: readonly AllowedValue[]
}

export interface AnalyzedOutput extends AnalyzedInput {
  /** The default output, as FEEL; null when there is none. */
  readonly fallback: string | null
}

export interface AnalyzedCell {
  readonly id: string | null
  readonly text: string
}

export interface AnalyzedRule {
  readonly id: string
  readonly inputs: readonly AnalyzedCell[]
  readonly outputs: readonly AnalyzedCell[]
}

/** An input as FEEL, one for each column, in their order. */
export type Example = readonly string[]

/** What an analysis found. Rules and columns are counted from 0. */
export interface TableAnalysis {
  /** Inputs that no rule matches: the cells that a rule for them would have, and one such input. */
  readonly gaps: readonly { readonly tests: readonly string[]; readonly example: Example }[]
  /** Rules that match together; `differ`: whether their outputs are known to be different (null: not known). */
  readonly overlaps: readonly {
    readonly rules: readonly [number, number]
    readonly example: Example
    readonly differ: boolean | null
  }[]
  /** Rules that no input matches, with the columns that let nothing in. */
  readonly empty: readonly { readonly rule: number; readonly columns: readonly number[] }[]
  /** Rules that never count, because others that match whenever they do come first; an input for which that happens. */
  readonly masked: readonly { readonly rule: number; readonly by: readonly number[]; readonly example: Example }[]
  /** Allowed values of an output that no rule gives, as FEEL. */
  readonly unreachable: readonly { readonly output: number; readonly values: readonly string[] }[]
  /** Whether there is a default output and no input is left for it. */
  readonly needlessDefault: boolean
  /** Cells that compare with, or give, what does not belong to the type or the allowed values of their column. */
  readonly wrongCells: readonly WrongCell[]
  /** Default outputs of the same kind. */
  readonly wrongDefaults: readonly {
    readonly output: number
    readonly kind: WrongCell['kind']
    readonly value: string
  }[]
  /** Cells that only an evaluation can tell about. */
  readonly undecided: readonly { readonly rule: number; readonly input: number }[]
  /** What was not searched to its end, because it would take too long. */
  readonly unfinished: readonly ('gaps' | 'overlaps' | 'masked')[]
  /** How many gaps and overlaps there are, also those that are not listed. */
  readonly counts: { readonly gaps: number; readonly overlaps: number }
}

export interface WrongCell {
  readonly rule: number
  readonly side: 'input' | 'output'
  readonly column: number
  readonly kind: 'type' | 'value'
  /** The value that does not fit, as FEEL. */
  readonly value: string
}
