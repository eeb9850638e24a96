import type { Problem, Sentence } from '../model/problem.ts'

/** Takes a problem of the file that is read; an error unless said otherwise. */
export type ReportProblem = (
  elementId: string | null,
  code: string,
  message: Sentence,
  more?: Partial<Pick<Problem, 'severity' | 'elementName' | 'example'>>,
) => void

/** A problem with its words around it: whose cell of which rule, as people count them. */
export const inCell = (message: Sentence, where: Sentence): Sentence => ({
  zh: `${where.zh}:${message.zh}`,
  en: `${where.en}: ${message.en}`,
})
