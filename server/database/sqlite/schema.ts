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

/** Keeps the rows of a list table equal to the list in the document, whoever writes it. */
function makeList(database: DatabaseSync, table: string, path: Path): void {
  const name = `${table}:${path}`
  const values = (row: string) =>
    `INSERT INTO ${listTableOf(table, path)} (value, doc) SELECT DISTINCT value, ${row}.n FROM json_each(${row}.data, '${jsonPath(path)}') WHERE type IN ('text', 'integer', 'real', 'true', 'false')`
  const remove = `DELETE FROM ${listTableOf(table, path)} WHERE doc = old.n`
  const on = quoted(table)
  database.exec(`
    CREATE TABLE ${listTableOf(table, path)} (doc INTEGER NOT NULL, value ANY NOT NULL, PRIMARY KEY (doc, value)) STRICT, WITHOUT ROWID;
    CREATE INDEX ${quoted(`${name}#value`)} ON ${quoted(name)} (value, doc);
    CREATE TRIGGER ${quoted(`${name}+`)} AFTER INSERT ON ${on} BEGIN ${values('new')}; END;
    CREATE TRIGGER ${quoted(`${name}~`)} AFTER UPDATE OF data ON ${on}
      WHEN json_extract(old.data, '${jsonPath(path)}') IS NOT json_extract(new.data, '${jsonPath(path)}')
      BEGIN ${remove}; ${values('new')}; END;
    CREATE TRIGGER ${quoted(`${name}-`)} AFTER DELETE ON ${on} BEGIN ${remove}; END;
    INSERT INTO ${quoted(name)} (value, doc)
      SELECT DISTINCT item.value, t.n FROM ${on} AS t, json_each(t.data, '${jsonPath(path)}') AS item
      WHERE item.type IN ('text', 'integer', 'real', 'true', 'false');
  `)
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
    CREATE TABLE IF NOT EXISTS ${removedTableOf(spec.name)} (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`,
  )
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
  for (const [name, { fields, unique }] of declared) {
    if (existing.has(name)) continue
    const keys = fields.map((path) => (path === 'id' ? 'id' : columnOf(path)))
    // Who has nothing in the first of several fields is never looked for by this index.
    const where = keys.length > 1 && keys[0] !== 'id' ? ` WHERE ${keys[0]} IS NOT NULL` : ''
    database.exec(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX ${quoted(name)} ON ${table} (${keys.join(', ')})${where}`)
  }
  const tables = names(database, `SELECT name FROM sqlite_schema WHERE type = 'table'`)
  for (const path of spec.lists ?? []) if (!tables.has(`${spec.name}:${path}`)) makeList(database, spec.name, path)
}
