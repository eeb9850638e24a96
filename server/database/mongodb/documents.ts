/** How a document lies in MongoDB. */
export interface StoredDocument {
  _id: string
  version: number
  /** Latest revision of a `put`; 0 for what only commits change. */
  revision: number
  /** Missing in the tombstone of a removed document. */
  data?: unknown
  removed?: true
  removedAt?: Date
  /** Follow-ups that are not all done, as JSON, and the commit that left them. */
  outbox?: string
  pending?: string
  /** The last commits, newest last: whether a commit whose answer was lost is there. */
  commits?: string[]
}

/** A value of a unique index and who has it. MongoDB's own unique indexes would count missing values as equal. */
export interface UniqueKey {
  _id: string
  owner: string
  commit: string
  at: Date
}
