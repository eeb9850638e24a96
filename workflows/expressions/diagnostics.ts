import { sentence } from './problems.ts'
import type { ProblemCode } from './problems.ts'
import { typeName } from './values.ts'
import type { ExpressionWarning, FeelValue, Frame } from './values.ts'

/** Diagnostics kept of one evaluation; the first ones tell where a null comes from. */
const most = 20

/** Whether it is known already, or one more would be too many. Cells of a table have their sources apart. */
const isTold = (warnings: readonly ExpressionWarning[], code: string, position: number, source?: string) =>
  warnings.length >= most ||
  warnings.some((each) => each.position === position && each.code === code && each.source === source)

/**
 * Keeps why a part of the expression is null, with its place in the source, so that a null is never a riddle. Says the
 * same of the same place once.
 */
export function note(frame: Frame, code: ProblemCode, position: number, detail = '', name?: string): null {
  const warnings = (frame.warnings ??= [])
  if (isTold(warnings, code, position)) return null
  const warning: ExpressionWarning = { code, message: sentence(code, detail), position }
  if (name !== undefined) warning.name = name
  warnings.push(warning)
  return null
}

/** The same of what is no expression: a decision whose value is of another type than it says. */
export function warn(frame: Frame, warning: ExpressionWarning): null {
  const warnings = (frame.warnings ??= [])
  if (!isTold(warnings, warning.code, warning.position, warning.source)) warnings.push(warning)
  return null
}

/** Says of the warnings from an index on where they stand, unless somebody did; what was told of that place before is left out. */
export function placeWarnings(frame: Frame, from: number, elementId: string | null, source: string): void {
  const warnings = frame.warnings ?? []
  const added = warnings.splice(from)
  for (const warning of added) {
    if (warning.source === undefined) {
      if (isTold(warnings, warning.code, warning.position, source)) continue
      warning.elementId = elementId
      warning.source = source
    }
    warnings.push(warning)
  }
}

export const typesOf = (...values: FeelValue[]): string => values.map(typeName).join(', ')

/** Whether something was told of the expression that runs: not of a cell that ran before. */
export const hasTold = ({ warnings }: Frame): boolean =>
  warnings !== null && warnings.some(({ source }) => source === undefined)

/** Operands that an operator does not take. One that is null has been told of already, where it became null. */
export function noteOperands(frame: Frame, position: number, ...operands: FeelValue[]): null {
  const isKnown = operands.includes(null) && hasTold(frame)
  return isKnown ? null : note(frame, 'feel.operands', position, typesOf(...operands))
}
