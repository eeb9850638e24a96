import type { DatabaseSync } from 'node:sqlite'
import type { CollectionSpec, Path } from '../../../workflows/runtime/ports.ts'
import { columnOf, jsonPath, listTableOf, quoted, removedTableOf } from './compile-query.ts'

const indexName = (spec: CollectionSpec, fields: Path[]): string => `${spec.name}#${fields.join(',')}`

const names = (database: DatabaseSync, sql: string, ...values: string[]): Set<string> =>
  new Set(
    database
      .prepare(sql)
      .all(...values)
      .map((row) => String(row['name'])),
  )

/** The rows of a list table: an item and the document that has it; whoever writes the document writes them. */
function makeList(database: DatabaseSync, table: string, path: Path): void {
  const name = `${table}:${path}`
  database.exec(`
    CREATE TABLE ${listTableOf(table, path)} (doc INTEGER NOT NULL, value ANY NOT NULL, PRIMARY KEY (doc, value)) STRICT, WITHOUT ROWID;
    CREATE INDEX ${quoted(`${name}#value`)} ON ${quoted(name)} (value, doc);
    INSERT INTO ${quoted(name)} (value, doc)
      SELECT DISTINCT item.value, t.n FROM ${quoted(table)} AS t, json_each(t.data, '${jsonPath(path)}') AS item
      WHERE item.type IN ('text', 'integer', 'real', 'true', 'false');
  `)
}

/** Earlier releases kept the lists by triggers, which read each document once more. */
function dropTriggers(database: DatabaseSync, name: string): void {
  const triggers = names(database, `SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?`, name)
  for (const trigger of triggers) database.exec(`DROP TRIGGER ${quoted(trigger)}`)
}

/** Removed documents are forgotten after a while, so each has the day of its removal; old ones count from now. */
function ensureDays(database: DatabaseSync, name: string): void {
  const removed = removedTableOf(name)
  if (!names(database, 'SELECT name FROM pragma_table_info(?)', `${name}:removed`).has('day')) {
    const day = Math.floor(Date.now() / 86_400_000)
    database.exec(`ALTER TABLE ${removed} ADD COLUMN day INTEGER NOT NULL DEFAULT ${day}`)
  }
  database.exec(`CREATE INDEX IF NOT EXISTS ${quoted(`${name}:removed#day`)} ON ${removed} (day)`)
}

/**
 * Brings the tables of a collection to what its declaration says: documents as JSON text on a rowid table, the ids of
 * removed ones beside it, a virtual
 * column for each indexed path, a partial index for each declared one; indexes that are no longer declared are dropped.
 */
export function ensureCollection(database: DatabaseSync, spec: CollectionSpec): void {
  const table = quoted(spec.name)
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${table} (
      n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, revision INTEGER NOT NULL, data TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS ${removedTableOf(spec.name)} (id TEXT PRIMARY KEY, day INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
  )
  ensureDays(database, spec.name)
  dropTriggers(database, spec.name)
  const columns = names(database, 'SELECT name FROM pragma_table_xinfo(?)', spec.name)
  for (const path of new Set(spec.indexes.flatMap((index) => index.fields))) {
    if (path !== 'id' && !columns.has(`f:${path}`))
      database.exec(
        `ALTER TABLE ${table} ADD COLUMN ${columnOf(path)} ANY GENERATED ALWAYS AS (json_extract(data, '${jsonPath(path)}')) VIRTUAL`,
      )
  }
  const declared = new Map(spec.indexes.map((index) => [indexName(spec, index.fields), index]))
  const existing = names(
    database,
    `SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL`,
    spec.name,
  )
  for (const name of existing) if (!declared.has(name)) database.exec(`DROP INDEX ${quoted(name)}`)
  for (const [name, { fields }] of declared) {
    if (existing.has(name)) continue
    const keys = fields.map((path) => (path === 'id' ? 'id' : columnOf(path)))
    // Who has nothing in the first of several fields is never looked for by this index.
    const where = keys.length > 1 && keys[0] !== 'id' ? ` WHERE ${keys[0]} IS NOT NULL` : ''
    // A unique one too: the tables follow in an order of their own, so whoever commits answers for it.
    database.exec(`CREATE INDEX ${quoted(name)} ON ${table} (${keys.join(', ')})${where}`)
  }
  const tables = names(database, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
  for (const path of spec.lists ?? []) if (!tables.has(`${spec.name}:${path}`)) makeList(database, spec.name, path)
}
