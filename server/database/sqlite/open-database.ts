import { accessSync, constants, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { folded } from '../../../workflows/runtime/ports.ts'
import { cannotOpen, isDiskFull } from '../cannot-open.ts'

/** Marks a file as ours (SQLite application_id, "RTR1"). */
const applicationId = 0x52545231

/** SQLite's result code SQLITE_BUSY. */
const busy = 5

/** Before this version a WAL reset can corrupt the file (reliability R16). */
const oldestSafe = [3, 51, 3]

export interface SqliteFile {
  database: DatabaseSync
  path: string
  /** Closes the file and lets the next server in. */
  close(): void
}

/** The folder and those above it, one by one: made at once, a place where nothing can be made is tried for ever. */
function missingFolders(folder: string): void {
  if (existsSync(folder)) return
  missingFolders(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

/** Makes the data folder, or says why it cannot be one. */
function makeFolder(folder: string): void {
  try {
    missingFolders(folder)
    accessSync(folder, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (isDiskFull(error)) throw error
    throw code === 'ENOTDIR' || code === 'EEXIST' ? noFolder(folder, error) : notWritable(folder, code, error)
  }
  if (!statSync(folder).isDirectory()) throw noFolder(folder)
}

const noFolder = (folder: string, cause?: unknown) =>
  cannotOpen(
    'start.data_dir_no_folder',
    `DATA_DIR: expected a folder, but ${folder} is a file or lies below one.`,
    cause,
  )

const notWritable = (folder: string, code: string | undefined, cause: unknown) =>
  cannotOpen(
    'start.data_dir_not_writable',
    `DATA_DIR: expected a folder that this user can write, but ${folder} cannot be made or written (${code ?? 'unknown'}).`,
    cause,
  )

const diskFull = (folder: string, cause: unknown) =>
  cannotOpen(
    'start.disk_full',
    `DATA_DIR: expected room on the disk of ${folder}, but it is full. Make room and start again.`,
    cause,
  )

function checkLibrary(): void {
  const probe = new DatabaseSync(':memory:')
  const { version } = probe.prepare('SELECT sqlite_version() AS version').get() as { version: string }
  probe.close()
  const parts = version.split('.').map(Number)
  const difference = oldestSafe.map((part, index) => (parts[index] ?? 0) - part).find((part) => part !== 0) ?? 0
  if (difference < 0)
    throw cannotOpen(
      'start.old_sqlite',
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
    if ((error as { errcode?: unknown }).errcode !== busy) throw error
    let owner = ''
    try {
      owner = ` (process ${readFileSync(pidFile, 'utf8').trim()})`
    } catch {
      // Who holds it is only a help to the reader of the sentence.
    }
    throw cannotOpen(
      'start.data_dir_in_use',
      `Another Retour server${owner} uses the data folder ${folder}. Stop it first, set DATA_DIR to another folder, or use MONGODB_URL for several servers.`,
      error,
    )
  }
  writeFileSync(pidFile, String(process.pid))
  return lock
}

/** Opens the database of a data folder with the settings of reliability R16, and keeps every other server out. */
export function openSqliteFile(folder: string): SqliteFile {
  checkLibrary()
  try {
    makeFolder(folder)
    return openIn(folder, lockFolder(folder))
  } catch (error) {
    throw isDiskFull(error) ? diskFull(folder, error) : error
  }
}

function openIn(folder: string, lock: DatabaseSync): SqliteFile {
  const path = join(folder, 'retour.db')
  let database: DatabaseSync | undefined
  try {
    database = connect(path)
    checkFile(database, path)
    return {
      database,
      path,
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

/** A connection to a database file with the settings of reliability R16. */
export function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true, defensive: true })
  try {
    configure(database)
    return database
  } catch (error) {
    database.close()
    if (isDiskFull(error)) throw error
    throw cannotOpen(
      'start.database_unreadable',
      `${path} is not a database that can be read. Nothing was changed. Restore a backup into an empty data folder with "npx retour restore", or move the file away to start anew.`,
      error,
    )
  }
}

function configure(database: DatabaseSync): void {
  // page_size and auto_vacuum take effect only before the first table is made.
  database.exec(`
    PRAGMA page_size = 8192;
    PRAGMA auto_vacuum = INCREMENTAL;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;
    PRAGMA mmap_size = 0;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY;
  `)
  database.enableDefensive(true)
  database.function('fold', { deterministic: true }, (text) => (typeof text === 'string' ? folded(text) : null))
}

/** Refuses a file that is another program's or is damaged; marks a new one as ours. */
function checkFile(database: DatabaseSync, file: string): void {
  const id = pragma(database, 'application_id')
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as { count: number }
  if (id !== applicationId && (id !== 0 || tables.count > 0))
    throw cannotOpen(
      'start.database_foreign',
      `${file} belongs to another program. Nothing was changed. Set DATA_DIR to another folder.`,
    )
  if (id === 0) database.exec(`PRAGMA application_id = ${applicationId}`)
  const check = pragma(database, 'quick_check')
  if (check !== 'ok')
    throw cannotOpen(
      'start.database_damaged',
      `${file} is damaged (${String(check)}). Nothing was changed. Restore a backup into an empty data folder with "npx retour restore".`,
    )
}
