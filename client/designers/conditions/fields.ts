import type { ExpressionScope, Known } from '../../../workflows/expressions/assist/scope.ts'

/** Something that a condition can look at. */
export interface ConditionField {
  readonly path: string
  readonly label: string
  /** `money` is a number of minor units that people see as an amount; `any` when nothing is known. */
  readonly type: string
  /** What a text can be, each with its word. */
  readonly values?: readonly { readonly value: string; readonly label: string }[]
}

const feelTypes: Record<string, string> = { money: 'number', text: 'string', verdict: 'string' }

/** A field as the expression editor knows it. */
export const knownOf = ({ path, label, type, values }: ConditionField): Known => ({
  path,
  label,
  type: feelTypes[type] ?? type,
  ...(values ? { values: values.map((one) => ({ value: JSON.stringify(one.value), label: one.label })) } : {}),
})

export const scopeOf = (fields: readonly ConditionField[]): ExpressionScope => ({
  known: fields.map(knownOf),
  isOpen: true,
  expects: 'boolean',
})
