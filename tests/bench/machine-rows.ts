import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { rowOf } from './measure.ts'
import type { Group } from './measure.ts'

/** Rows per second that SQLite alone writes in transactions of so many, each made durable. */
function rowsPerSecond(rows: number, transactions: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'retour-machine-'))
  const database = new DatabaseSync(join(folder, 'ceiling.db'))
  database.exec(`
    PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE documents (n INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT`)
  const insert = database.prepare('INSERT INTO documents (data) VALUES (?)')
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const document = 'x'.repeat(1500)
  const began = performance.now()
  for (let transaction = 0; transaction < transactions; transaction += 1) {
    begin.run()
    for (let row = 0; row < rows; row += 1) insert.run(document)
    commit.run()
  }
  const seconds = (performance.now() - began) / 1000
  database.close()
  rmSync(folder, { recursive: true })
  return (rows * transactions) / seconds
}

/** What this disk and this SQLite allow at most, as a measure for the rows that write. */
export const machineRows: Group = {
  rows: ['machine.commits', 'machine.rows64'],
  measure({ trials }) {
    const measured = Array.from({ length: trials }, () => ({
      commits: rowsPerSecond(1, 1000),
      rows: rowsPerSecond(64, 200),
    }))
    return [
      rowOf(
        'machine.commits',
        'per second',
        measured.map(({ commits }) => commits),
      ),
      rowOf(
        'machine.rows64',
        'per second',
        measured.map(({ rows }) => rows),
      ),
    ]
  },
}
