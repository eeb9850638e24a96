/** A sentence in both languages of the product. */
export interface Sentence {
  zh: string
  en: string
}

/** Something wrong with a diagram, a decision or a form, told at the element that has to change. */
export interface Problem {
  /** Id of the element, or null when the file as a whole is meant. */
  elementId: string | null
  elementName?: string
  severity: 'error' | 'warning'
  /** Stable code, `bpmn.dangling_ref`; `bpmn-coverage.md` (d) and section 7 of the reliability rules list them. */
  code: string
  message: Sentence
  /** Element ids in the order that shows it: the way into a deadlock, the turns of a loop. */
  path?: string[]
  file?: string
  /** For what was found in a decision table: an input that shows it. */
  example?: TableExample
}

/** An input of a decision table that shows a problem of it; values and tests are FEEL, by the id of the input column. */
export interface TableExample {
  values: Record<string, string>
  /** For a gap: the cells of a rule that would close it. */
  tests?: Record<string, string>
  /** Ids of the rules that are meant. */
  rules: string[]
}

/** An expected failure: what was asked for did not happen and nothing changed. */
export interface Refusal {
  code: string
  message: Sentence
  /** Values that the sentence names, for programs. */
  params?: Record<string, unknown>
  /** Field path or element id that the refusal is about. */
  where?: string
  /** One refusal per field, when several fields are wrong at once. */
  fields?: { path: string; code: string; message: Sentence }[]
}

/** The answer of everything that can be refused. Exceptions are bugs. */
export type Result<T> = { ok: true; value: T } | { ok: false; refusal: Refusal }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })

export const refuse = (
  code: string,
  message: Sentence,
  more: { params?: Record<string, unknown>; where?: string; fields?: NonNullable<Refusal['fields']> } = {},
): { ok: false; refusal: Refusal } => ({ ok: false, refusal: { code, message, ...more } })
