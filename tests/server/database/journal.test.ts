import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readRecord, writeState } from '../../../server/database/sqlite/journal.ts'
import type { DocumentState } from '../../../server/database/sqlite/journal.ts'
import { readSnapshot } from '../../../server/database/sqlite/snapshot.ts'
import { openSqliteStore } from '../../../server/database/sqlite/sqlite-store.ts'
import { openStore } from '../../../server/database/store.ts'
import type { CollectionSpec, FollowUp, Store } from '../../../workflows/runtime/ports.ts'

const specs: CollectionSpec[] = [
  { name: 'cases', indexes: [{ fields: ['state'] }] },
  { name: 'notes', indexes: [{ fields: ['topic'] }], lists: ['tags'] },
  { name: 'users', indexes: [{ fields: ['login'], unique: true }] },
]

const insert = (id: string, data: object, own = false): FollowUp => ({
  kind: 'insert',
  collection: 'notes',
  id,
  data,
  own,
})
const remove = (id: string, own = false): FollowUp => ({ kind: 'remove', collection: 'notes', id, own })

describe('the journal of the SQLite store', () => {
  let dataDir = ''
  let store: Store
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'retour-journal-'))
    store = openSqliteStore(specs, { dataDir, settleMilliseconds: 3600_000 })
  })
  afterEach(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true })
  })

  const commit = (id: string, expectedVersion: number, data: unknown, followUps: FollowUp[] = []) =>
    store.commit({ aggregate: { collection: 'cases', id, expectedVersion, data }, followUps })

  /** What a machine that lost its power now would find on its disk. */
  async function afterPowerCut<T>(look: (store: Store, folder: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'retour-cut-'))
    for (const file of ['retour.db', 'retour.db-wal']) cpSync(join(dataDir, file), join(folder, file))
    try {
      const next = await openStore({ dataDir: folder }, specs)
      const seen = await look(next, folder)
      await next.close()
      return seen
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  const rowsOf = (folder: string, table: string): number => {
    const raw = new DatabaseSync(join(folder, 'retour.db'), { readOnly: true })
    const { n } = raw.prepare(`SELECT count(*) AS n FROM "${table}"`).get() as { n: number }
    raw.close()
    return n
  }

  it('has on disk what was answered, before a table has it', async () => {
    await commit('c1', 0, { state: 'open' }, [insert('n1', { topic: 'stock', tags: ['a'] })])
    await commit('c1', 1, { state: 'done' }, [remove('n1', true), insert('n2', { topic: 'money', tags: ['b'] })])

    expect(rowsOf(dataDir, 'cases')).toBe(0)
    const seen = await afterPowerCut(async (next) => ({
      aggregate: await next.load('cases', 'c1'),
      removed: await next.load('notes', 'n1'),
      listed: (await next.find('notes', { filter: { tags: 'b' }, limit: 5 })).items.map(({ id }) => id),
    }))

    expect(seen).toEqual({
      aggregate: { id: 'c1', version: 2, data: { state: 'done' } },
      removed: null,
      listed: ['n2'],
    })
  })

  it('comes to the same whether the tables had followed in part or not', async () => {
    await commit('c1', 0, { state: 'open' }, [insert('n1', { topic: 'old' })])
    await commit('c1', 1, { state: 'open' }, [remove('n1', true)])
    await store.find('notes', { limit: 1 })
    await commit('c1', 2, { state: 'done' }, [insert('n3', { topic: 'new' })])

    const seen = await afterPowerCut(async (next) => ({
      aggregate: (await next.load('cases', 'c1'))?.version,
      notes: (await next.find('notes', { limit: 5 })).items.map(({ id }) => id),
    }))

    expect(seen).toEqual({ aggregate: 3, notes: ['n3'] })
  })

  it('is empty after a close, and the tables have everything', async () => {
    await commit('c1', 0, { state: 'open' }, [insert('n1', {})])
    await store.close()

    expect([rowsOf(dataDir, 'journal'), rowsOf(dataDir, 'cases'), rowsOf(dataDir, 'notes')]).toEqual([0, 1, 1])
  })

  it('is carried over by a server that is killed right after its answer', () => {
    const script = `
      import { openStore } from ${JSON.stringify(join(process.cwd(), 'server/database/store.ts'))}
      const store = await openStore({ dataDir: ${JSON.stringify(join(dataDir, 'other'))} }, ${JSON.stringify(specs)})
      const aggregate = { collection: 'cases', id: 'c1', expectedVersion: 0, data: { state: 'open' } }
      await store.commit({ aggregate, followUps: [] })
      process.kill(process.pid, 'SIGKILL')`
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script])

    expect(signal).toBe('SIGKILL')
    expect([...readSnapshot(join(dataDir, 'other'), ['cases'])]).toEqual([
      { collection: 'cases', id: 'c1', data: { state: 'open' } },
    ])
  })

  it('is part of what a backup beside the running server reads', async () => {
    await commit('c1', 0, { state: 'open' }, [insert('n1', { topic: 'a' }), insert('n2', { topic: 'a' })])
    await store.find('notes', { limit: 1 })
    await commit('c1', 1, { state: 'done' }, [remove('n1'), insert('n3', { topic: 'b' })])

    expect([...readSnapshot(dataDir, ['cases', 'notes'])]).toEqual([
      { collection: 'cases', id: 'c1', data: { state: 'done' } },
      { collection: 'notes', id: 'n2', data: { topic: 'a' } },
      { collection: 'notes', id: 'n3', data: { topic: 'b' } },
      { collection: 'notes', removed: 'n1' },
    ])
  })

  it('answers conflicts and versions by what it holds, as the table would', async () => {
    await commit('c1', 0, { state: 'open' }, [insert('n1', { topic: 'first' })])

    expect(await commit('c1', 0, {})).toEqual({ ok: false, reason: 'conflict' })
    expect(await commit('c1', 2, {})).toEqual({ ok: false, reason: 'conflict' })
    expect(await commit('c1', 1, { state: 'b' }, [insert('n1', { topic: 'second' })])).toEqual({ ok: true, version: 2 })
    expect((await store.load('notes', 'n1'))?.data).toEqual({ topic: 'first' })
    expect(await store.count('cases', { state: 'b' })).toBe(1)
    expect(await commit('c1', 2, { state: 'c' })).toEqual({ ok: true, version: 3 })
    expect(await store.group('cases', { by: 'state' })).toEqual([{ key: 'c', count: 1, sum: 0 }])
  })

  it('leaves no mark of a document that its own aggregate removed, and one of any other', async () => {
    await commit('c1', 0, {}, [insert('own', {}, true), insert('other', {})])
    await commit('c1', 1, {}, [remove('own', true), remove('other')])
    await store.close()

    expect(rowsOf(dataDir, 'notes:removed')).toBe(1)
  })

  it('forgets the mark of a removed document after a month', async () => {
    await commit('c1', 0, {}, [insert('n1', {}), insert('n2', {})])
    await commit('c1', 1, {}, [remove('n1')])
    await commit('c1', 2, {}, [remove('n2')])
    await store.close()
    const raw = new DatabaseSync(join(dataDir, 'retour.db'))
    raw.exec(`UPDATE "notes:removed" SET day = day - 31 WHERE id = 'n1'`)
    raw.close()

    store = await openStore({ dataDir }, specs)
    await store.relay()

    expect(rowsOf(dataDir, 'notes:removed')).toBe(1)
    expect(
      await store.commit({ aggregate: { collection: 'notes', id: 'n2', expectedVersion: 0, data: {} }, followUps: [] }),
    ).toEqual({ ok: false, reason: 'conflict' })
  })

  it('lets a value of a unique index go from one document to another, crash or no crash', async () => {
    const user = (id: string, expectedVersion: number, login: string) =>
      store.commit({ aggregate: { collection: 'users', id, expectedVersion, data: { login } }, followUps: [] })
    await user('u1', 0, 'li')
    await user('u1', 1, 'wang')

    expect(await user('u2', 0, 'li')).toEqual({ ok: true, version: 1 })
    expect(await user('u3', 0, 'wang')).toEqual({ ok: false, reason: 'duplicate' })
    expect(await afterPowerCut((next) => next.count('users'))).toBe(2)
  })

  it('reads a record as it was written, whatever stands in ids and texts', () => {
    const states: DocumentState[] = [
      {
        collection: 'notes',
        id: 'a b\n"c"',
        version: 3,
        revision: 9,
        json: '{"t":"x y"}',
        items: undefined,
        buried: false,
      },
      { collection: 'notes', id: '退货', version: 1, revision: 0, json: null, items: undefined, buried: true },
      { collection: 'notes', id: '', version: 1, revision: 0, json: null, items: undefined, buried: false },
    ]

    expect(readRecord(states.map(writeState).join(''))).toEqual(states)
  })
})
