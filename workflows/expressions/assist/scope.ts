import type { Shape } from '../parse.ts'

/** A variable that an expression can read, as its author should see it. */
export interface Known {
  /** Names joined by dots: `refund.amount`. */
  readonly path: string
  /** A type of FEEL, `duration`, or `any` when nothing is known. */
  readonly type: string
  readonly label?: string
  /** What it can be, as FEEL, with a word for each where there is one. */
  readonly values?: readonly { readonly value: string; readonly label?: string }[]
}

/** What an editor knows while an expression is written. */
export interface ExpressionScope {
  readonly known: readonly Known[]
  /** For the cell of a decision table: what its column tests. */
  readonly tested?: Known
  /** Whether there may be others that nobody listed, as in a process: then a name is doubted only when it is nearly a known one. */
  readonly isOpen?: boolean
  /** What the expression is for: a condition has to be true or false. */
  readonly expects?: 'boolean'
}

/** Names with what lies inside of them, so that the grammar knows those with spaces. */
export function shapeOf({ known }: ExpressionScope): Shape {
  const shape: Record<string, unknown> = Object.create(null) as Record<string, unknown>
  for (const { path } of known) {
    const names = path.split('.')
    let at = shape
    for (const [index, name] of names.entries()) {
      const inside = at[name]
      if (index === names.length - 1) at[name] = inside ?? 1
      else {
        const next = typeof inside === 'object' && inside !== null ? inside : Object.create(null)
        at[name] = next
        at = next as Record<string, unknown>
      }
    }
  }
  return shape
}

export const find = ({ known }: ExpressionScope, path: string): Known | undefined =>
  known.find((each) => each.path === path)

/** Whether some variable lies inside of one with that path. */
export const hasInside = ({ known }: ExpressionScope, path: string): boolean =>
  known.some((each) => each.path.startsWith(`${path}.`))
