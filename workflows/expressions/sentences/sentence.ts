/**
 * A condition that a person can read as a sentence and build by picking: 退款金额 大于 500 且 会员等级 是 普通. Stored as FEEL;
 * `read-condition.ts` and `write-condition.ts` go between the two without loss.
 */
export interface Group {
  /** All of the parts hold, or one of them. A group of `and` lies in one of `or` and the other way round. */
  readonly join: 'and' | 'or'
  readonly parts: readonly (Term | Group)[]
}

/** One part of a condition: a field and how it is tested. */
export interface Term {
  /** Names joined by dots, as the expression has them: `refund.amount`. */
  readonly field: string
  readonly test: Test
}

export const comparisons = ['=', '!=', '<', '<=', '>', '>='] as const
export type Comparison = (typeof comparisons)[number]

export const textTests = ['contains', 'starts with', 'ends with', 'list contains'] as const
export type TextTest = (typeof textTests)[number]

/** How a value is tested, for a term and for the cell of a decision table alike. */
export type Test =
  | { readonly kind: 'compare'; readonly comparison: Comparison; readonly value: Value }
  /** `asWords`: written with `between`, which says false where ends in the wrong order make a range null. */
  | {
      readonly kind: 'between'
      readonly from: Value
      readonly to: Value
      readonly withFrom: boolean
      readonly withTo: boolean
      readonly asWords?: true
    }
  /** One of some values, or none of them. `asList`: they are written in brackets, which tells lists apart. */
  | { readonly kind: 'oneOf'; readonly values: readonly Literal[]; readonly not: boolean; readonly asList?: true }
  /** Looks into a text, or into a list. */
  | { readonly kind: 'text'; readonly how: TextTest; readonly value: Value; readonly not: boolean }
  /** Yes or no by itself, without a comparison. */
  | { readonly kind: 'holds'; readonly not: boolean }

/** The cell of an input column: a test, everything, or what no sentence says. */
export type Cell = Test | { readonly kind: 'any' } | { readonly kind: 'expression'; readonly text: string }

/** What a field is compared with. Numbers and moments stay as they are written. */
export type Value = Literal | { readonly kind: 'field'; readonly path: string }

export type Literal =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'moment'; readonly type: MomentType; readonly text: string }

/** The functions that make dates, times and durations of texts; `@` takes any of them. */
export const momentTypes = ['date', 'time', 'date and time', 'duration', '@'] as const
export type MomentType = (typeof momentTypes)[number]

export const isGroup = (part: Term | Group): part is Group => 'parts' in part

/** The same condition with no group inside of another one that joins alike, and none of one part or of none. */
export function normalized(group: Group): Group {
  const parts = group.parts.flatMap((part): (Term | Group)[] => {
    if (!isGroup(part)) return [part]
    const inner = normalized(part)
    return inner.join === group.join || inner.parts.length < 2 ? [...inner.parts] : [inner]
  })
  const [only] = parts
  if (only && parts.length === 1 && isGroup(only)) return only
  return {
    join: parts.length > 1 ? group.join : 'and',
    parts: parts.flatMap((part) => (isGroup(part) && part.join === group.join ? part.parts : [part])),
  }
}
