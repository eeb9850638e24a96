import { misspelledNames } from '../engine/check-expressions.ts'
import type { ParsedProcess } from '../model/definition.ts'
import type { Problem } from '../model/problem.ts'

/** Names of the fields of a form; null when there is no such form. */
export type FieldsOf = (formId: string) => Promise<readonly string[] | null>

const formsOf = ({ nodes }: ParsedProcess) =>
  new Set(nodes.flatMap(({ formId }) => (formId === undefined ? [] : [formId])))

/** The problems of processes, with names of variables seen beside the fields of the forms that they use. */
export async function warnNames(
  problems: readonly Problem[],
  processes: readonly ParsedProcess[],
  fieldsOf: FieldsOf,
): Promise<Problem[]> {
  const seen = await Promise.all(
    processes.map(async (process) => {
      const fields = await Promise.all([...formsOf(process)].map(fieldsOf))
      return { process, fields: fields.flatMap((some) => some ?? []) }
    }),
  )
  if (seen.every(({ fields }) => fields.length === 0)) return [...problems]
  const others = problems.filter(({ code }) => code !== 'feel.unknown_variable')
  return [...others, ...seen.flatMap(({ process, fields }) => misspelledNames(process, fields))]
}
