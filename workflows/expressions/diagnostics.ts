import { sentence } from './problems.ts'
import type { ProblemCode } from './problems.ts'
import { typeName } from './values.ts'
import type { ExpressionWarning, FeelValue, Frame } from './values.ts'

/** Diagnostics kept of one evaluation; the first ones tell where a null comes from. */
const most = 20

/**
 * Keeps why a part of the expression is null, with its place in the source, so that a null is never a riddle. Says the
 * same of the same place once.
 */
export function note(frame: Frame, code: ProblemCode, position: number, detail = '', name?: string): null {
  const warnings = (frame.warnings ??= [])
  if (warnings.length >= most || warnings.some((each) => each.position === position && each.code === code)) return null
  const warning: ExpressionWarning = { code, message: sentence(code, detail), position }
  if (name !== undefined) warning.name = name
  warnings.push(warning)
  return null
}

export const typesOf = (...values: FeelValue[]): string => values.map(typeName).join(', ')

/** Operands that an operator does not take. One that is null has been told of already, where it became null. */
export function noteOperands(frame: Frame, position: number, ...operands: FeelValue[]): null {
  const isKnown = operands.includes(null) && frame.warnings !== null
  return isKnown ? null : note(frame, 'feel.operands', position, typesOf(...operands))
}
