/** Where in the request a problem lies, and the sentence that stands at that field. */
export interface FieldProblem {
  readonly path: string
  readonly code: string
  readonly detail: string
}

/** Any answer that is not a success, and a network that gives no answer (status 0, code `network.unreachable`). */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly fields: readonly FieldProblem[]
  readonly where: string | null

  constructor(problem: {
    status: number
    code: string
    title: string
    detail: string
    fields?: readonly FieldProblem[]
    where?: string | null
  }) {
    super(`${problem.code}: ${problem.detail || problem.title}`)
    this.name = 'ApiError'
    this.status = problem.status
    this.code = problem.code
    this.title = problem.title
    this.detail = problem.detail
    this.fields = problem.fields ?? []
    this.where = problem.where ?? null
  }

  /** Every field that the problem is about: those that it lists, or the one place that it names. */
  get places(): readonly FieldProblem[] {
    if (this.fields.length > 0 || this.where === null) return this.fields
    return [{ path: this.where, code: this.code, detail: this.detail }]
  }
}
