import { Decimal as DecimalBase } from 'decimal.js'

/** Exact decimals with the 34 digits and the rounding of IEEE 754 decimal128, as DMN 1.5, 10.3.2.3 asks. */
export const Decimal = DecimalBase.clone({
  precision: 34,
  rounding: DecimalBase.ROUND_HALF_EVEN,
  toExpNeg: -40,
  toExpPos: 40,
})
export type Decimal = DecimalBase

/**
 * Marks the values that JSON does not have. A symbol, so that no data from outside can pretend to be one.
 */
export const kind = Symbol('feel.kind')

export interface FeelDate {
  readonly [kind]: 'date'
  readonly year: number
  readonly month: number
  readonly day: number
}

/** A time of day; `offset` in seconds east of UTC, or null; `zone` an IANA name, or null. Both null: a local time. */
export interface FeelTime {
  readonly [kind]: 'time'
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nanosecond: number
  readonly offset: number | null
  readonly zone: string | null
}

export interface FeelDateTime {
  readonly [kind]: 'date and time'
  readonly date: FeelDate
  readonly time: FeelTime
}

/** A duration in whole nanoseconds. */
export interface DaysDuration {
  readonly [kind]: 'days and time duration'
  readonly nanoseconds: bigint
}

export interface MonthsDuration {
  readonly [kind]: 'years and months duration'
  readonly months: number
}

/**
 * A range. A missing end is `undefined` (the range of `> 5`); an end that is null makes comparisons null.
 */
export interface FeelRange {
  readonly [kind]: 'range'
  readonly start: FeelValue | undefined
  readonly end: FeelValue | undefined
  readonly startIncluded: boolean
  readonly endIncluded: boolean
  /** The operator of a range that is written as a test, `(> 5)`: it equals only such ranges. */
  readonly test?: string
}

export interface FeelFunction {
  readonly [kind]: 'function'
  readonly name: string
  /** Names of the parameters in order; null when any number of arguments is taken. */
  readonly parameters: readonly string[] | null
  /** Called with as many arguments as there are parameters; undefined when they are not of their types. */
  readonly invoke: (frame: Frame, args: FeelValue[]) => FeelValue | undefined
  /** The declared types of parameters and result, for `instance of function<...>`. */
  readonly types?: readonly FeelType[]
}

export type FeelContext = { [key: string]: FeelValue }

/**
 * A value of FEEL. JSON data is used as it is, never copied: a JSON number stands for the decimal that it is printed as,
 * a JSON object is a context (read only through `entry` in contexts.ts), an array a list.
 */
export type FeelValue =
  | null
  | boolean
  | string
  | number
  | Decimal
  | FeelDate
  | FeelTime
  | FeelDateTime
  | DaysDuration
  | MonthsDuration
  | FeelRange
  | FeelFunction
  | FeelContext
  | FeelValue[]

/** What one evaluation carries: where names come from, the time that counts as now, and what is left of its budget. */
export interface Frame {
  /** Changes while a decision or a function runs with variables of its own. */
  scope: { get(name: string): unknown }
  readonly now: string
  readonly timeZone: string
  steps: number
  depth: number
  warnings: ExpressionWarning[] | null
}

/** Why a part of an expression is null: DMN makes errors null, and whoever looks for the reason finds it here. */
export interface ExpressionWarning {
  code: string
  message: { zh: string; en: string }
  /** Characters from the start of the source. */
  position: number
  /** The variable or function that it is about. */
  name?: string
  /** In a decision: the cell, rule or decision whose source it is, and that source. */
  elementId?: string | null
  source?: string
}

/** A type as FEEL writes it (DMN 1.5, 10.3.2.9). */
export type FeelType =
  | { type: string }
  | { type: 'list'; items: FeelType }
  | { type: 'context'; entries: { name: string; type: FeelType }[] }
  | { type: 'function'; parameters: FeelType[]; result: FeelType }
  | { type: 'range'; items: FeelType }

type Kinded = Extract<FeelValue, { readonly [kind]: string }>
export type Kind = Kinded[typeof kind]

/** The kind of a value that JSON does not have, else undefined. */
export function kindOf(value: FeelValue): Kind | undefined {
  return typeof value === 'object' && value !== null ? (value as Partial<Kinded>)[kind] : undefined
}

export const isDecimal = (value: unknown): value is Decimal => value instanceof Decimal
export const isNumber = (value: FeelValue): value is number | Decimal =>
  typeof value === 'number' || value instanceof Decimal
export const isDate = (value: FeelValue): value is FeelDate => kindOf(value) === 'date'
export const isTime = (value: FeelValue): value is FeelTime => kindOf(value) === 'time'
export const isDateTime = (value: FeelValue): value is FeelDateTime => kindOf(value) === 'date and time'
export const isDaysDuration = (value: FeelValue): value is DaysDuration => kindOf(value) === 'days and time duration'
export const isMonthsDuration = (value: FeelValue): value is MonthsDuration =>
  kindOf(value) === 'years and months duration'
export const isRange = (value: FeelValue): value is FeelRange => kindOf(value) === 'range'
export const isFunction = (value: FeelValue): value is FeelFunction => kindOf(value) === 'function'
export const isContext = (value: FeelValue): value is FeelContext =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Decimal) &&
  (value as Partial<Kinded>)[kind] === undefined

export type TypeName = 'null' | 'boolean' | 'string' | 'number' | 'list' | 'context' | Kind

/** The name of a value's type, as `instance of` says it. */
export function typeName(value: FeelValue): TypeName {
  if (value === null) return 'null'
  if (typeof value === 'boolean') return 'boolean'
  if (typeof value === 'string') return 'string'
  if (isNumber(value)) return 'number'
  if (Array.isArray(value)) return 'list'
  return kindOf(value) ?? 'context'
}
