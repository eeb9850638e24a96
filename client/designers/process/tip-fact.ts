/** One sentence about an element of a running process. */
export interface TipFact {
  readonly text: string
  /** When it happened, an ISO instant. */
  readonly at?: string
  /** It waits there, or cannot go on. */
  readonly tone?: 'now' | 'stuck'
}
