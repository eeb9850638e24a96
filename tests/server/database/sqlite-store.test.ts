import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore } from '../../../server/database/store.ts'
import type { CollectionSpec } from '../../../workflows/runtime/ports.ts'
import { contractCollections, describeStore } from './store-contract.ts'

for (const inThread of [false, true])
  describeStore(`SQLite, whose tables ${inThread ? 'have a thread of their own' : 'have none'}`, async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'retour-store-'))
    const store = await openStore({ dataDir }, contractCollections, { inThread })
    return { ...store, close: async () => store.close().then(() => rmSync(dataDir, { recursive: true })) }
  })

describe('a data folder', () => {
  let dataDir = ''
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'retour-folder-'))
  })
  afterEach(() => {
    rmSync(dataDir, { recursive: true })
  })

  const notes: CollectionSpec = { name: 'notes', indexes: [] }
  const file = () => join(dataDir, 'retour.db')

  async function write(id: string, data: unknown, specs: CollectionSpec[] = [notes]): Promise<void> {
    const store = await openStore({ dataDir }, specs)
    await store.commit({ aggregate: { collection: 'notes', id, expectedVersion: 0, data }, followUps: [] })
    await store.close()
  }

  it('keeps its documents from one start to the next', async () => {
    await write('n1', { text: 'kept' })

    const store = await openStore({ dataDir }, [notes])

    expect(await store.load('notes', 'n1')).toEqual({ id: 'n1', version: 1, data: { text: 'kept' } })
    await store.close()
  })

  it('is set up for safety: WAL, full synchronization, checked cells, no trust in the schema', async () => {
    await write('n1', {})

    const raw = new DatabaseSync(file(), { readOnly: true })
    const settings = ['journal_mode', 'auto_vacuum', 'page_size', 'application_id'].map(
      (name) => Object.values(raw.prepare(`PRAGMA ${name}`).get() ?? {})[0],
    )
    const { sql } = raw.prepare(`SELECT sql FROM sqlite_schema WHERE name = 'notes'`).get() as { sql: string }
    raw.close()

    expect(settings).toEqual(['wal', 2, 8192, 0x52545231])
    expect(sql).toMatch(/STRICT$/)
    expect(sql).not.toMatch(/WITHOUT ROWID/)
  })

  it('refuses a second server with a sentence, and lets it in when the first has gone', async () => {
    const first = await openStore({ dataDir }, [notes])

    await expect(openStore({ dataDir }, [notes])).rejects.toThrow(/Another Retour server \(process \d+\)/)

    await first.close()
    const second = await openStore({ dataDir }, [notes])
    await second.close()
  })

  it('refuses a server in another process, and a killed one leaves no lock behind', () => {
    const script = (after: string) =>
      `import { openStore } from ${JSON.stringify(join(process.cwd(), 'server/database/store.ts'))}
       const store = await openStore({ dataDir: ${JSON.stringify(dataDir)} }, [])
       ${after}`
    const run = (after: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script(after)], { encoding: 'utf8' })

    const nested = `
      const { spawnSync } = await import('node:child_process')
      const second = spawnSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(script(''))}], { encoding: 'utf8' })
      process.stdout.write(second.stderr)
      process.kill(process.pid, 'SIGKILL')`
    const killed = run(nested)
    const afterwards = run(`process.stdout.write('opened'); await store.close()`)

    expect(killed.signal).toBe('SIGKILL')
    expect(killed.stdout).toContain('Another Retour server')
    expect(afterwards.stdout).toBe('opened')
  })

  it('refuses a file that is not a database, and leaves it alone', async () => {
    writeFileSync(file(), 'this is not a database, but somebody’s letter, and it is long enough to be looked at twice')

    await expect(openStore({ dataDir }, [notes])).rejects.toThrow(
      /is not a database that can be read.*Nothing was changed/,
    )
  })

  it('refuses a database of another program', async () => {
    const foreign = new DatabaseSync(file())
    foreign.exec('CREATE TABLE bookmarks (url TEXT)')
    foreign.close()

    await expect(openStore({ dataDir }, [notes])).rejects.toThrow(/belongs to another program/)
  })

  it('refuses a database that was cut short', async () => {
    for (let index = 0; index < 3; index += 1) await write(`n${index}`, { text: 'x'.repeat(20_000) })
    truncateSync(file(), 8192 * 4)

    await expect(openStore({ dataDir }, [notes])).rejects.toThrow(/damaged|cannot be read|can be read/)
  })

  it('refuses data that a newer release has migrated', async () => {
    await write('n1', {})
    const raw = new DatabaseSync(file())
    raw.exec(`INSERT INTO migrations VALUES (999, 'from the future', '2030-01-01T00:00:00.000Z')`)
    raw.close()

    await expect(openStore({ dataDir }, [notes])).rejects.toThrow(/newer release \(migration 999/)
  })

  it('indexes old documents when a release declares a new index or list', async () => {
    await write('n1', { topic: 'stock', tags: ['a', 'b'] })

    const specs: CollectionSpec[] = [{ name: 'notes', indexes: [{ fields: ['topic'] }], lists: ['tags'] }]
    const store = await openStore({ dataDir }, specs)

    expect((await store.find('notes', { filter: { topic: 'stock', tags: 'b' }, limit: 1 })).items).toHaveLength(1)
    await store.close()
  })

  it('brings a folder of the first release up to date: no journal, marks without a day, lists kept by triggers', async () => {
    const specs: CollectionSpec[] = [{ name: 'notes', indexes: [], lists: ['tags'] }]
    await write('n1', { tags: ['a'] }, specs)
    const raw = new DatabaseSync(file())
    raw.exec(`
      DROP TABLE journal; DELETE FROM migrations WHERE number = 2; DROP TABLE "notes:removed";
      CREATE TABLE "notes:removed" (id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
      INSERT INTO "notes:removed" VALUES ('gone');
      CREATE TRIGGER "notes:tags~" AFTER UPDATE OF data ON notes BEGIN
        INSERT INTO "notes:tags" (value, doc) SELECT value, new.n FROM json_each(new.data, '$.tags'); END`)
    raw.close()

    const store = await openStore({ dataDir }, specs)
    const commit = (id: string, expectedVersion: number, data: object) =>
      store.commit({ aggregate: { collection: 'notes', id, expectedVersion, data }, followUps: [] })

    expect(await commit('gone', 0, {})).toEqual({ ok: false, reason: 'conflict' })
    expect(await commit('n1', 1, { tags: ['b'] })).toEqual({ ok: true, version: 2 })
    expect([await store.count('notes', { tags: 'a' }), await store.count('notes', { tags: 'b' })]).toEqual([0, 1])
    await store.relay()
    expect(await commit('gone', 0, {})).toEqual({ ok: false, reason: 'conflict' })
    await store.close()
  })

  it('finds by declared index and list without reading the whole table', async () => {
    const specs: CollectionSpec[] = [
      { name: 'notes', indexes: [{ fields: ['topic', 'at'] }, { fields: ['no'], unique: true }], lists: ['tags'] },
    ]
    await write('n1', { topic: 'stock' }, specs)
    const { pathsOf } = await import('../../../server/database/sqlite/compile-query.ts')
    const raw = new DatabaseSync(file())
    const planOf = (filter: Parameters<ReturnType<typeof pathsOf>['filter']>[0], order: string) => {
      const { text, values } = pathsOf(specs[0] ?? notes).filter(filter)
      return raw
        .prepare(`EXPLAIN QUERY PLAN SELECT data FROM notes WHERE ${text} ORDER BY ${order}`)
        .all(...values)
        .map((row) => String(row['detail']))
        .join('\n')
    }
    const sorted = planOf({ topic: 'stock', at: { $lte: '2026' } }, '"f:at"')
    const unique = planOf({ no: 'x' }, 'id')
    const listed = planOf({ tags: 'b' }, 'id')
    raw.close()

    expect(sorted).toContain('SEARCH notes USING INDEX notes#topic,at')
    expect(sorted).not.toContain('TEMP B-TREE')
    expect(unique).toContain('notes#no')
    expect(listed).toContain('notes:tags#value')
    expect(listed).not.toContain('SCAN notes\n')
  })
})
