import type { DatabaseSync } from 'node:sqlite'
import { hasJournalFiles, readJournalFiles } from './journal-files.ts'
import type { JournalRecord } from './journal-files.ts'

/**
 * From which record of the journal on the tables lack something; written together with them, so that tables and
 * position are always of the same moment.
 */
export interface Position {
  /** What the tables lack. */
  records: JournalRecord[]
  /** Number of the next record. */
  next: number
  /** The tables hold the records; from now on there are journal files. In the open transaction. */
  begin(): void
}

const table = 'CREATE TABLE IF NOT EXISTS journal (needed INTEGER NOT NULL, isInUse INTEGER NOT NULL) STRICT'

const hasColumn = (database: DatabaseSync, name: string): boolean =>
  database.prepare(`SELECT 1 FROM pragma_table_info('journal') WHERE name = ?`).get(name) !== undefined

/** Records that stand in the table itself, as they did before there were journal files; all of them are needed. */
export function recordsInTable(database: DatabaseSync): JournalRecord[] {
  if (!hasColumn(database, 'data')) return []
  const rows = database.prepare('SELECT number, data FROM journal ORDER BY number').all()
  return rows.map(({ number, data }) => ({ number: Number(number), text: String(data) }))
}

/** The number of the first record that the tables lack; null when the folder has no journal files. */
export function readPosition(database: DatabaseSync): number | null {
  const row = hasColumn(database, 'needed') && database.prepare('SELECT needed, isInUse FROM journal').get()
  return row && row['isInUse'] === 1 ? Number(row['needed']) : null
}

/** Reads the position of a folder's tables and the records that they lack. Throws when records are damaged or missing. */
export function openPosition(database: DatabaseSync, folder: string): Position {
  const earlier = recordsInTable(database)
  if (hasColumn(database, 'data')) database.exec('DROP TABLE journal')
  database.exec(table)
  if (!database.prepare('SELECT 1 FROM journal').get()) database.exec('INSERT INTO journal VALUES (1, 0)')
  const needed = readPosition(database)
  if (needed !== null && !hasJournalFiles(folder))
    throw new Error(
      `The data folder ${folder} was copied while a server used it, and the files retour.journal-* are missing. Nothing was changed. Copy the whole folder, or use "npx retour backup".`,
    )
  const records = needed === null ? earlier : readJournalFiles(folder, needed)
  const stored = database.prepare('SELECT needed FROM journal').get() as { needed: number }
  const next = stored.needed + records.length
  return {
    records,
    next,
    begin: () => void database.prepare('UPDATE journal SET needed = ?, isInUse = 1').run(next),
  }
}

/** Writes, in the open transaction, which record is the first that the tables lack. */
export function positionWriter(database: DatabaseSync): (needed: number) => void {
  const update = database.prepare('UPDATE journal SET needed = ?')
  return (needed) => void update.run(needed)
}

/** The tables hold everything, and the journal files go. */
export const endJournal = (database: DatabaseSync): void => database.exec('UPDATE journal SET isInUse = 0')
