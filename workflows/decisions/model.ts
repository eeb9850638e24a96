import type { TestShape } from '../expressions/nodes/test-shape.ts'
import type { FeelType, FeelValue, Frame } from '../expressions/values.ts'
import type { Problem } from '../model/problem.ts'
import type { TableAnalysis } from './analysis/table.ts'

/** Logic of a decision, compiled: what it gives for the variables of the frame. */
export type Logic = (frame: DecisionFrame) => FeelValue

/** What one evaluation of a decision carries besides its variables. */
export interface DecisionFrame extends Frame {
  readonly matched: MatchedRule[]
  /** Outputs of the decisions that were evaluated already, by id. */
  results: Map<string, FeelValue>
  /** Values of input data that a decision service was given, by id. */
  given: Map<string, FeelValue>
  /** The innermost decision or business knowledge model whose logic runs. */
  element: string
  /** Whether the table that was evaluated last had no matching rule and no default. */
  unmatched: boolean
  /** Where everything is written down that an explanation needs; null when nobody asked for one. */
  readonly trace: Trace | null
  /** The innermost decision whose logic runs. */
  decision: string
  /** Whether an input of another type than declared ends the evaluation; otherwise it is null. */
  readonly failsOnInputs: boolean
}

/** What an evaluation went through. */
export interface Trace {
  /** In the order in which they were finished. */
  readonly decisions: { id: string; name: string; value: FeelValue }[]
  /** Input data that was read, by name. */
  readonly inputs: Map<string, FeelValue>
  readonly tables: TableTrace[]
}

export interface TableTrace {
  /** The decision or business knowledge model whose logic it is part of, and the decision on whose way that lies. */
  owner: string
  within: string
  hitPolicy: string
  inputs: { label: string; expression: string; value: FeelValue }[]
  /** A cell that accepts everything has no shape. */
  rules: {
    id: string
    annotation: string | null
    cells: { source: string; shape: TestShape | null; holds: boolean | null }[]
  }[]
  /** Rules that count, by their place. */
  chosen: number[]
  usedDefault: boolean
  outputLabel: string
  output: FeelValue
}

/** A rule that contributed to the output; `ruleIndex` counts from 1, as people count rows. */
export interface MatchedRule {
  decisionId: string
  ruleIndex: number
  ruleId: string
  annotation: string | null
}

/**
 * A type of the model, FEEL's own or an item definition: `accept` gives the value as it is of that type (the only item
 * of a list, a list around one value), or undefined when it is not. From text: dates and durations may be ISO text, as
 * process variables have them.
 */
export interface DataType {
  readonly name: string
  readonly feel: FeelType
  accept(value: FeelValue, frame: Frame, fromText: boolean): FeelValue | undefined
  /** The allowed values, each as a test, in their order. */
  readonly allowed: readonly AllowedValue[]
  /** Where it holds money: paths inside of it, an empty one for itself. */
  readonly money: readonly string[]
  /** A sample for the parser, so that names inside of values are known to it. */
  readonly shape: unknown
}

export interface AllowedValue {
  /** As it is written. */
  readonly text: string
  accepts(frame: Frame, value: FeelValue): boolean
}

export interface InputData {
  readonly id: string
  readonly name: string
  readonly type: DataType
}

export interface Decision {
  readonly id: string
  readonly name: string
  /** The name that a reference may bind to (`zeebe:versionTag`). */
  readonly versionTag?: string
  /** The name under which other decisions read the output. */
  readonly variable: string
  readonly type: DataType
  readonly requiredDecisions: readonly string[]
  readonly requiredInputs: readonly string[]
  readonly requiredKnowledge: readonly string[]
  readonly importNames: ImportNames
  readonly logic: Logic
  /** Names that the logic reads and nothing in the model gives: process variables. */
  readonly reads: readonly string[]
  /** The decision table, when the logic is one. */
  readonly table: DecisionTableOutline | null
}

/** What others may want to know of a decision table without its code. */
export interface DecisionTableOutline {
  readonly id: string
  readonly hitPolicy: string
  readonly inputs: readonly { id: string; label: string; expression: string }[]
  readonly outputs: readonly { id: string; name: string; type: string }[]
  readonly ruleIds: readonly string[]
  /** Gaps, overlaps, rules without use: what `warnings` of the model tell of. Computed when asked; null for too large a table. */
  readonly analysis: (() => TableAnalysis) | null
}

export interface Knowledge {
  readonly id: string
  readonly name: string
  readonly requiredKnowledge: readonly string[]
  readonly importNames: ImportNames
  /** Gives the function, with its variables taken from the frame. */
  readonly logic: Logic
}

export interface DecisionService {
  readonly id: string
  readonly name: string
  readonly outputs: readonly string[]
  readonly inputDecisions: readonly string[]
  readonly inputData: readonly string[]
  readonly type: DataType
}

/** Under which name a file speaks of what it imports from a namespace; an empty name adds nothing to the names. */
export type ImportNames = ReadonlyMap<string, string>

/** Elements of an imported file have its namespace before their id; those of the file itself have the plain id. */
export const namespaceOf = (id: string) => (id.includes('#') ? id.slice(0, id.lastIndexOf('#')) : null)

/** A DMN file with those that it imports, read and compiled: read once, evaluate as often as wanted. */
export interface DecisionModel {
  readonly id: string
  readonly name: string
  readonly decisions: ReadonlyMap<string, Decision>
  readonly inputs: ReadonlyMap<string, InputData>
  readonly knowledge: ReadonlyMap<string, Knowledge>
  readonly services: ReadonlyMap<string, DecisionService>
  readonly importNames: ImportNames
  /** What its author may want to know although it can run; tables are analyzed when this is read. */
  readonly warnings: readonly Problem[]
}
