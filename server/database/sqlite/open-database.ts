import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { folded } from '../../../workflows/runtime/ports.ts'

/** Marks a file as ours (SQLite application_id, "RTR1"). */
const applicationId = 0x52545231

/** Before this version a WAL reset can corrupt the file (reliability R16). */
const oldestSafe = [3, 51, 3]

export interface SqliteFile {
  database: DatabaseSync
  /** Closes the file and lets the next server in. */
  close(): void
}

function checkLibrary(): void {
  const probe = new DatabaseSync(':memory:')
  const { version } = probe.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  probe.close()
  const parts = version.split('.').map(Number)
  const difference = oldestSafe.map((part, index) => (parts[index] ?? 0) - part).find((part) => part !== 0) ?? 0
  if (difference < 0)
    throw new Error(
      `Expected SQLite ${oldestSafe.join('.')} or later, but this Node has ${version}, which can damage the database when it resets its log. Use Node 24.21 or later.`,
    )
}

/**
 * Locks the folder for this process. The lock is SQLite's own on a file beside the database, so the operating system
 * frees it when the process ends, however it ends. Nothing else may open `server.lock`: closing it would free the lock.
 */
function lockFolder(folder: string): DatabaseSync {
  const pidFile = join(folder, 'server.pid')
  const lock = new DatabaseSync(join(folder, 'server.lock'), { timeout: 0 })
  try {
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    let owner = ''
    try {
      owner = ` (process ${readFileSync(pidFile, 'utf8').trim()})`
    } catch {
      // Who holds it is only a help to the reader of the sentence.
    }
    throw new Error(
      `Another Retour server${owner} uses the data folder ${folder}. Stop it first, set DATA_DIR to another folder, or use MONGODB_URL for several servers.`,
      { cause: error },
    )
  }
  writeFileSync(pidFile, String(process.pid))
  return lock
}

/** Opens the database of a data folder with the settings of reliability R16, and keeps every other server out. */
export function openSqliteFile(folder: string): SqliteFile {
  checkLibrary()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const lock = lockFolder(folder)
  const file = join(folder, 'retour.db')
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(file, { timeout: 5000, enableForeignKeyConstraints: true, defensive: true })
    configure(database, file)
    return {
      database,
      close() {
        // No PRAGMA optimize: statistics of an almost empty database would mislead the planner when it has grown.
        database?.close()
        lock.close()
      },
    }
  } catch (error) {
    if (database?.isOpen) database.close()
    lock.close()
    throw error
  }
}

const pragma = (database: DatabaseSync, name: string): unknown =>
  Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]

function configure(database: DatabaseSync, file: string): void {
  try {
    // page_size and auto_vacuum take effect only before the first table is made.
    database.exec('PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL')
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  } catch (error) {
    throw new Error(
      `${file} is not a database that can be read. Nothing was changed. Restore a backup into an empty data folder with "npx retour restore", or move the file away to start anew.`,
      { cause: error },
    )
  }
  database.exec(`
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
  `)
  database.enableDefensive(true)
  const id = pragma(database, 'application_id')
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number }
  if (id !== applicationId && (id !== 0 || tables.count > 0))
    throw new Error(`${file} belongs to another program. Nothing was changed. Set DATA_DIR to another folder.`)
  if (id === 0) database.exec(`PRAGMA application_id = ${applicationId}`)
  const check = pragma(database, 'quick_check')
  if (check !== 'ok')
    throw new Error(
      `${file} is damaged (${String(check)}). Nothing was changed. Restore a backup into an empty data folder with "npx retour restore".`,
    )
  database.function('fold', { deterministic: true }, (text) => (typeof text === 'string' ? folded(text) : null))
}
