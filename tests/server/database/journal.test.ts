import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readJournalFiles } from '../../../server/database/sqlite/journal-files.ts'
import { readPosition } from '../../../server/database/sqlite/journal-position.ts'
import { readRecord, writeState } from '../../../server/database/sqlite/journal.ts'
import type { DocumentState } from '../../../server/database/sqlite/journal.ts'
import { readSnapshot } from '../../../server/database/sqlite/snapshot.ts'
import { openSqliteStore } from '../../../server/database/sqlite/sqlite-store.ts'
import { openStore } from '../../../server/database/store.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { CollectionSpec, FollowUp, Store } from '../../../workflows/runtime/ports.ts'
import { seeded } from '../../support/seeded.ts'

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

describe.each([
  ['this thread', false],
  ['a thread of its own', true],
])('the journal of the SQLite store, followed by %s', (_, inThread) => {
  let dataDir = ''
  let store: Store
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'retour-journal-'))
    store = openSqliteStore(specs, { dataDir, inThread, settleMilliseconds: 3600_000 })
  })
  afterEach(async () => {
    await store.close()
    rmSync(dataDir, { recursive: true })
  })

  const commit = (id: string, expectedVersion: number, data: unknown, followUps: FollowUp[] = []) =>
    store.commit({ aggregate: { collection: 'cases', id, expectedVersion, data }, followUps })

  const dataFiles = () => readdirSync(dataDir).filter((name) => /^retour\.(?:db$|db-wal$|journal-)/.test(name))
  const journalFiles = () => dataFiles().filter((name) => name.includes('journal'))

  /** What a machine that lost its power now would find on its disk. */
  async function afterPowerCut<T>(look: (store: Store) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), 'retour-cut-'))
    for (const file of dataFiles()) cpSync(join(dataDir, file), join(folder, file))
    try {
      const next = await openStore({ dataDir: folder }, specs)
      const seen = await look(next)
      await next.close()
      return seen
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** How many records the tables lack. */
  function lackingIn(folder: string): number {
    const raw = new DatabaseSync(join(folder, 'retour.db'), { readOnly: true })
    const needed = readPosition(raw)
    raw.close()
    return needed === null ? 0 : readJournalFiles(folder, needed).length
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

  it('keeps what some tables lack when others were made durable', async () => {
    const many = Array.from({ length: 2100 }, (_, index) => insert(`n${index}`, { topic: 'a' }))
    await commit('c1', 0, { state: 'open' }, many)
    expect(await store.count('notes')).toBe(2100)
    await commit('c2', 0, { state: 'open' })
    expect(rowsOf(dataDir, 'notes')).toBe(2100)
    expect(rowsOf(dataDir, 'cases')).toBe(0)

    expect(await afterPowerCut(async (next) => [await next.count('cases'), await next.count('notes')])).toEqual([
      2, 2100,
    ])
  })

  it('is empty after a close, and the tables have everything', async () => {
    await commit('c1', 0, { state: 'open' }, [insert('n1', {})])
    await store.close()

    expect(journalFiles()).toEqual([])
    expect([rowsOf(dataDir, 'cases'), rowsOf(dataDir, 'notes')]).toEqual([1, 1])
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

  it('knows an id of any alphabet, wherever it sorts, also after a start', async () => {
    const ids = ['m', 'a', 'z', '退货', 'zz', '𠮷', 'zzz', '']
    for (const id of ids) await commit(id, 0, { state: id })
    const again = []
    for (const id of ids) again.push((await commit(id, 0, {})).ok)
    await store.close()
    store = openSqliteStore(specs, { dataDir, inThread })
    for (const id of ids) again.push((await commit(id, 0, {})).ok)

    expect(again).toEqual(ids.flatMap(() => [false, false]))
    expect(await commit('zzzz', 0, {})).toEqual({ ok: true, version: 1 })
  })

  it('stands behind a query, whose rows change again before they are committed', async () => {
    await commit('c1', 0, { state: 'open' }, [insert('n1', { topic: 'a', tags: ['x'] }, true)])
    expect(await store.count('notes', { tags: 'x' })).toBe(1)
    const changing = commit('c1', 1, { state: 'done' }, [remove('n1', true), insert('n2', { tags: ['x'] }, true)])
    expect(await store.count('cases', { state: 'open' })).toBe(1)
    await changing

    expect(await store.count('notes', { tags: 'x' })).toBe(1)
    expect(await store.count('cases', { state: 'done' })).toBe(1)
    const seen = await afterPowerCut(async (next) => [
      await next.count('cases', { state: 'done' }),
      (await next.find('notes', { filter: { tags: 'x' }, limit: 5 })).items.map(({ id }) => id),
    ])
    expect(seen).toEqual([1, ['n2']])
  })

  it.each([1, 2, 3])(
    'is the same store as one without it, whatever comes in whichever order (seed %i)',
    async (seed) => {
      const dice = seeded(seed)
      const model = createMemoryStore(specs)
      await store.close()
      store = openSqliteStore(specs, { dataDir, inThread, settleMilliseconds: 0 })
      const versions = new Map<string, number>()
      const followUp = (): FollowUp => {
        const id = dice.pick(['n1', 'n2', 'n3', 'n4', 'n5'])
        const data = { topic: dice.pick(['a', 'b']), tags: dice.pick([[], ['x'], ['x', 'y']]) }
        return dice.pick<FollowUp>([
          insert(id, data),
          { kind: 'put', collection: 'notes', id, data, revision: dice.whole(1, 20) },
          dice.chance(0.1) ? remove(id) : insert(id, data),
        ])
      }
      const everything = async (of: Store) => {
        const found = []
        for (const filter of [{ topic: 'a' }, { tags: 'x' }, {}])
          found.push((await of.find('notes', { filter, limit: 50 })).items)
        return [...found, (await of.find('cases', { limit: 50 })).items, await of.load('notes', 'n1')]
      }
      for (let round = 0; round < 60; round += 1) {
        const commits = Array.from({ length: dice.whole(1, 6) }, () => {
          const id = dice.pick(['c1', 'c2', 'c3'])
          const expectedVersion = (versions.get(id) ?? 0) + (dice.chance(0.1) ? 1 : 0)
          const aggregate = { collection: 'cases', id, expectedVersion, data: { state: dice.pick(['s', 't']), round } }
          return { aggregate, followUps: Array.from({ length: dice.whole(0, 3) }, followUp) }
        })
        const answers = Promise.all(commits.map((one) => store.commit(one)))
        const expected = []
        for (const one of commits) {
          const answer = await model.commit(one)
          if (answer.ok) versions.set(one.aggregate.id, answer.version)
          expected.push(answer)
        }
        if (dice.chance(0.3)) await store.find('notes', { limit: 1 })
        expect(await answers).toEqual(expected)
        if (dice.chance(0.4)) expect(await everything(store)).toEqual(await everything(model))
        if (dice.chance(0.3)) await new Promise((resolve) => setTimeout(resolve, 1))
        if (dice.chance(0.1)) expect(await afterPowerCut(everything)).toEqual(await everything(model))
      }
      expect(await afterPowerCut(everything)).toEqual(await everything(model))
    },
  )

  it('comes to rest empty, whether a query or the time brought the documents into their tables', async () => {
    await store.close()
    store = openSqliteStore(specs, { dataDir, inThread, settleMilliseconds: 1 })
    for (let round = 0; round < 20; round += 1) {
      await commit(`c${round}`, 0, { state: 'open' }, [insert(`n${round}`, { topic: 'a' })])
      if (round % 2 === 0) void store.count(round % 4 === 0 ? 'cases' : 'notes')
      if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 3))
    }

    await vi.waitFor(() => expect(lackingIn(dataDir)).toBe(0), { timeout: 10_000 })
    expect([rowsOf(dataDir, 'cases'), rowsOf(dataDir, 'notes')]).toEqual([20, 20])
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

  it('takes over what a release wrote whose journal stood in the database itself', async () => {
    const earlier = mkdtempSync(join(tmpdir(), 'retour-earlier-'))
    await openSqliteStore(specs, { dataDir: earlier }).close()
    const database = new DatabaseSync(join(earlier, 'retour.db'))
    database.exec('DROP TABLE journal')
    database.exec('CREATE TABLE journal (number INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT')
    const record = (state: string): string =>
      writeState({
        collection: 'cases',
        id: 'c1',
        version: 1,
        revision: 0,
        json: JSON.stringify({ state }),
        buried: false,
      })
    const insertRecord = database.prepare('INSERT INTO journal VALUES (?, ?)')
    insertRecord.run(7, record('open'))
    insertRecord.run(8, record('closed'))
    database.close()

    const backup = [...readSnapshot(earlier, ['cases'])]
    const next = openSqliteStore(specs, { dataDir: earlier })
    const found = await next.load('cases', 'c1')
    await next.close()
    const again = openSqliteStore(specs, { dataDir: earlier })
    const later = await again.load('cases', 'c1')
    await again.close()
    rmSync(earlier, { recursive: true })

    expect(backup).toEqual([{ collection: 'cases', id: 'c1', data: { state: 'closed' } }])
    expect(found?.data).toEqual({ state: 'closed' })
    expect(later).toEqual(found)
  })

  it('reads a record as it was written, whatever stands in ids and texts', () => {
    const states: DocumentState[] = [
      {
        collection: 'notes',
        id: 'a b\n"c"',
        version: 3,
        revision: 9,
        json: '{"t":"x y"}',
        buried: false,
      },
      { collection: 'notes', id: '退货', version: 1, revision: 0, json: null, buried: true },
      { collection: 'notes', id: '', version: 1, revision: 0, json: null, buried: false },
    ]

    expect(readRecord(states.map(writeState).join(''))).toEqual(states)
  })
})
