import type { CollectionSpec, FollowUp } from '../../workflows/runtime/ports.ts'

/** Who did what to which thing, when; only added, never changed. Collection `audit`. */
export interface AuditFact {
  at: string
  /** User id, `customer:...`, `provider:...`, or the part of the product that acted by itself. */
  by: string
  /** `user.changed`, or method and pattern of the route. */
  action: string
  subject: string
  details: Record<string, unknown>
  requestId?: string
  ip?: string
}

export const auditCollection: CollectionSpec = {
  name: 'audit',
  indexes: [{ fields: ['at'] }, { fields: ['by', 'at'] }, { fields: ['subject', 'at'] }],
}

/** The entry as a follow-up, so that it is written exactly when what it tells is. */
export function auditEntry(id: string, fact: AuditFact): FollowUp {
  return { kind: 'insert', collection: auditCollection.name, id, data: fact }
}

/** So many digits of a command's key stand in the id of its entry. */
export const AUDITED_KEY = 16

/** The id of a command's entry: the time leads, so that entries stand together. */
export const commandEntryId = (at: string, key: string): string => `command-${at}-${key.slice(0, AUDITED_KEY)}`

/** The digits of the command that an entry tells of; null when it tells of something else. */
export function commandOf(entryId: string): string | null {
  const [, key = null] = /^command-(?:.+Z-)?([0-9a-f]{16})(?:[0-9a-f]{48})?$/.exec(entryId) ?? []
  return key
}
