import fs, { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openJournalFiles, readJournalFiles } from '../../../server/database/sqlite/journal-files.ts'
import type { Disk, JournalFiles } from '../../../server/database/sqlite/journal-files.ts'
import { openSqliteStore } from '../../../server/database/sqlite/sqlite-store.ts'
import type { SqliteOptions } from '../../../server/database/sqlite/sqlite-store.ts'
import { openStore } from '../../../server/database/store.ts'
import type { CollectionSpec } from '../../../workflows/runtime/ports.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retour-journal-files-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true })
})

const large = (letter: string) => letter.repeat(100_000)
const pathOf = (place: number) => join(folder, `retour.journal-${place}`)
const files = () => readdirSync(folder).filter((name) => name.startsWith('retour.journal-'))

describe('the files of the journal', () => {
  const write = (journal: JournalFiles, number: number, text = `text ${number}\n`) =>
    new Promise<void>((resolve, reject) =>
      journal.write({ number, text }, (error) => (error ? reject(error as Error) : resolve())),
    )
  const numbers = (from: number) => readJournalFiles(folder, from).map(({ number }) => number)

  it('give back what was written, in order, small and large, from any number on', async () => {
    const journal = openJournalFiles(folder)
    const texts = ['first\n', `${large('退')}\n`, '', 'record 9 3 abc\nrecord 3 0 0\n']
    for (const [index, text] of texts.entries()) await write(journal, index + 1, text)

    expect(readJournalFiles(folder, 1).map(({ text }) => text)).toEqual(texts)
    expect(numbers(3)).toEqual([3, 4])
    expect(numbers(5)).toEqual([])
    journal.close(true)
  })

  it('are written over from the beginning once their records are not needed', async () => {
    const journal = openJournalFiles(folder)
    for (let number = 1; number <= 500; number += 1) {
      await write(journal, number, large(String(number % 10)))
      if (number % 3 === 0) journal.release(number + 1)
    }
    await write(journal, 501, 'short')

    expect(files()).toEqual(['retour.journal-1'])
    expect(statSync(pathOf(1)).size).toBeLessThan(2_000_000)
    expect(numbers(499)).toEqual([499, 500, 501])
    journal.close(true)
  })

  it('keep the record that is still needed, and all behind it', async () => {
    const journal = openJournalFiles(folder)
    for (const number of [1, 2, 3]) await write(journal, number)
    journal.release(3)
    await write(journal, 4)

    expect(numbers(3)).toEqual([3, 4])
    journal.close(true)
  })

  it('keep a record that is on its way while all before it are released', async () => {
    const journal = openJournalFiles(folder)
    for (const number of [1, 2]) await write(journal, number, large('x'))
    const third = write(journal, 3, large('y'))
    journal.release(3)
    await third
    await write(journal, 4)

    expect(numbers(3)).toEqual([3, 4])
    journal.close(true)
  })

  it('become more when nothing is released, and two again afterwards', async () => {
    const journal = openJournalFiles(folder)
    for (let number = 1; number <= 300; number += 1) await write(journal, number, large('x'))
    expect(files().length).toBeGreaterThan(2)
    expect(numbers(1)).toHaveLength(300)

    journal.release(301)
    await write(journal, 301)

    expect(files()).toHaveLength(2)
    expect(numbers(301)).toEqual([301])
    journal.close(false)
    expect(files()).toEqual([])
  })

  it('lose nothing but a record that was cut off, which nobody was told of', async () => {
    const journal = openJournalFiles(folder)
    for (const number of [1, 2, 3]) await write(journal, number)
    const whole = readFileSync(pathOf(1))
    const third = whole.indexOf('record 3')
    for (let length = third; length < third + 'record 3 7 12345678\ntext 3\n'.length - 1; length += 1) {
      writeFileSync(pathOf(1), Buffer.concat([whole.subarray(0, length), Buffer.alloc(1000)]))
      expect(numbers(1)).toEqual([1, 2])
    }
    journal.close(true)
  })

  it('are refused when a record is broken that was followed by another', async () => {
    const journal = openJournalFiles(folder)
    for (const number of [4, 5, 6]) await write(journal, number)
    const bytes = readFileSync(pathOf(1))
    bytes[bytes.indexOf('text 5')] = 0x21
    writeFileSync(pathOf(1), bytes)

    expect(() => readJournalFiles(folder, 4)).toThrow(/journal-1 is damaged \(record 5 cannot be read\)/)
    journal.close(true)
  })

  it('are refused when the first of the needed records is missing', async () => {
    const journal = openJournalFiles(folder)
    for (const number of [4, 5]) await write(journal, number)

    expect(() => readJournalFiles(folder, 3)).toThrow(/what stands before record 4 is missing/)
    journal.close(true)
  })
})

describe('a store whose disk fails', () => {
  const specs: CollectionSpec[] = [{ name: 'cases', indexes: [] }]
  const fault = (code: string) => Object.assign(new Error(code), { code, syscall: 'write' })
  const open = (disk: Partial<Disk>, more: Partial<SqliteOptions> = {}) =>
    openSqliteStore(specs, { dataDir: folder, disk: { ...fs, ...disk }, ...more })
  const commit = (store: Awaited<ReturnType<typeof openStore>>, id: string, text = '') =>
    store.commit({ aggregate: { collection: 'cases', id, expectedVersion: 0, data: { text } }, followUps: [] })

  it('refuses what it has no room for, keeps the rest, and takes it later', async () => {
    let isFull = false
    const writeSync = ((...args: Parameters<typeof fs.writeSync>) => {
      if (isFull) throw fault('ENOSPC')
      return fs.writeSync(...args)
    }) as typeof fs.writeSync
    const store = open({ writeSync })
    await commit(store, 'c1')

    isFull = true
    const refused = await Promise.allSettled([commit(store, 'c2'), commit(store, 'c3', large('x'))])
    expect(refused.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code)).toEqual([
      'storage_full',
      'storage_full',
    ])
    expect([await store.load('cases', 'c2'), await store.count('cases')]).toEqual([null, 1])

    isFull = false
    expect(await commit(store, 'c2')).toEqual({ ok: true, version: 1 })
    await store.close()
    const again = await openStore({ dataDir: folder }, specs)
    expect(await again.count('cases')).toBe(2)
    await again.close()
  })

  it.each(['at once', 'while others work'])(
    'ends the process when a record cannot be made durable %s',
    async (when) => {
      const fatal: unknown[] = []
      let fails = false
      const fdatasyncSync = ((descriptor: number) => {
        if (fails) throw fault('EIO')
        fs.fdatasyncSync(descriptor)
      }) as typeof fs.fdatasyncSync
      const fdatasync = ((descriptor: number, done: (error: Error | null) => void) =>
        fails ? setImmediate(done, fault('EIO')) : fs.fdatasync(descriptor, done)) as unknown as typeof fs.fdatasync
      const told = { onFatal: (error: unknown) => fatal.push(error), exit: () => {} }
      const store = open({ fdatasyncSync, fdatasync }, told)
      await commit(store, 'c0', large('x').repeat(3))

      fails = true
      await expect(commit(store, 'c1', when === 'at once' ? '' : large('x'))).rejects.toThrow('EIO')

      expect(fatal).not.toEqual([])
      expect(await store.load('cases', 'c1')).toBeNull()
      fails = false
      await store.close()
    },
  )

  it('tells nobody of what is still on its way to the disk', async () => {
    const waiting: (() => void)[] = []
    const fdatasync = ((descriptor: number, done: (error: Error | null) => void) =>
      waiting.push(() => fs.fdatasync(descriptor, done))) as unknown as typeof fs.fdatasync
    const store = open({ fdatasync })
    const order: string[] = []
    const committed = commit(store, 'c1', large('x')).then(() => order.push('committed'))
    await new Promise(setImmediate)
    expect(waiting).toHaveLength(1)
    const loaded = store.load('cases', 'c1').then((found) => order.push(`loaded ${found?.version}`))
    expect(await store.count('cases')).toBe(0)
    const others = commit(store, 'c2').then(() => order.push('another'))
    await new Promise(setImmediate)
    expect(order).toEqual([])

    waiting.pop()?.()
    await Promise.all([committed, loaded, others])

    expect(order.slice(0, 1)).toEqual(['committed'])
    expect(order).toContain('loaded 1')
    expect(await store.count('cases')).toBe(2)
    await store.close()
  })

  it('keeps the tables back until the record is there, so that a crash finds all of it or nothing', async () => {
    const waiting: (() => void)[] = []
    const fdatasync = ((descriptor: number, done: (error: Error | null) => void) =>
      waiting.push(() => fs.fdatasync(descriptor, done))) as unknown as typeof fs.fdatasync
    const store = open({ fdatasync }, { settleMilliseconds: 1 })
    const committed = commit(store, 'c1', large('x'))
    await new Promise(setImmediate)
    expect(await store.count('cases')).toBe(0)
    // Time enough for the tables to be made durable, if they were.
    await new Promise((resolve) => setTimeout(resolve, 30))

    const copy = mkdtempSync(join(tmpdir(), 'retour-cut-'))
    for (const name of readdirSync(folder).filter((one) => !/lock|pid|shm/.test(one)))
      fs.copyFileSync(join(folder, name), join(copy, name))
    fs.truncateSync(join(copy, 'retour.journal-1'), 50_000)
    const afterwards = await openStore({ dataDir: copy }, specs)
    expect(await afterwards.count('cases')).toBe(0)
    await afterwards.close()
    rmSync(copy, { recursive: true })

    for (const land of waiting) land()
    await committed
    expect(await store.count('cases')).toBe(1)
    await store.close()
  })

  it('lets a batch that failed be tried again one by one, so that one commit’s trouble is its own', async () => {
    let failures = 1
    const writeSync = ((...args: Parameters<typeof fs.writeSync>) => {
      if (failures > 0 && String(args[1]).includes('"text":"now"')) {
        failures -= 1
        throw fault('ENOSPC')
      }
      return fs.writeSync(...args)
    }) as typeof fs.writeSync
    const store = open({ writeSync })
    const answers = await Promise.all([commit(store, 'c1', 'now'), commit(store, 'c2'), commit(store, 'c1', 'late')])

    expect(answers).toEqual([
      { ok: true, version: 1 },
      { ok: true, version: 1 },
      { ok: false, reason: 'conflict' },
    ])
    await store.close()
  })
})

describe('a data folder that was copied while a server used it', () => {
  const specs: CollectionSpec[] = [{ name: 'cases', indexes: [] }]

  it('is refused without its journal, because answers would be missing', async () => {
    const store = await openStore({ dataDir: folder }, specs)
    await store.commit({ aggregate: { collection: 'cases', id: 'c1', expectedVersion: 0, data: {} }, followUps: [] })
    const copy = mkdtempSync(join(tmpdir(), 'retour-copy-'))
    for (const name of ['retour.db', 'retour.db-wal']) fs.copyFileSync(join(folder, name), join(copy, name))
    await store.close()

    await expect(openStore({ dataDir: copy }, specs)).rejects.toThrow(/copied while a server used it/)
    rmSync(copy, { recursive: true })
  })
})
