import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ArchiveLine } from '../archive.ts'
import { quoted, removedTableOf } from './compile-query.ts'
import { readJournalFiles } from './journal-files.ts'
import { readPosition, recordsInTable } from './journal-position.ts'
import { readRecord } from './journal.ts'
import type { DocumentState } from './journal.ts'

/**
 * The documents of a data folder as of one moment, read beside a server that goes on working: a read transaction sees
 * one state of the log, and changes nothing. Throws when there is no database.
 */
export function* readSnapshot(dataDir: string, collections: readonly string[]): Generator<ArchiveLine> {
  const { database, journal } = openMoment(dataDir)
  try {
    const there = new Set(
      database
        .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
        .all()
        .map(({ name }) => String(name)),
    )
    for (const collection of collections.filter((name) => there.has(name))) {
      const newer = journal.get(collection) ?? new Map<string, DocumentState>()
      for (const { id, data } of database.prepare(`SELECT id, data FROM ${quoted(collection)} ORDER BY n`).iterate())
        if (!newer.has(String(id))) yield { collection, id: String(id), data: JSON.parse(String(data)) as unknown }
      for (const { id, json } of newer.values())
        if (json !== null) yield { collection, id, data: JSON.parse(json) as unknown }
      const removed = database.prepare(`SELECT id FROM ${removedTableOf(collection)}`).all()
      const buried = [...newer.values()].filter((state) => state.buried)
      for (const id of new Set([...removed, ...buried].map((row) => String(row.id)))) yield { collection, removed: id }
    }
  } finally {
    database.close()
  }
}

/** How often a server may write over the journal while it is read, before this gives up. */
const attempts = 20

/** Tables and journal as they stood at one moment: a server that goes on writes over what its tables have. */
function openMoment(dataDir: string) {
  for (let attempt = 1; ; attempt += 1) {
    const database = openReading(dataDir)
    try {
      database.exec('BEGIN')
      return { database, journal: readJournal(database, dataDir) }
    } catch (error) {
      database.close()
      if (attempt === attempts) throw error
    }
  }
}

/** The last state of every document that the tables lack, by collection and id. */
function readJournal(database: DatabaseSync, dataDir: string): Map<string, Map<string, DocumentState>> {
  const found = new Map<string, Map<string, DocumentState>>()
  const needed = readPosition(database)
  for (const { text } of needed === null ? recordsInTable(database) : readJournalFiles(dataDir, needed))
    for (const state of readRecord(text)) {
      const known = found.get(state.collection) ?? new Map<string, DocumentState>()
      found.set(state.collection, known.set(state.id, state))
    }
  return found
}

/** What SQLite itself finds wrong with the file (reliability I18); empty when nothing. */
export function damageOf(dataDir: string): string[] {
  const database = openReading(dataDir)
  try {
    const said = database.prepare('PRAGMA integrity_check').all().flatMap(Object.values).map(String)
    const broken = database.prepare('PRAGMA foreign_key_check').all()
    return [
      ...said.filter((line) => line !== 'ok'),
      ...broken.map((row) => `a reference leads nowhere: ${JSON.stringify(row)}`),
    ]
  } finally {
    database.close()
  }
}

export const hasDatabase = (dataDir: string): boolean => existsSync(join(dataDir, 'retour.db'))

function openReading(dataDir: string): DatabaseSync {
  if (!hasDatabase(dataDir)) throw new Error(`Expected a database in ${dataDir}, but there is none`)
  return new DatabaseSync(join(dataDir, 'retour.db'), { readOnly: true, timeout: 5000 })
}
