import { cannotOpen } from '../cannot-open.ts'

/**
 * Changes of the stored form, in order; appended, never edited, because running instances outlive releases. What a
 * collection's declaration says (columns, indexes) needs none: the stores bring that up to date by themselves.
 */
export interface Migration {
  /** Counts from 1 without a gap. */
  number: number
  name: string
}

export const migrations: readonly Migration[] = [
  { number: 1, name: 'documents with version and revision' },
  { number: 2, name: 'a journal before the tables' },
]

/** Which of the migrations are still to do. Refuses data that a newer release wrote. */
export function pendingMigrations(applied: readonly number[], known: readonly Migration[] = migrations): Migration[] {
  const newest = Math.max(0, ...applied)
  const last = known.at(-1)?.number ?? 0
  if (newest > last)
    throw cannotOpen(
      'start.data_newer',
      `The data was written by a newer release (migration ${newest}, this release knows ${last}). Nothing was changed. Start the newer release again, or restore a backup made before the upgrade.`,
    )
  return known.filter((migration) => !applied.includes(migration.number))
}
