import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createFollower } from '../../../server/database/sqlite/follower.ts'
import { openPosition, readPosition } from '../../../server/database/sqlite/journal-position.ts'
import { writeState } from '../../../server/database/sqlite/journal.ts'
import { connect } from '../../../server/database/sqlite/open-database.ts'
import { ensureCollection } from '../../../server/database/sqlite/schema.ts'
import type { CollectionSpec } from '../../../workflows/runtime/ports.ts'

const specs: CollectionSpec[] = [{ name: 'notes', indexes: [], lists: ['tags'] }]
const count = { text: 'SELECT count(*) AS n FROM notes', values: [] }

let folder = ''
let database: DatabaseSync
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'retour-follower-'))
  database = connect(join(folder, 'retour.db'))
  for (const spec of specs) ensureCollection(database, spec)
  openPosition(database, folder).begin()
})
afterEach(() => {
  database.close()
  rmSync(folder, { recursive: true })
})

const note = (id: string, version: number, data: object | null) =>
  writeState({
    collection: 'notes',
    id,
    version,
    revision: 0,
    json: data && JSON.stringify(data),
    buried: false,
  })

function follow() {
  const commits: number[] = []
  const troubles: unknown[] = []
  const follower = createFollower(database, specs, {
    next: 1,
    settleMilliseconds: 1,
    onCommit: (needed) => commits.push(needed),
    onTrouble: (error) => troubles.push((error as { errcode: number }).errcode),
  })
  return { follower, commits, troubles }
}

it('brings what came to rest into the tables, and says which record they lack', async () => {
  const { follower, commits } = follow()
  follower.take([
    { number: 1, text: note('n1', 1, { tags: ['a'] }) + note('n2', 1, {}) },
    { number: 2, text: note('n1', 2, { tags: ['b'] }) },
  ])

  await vi.waitFor(() => expect(commits.at(-1)).toBe(3))
  expect(readPosition(database)).toBe(3)
  expect(database.prepare('SELECT id, version FROM notes ORDER BY id').all()).toMatchObject([
    { id: 'n1', version: 2 },
    { id: 'n2', version: 1 },
  ])
  expect(database.prepare('SELECT value FROM "notes:tags"').all()).toMatchObject([{ value: 'b' }])
})

it('answers with everything that it was told, which others see when it is durable', () => {
  const { follower, commits } = follow()
  follower.take([{ number: 1, text: note('n1', 1, {}) }])

  expect(follower.query('notes', count)).toMatchObject([{ n: 1 }])
  expect(commits).toEqual([])
  const other = new DatabaseSync(join(folder, 'retour.db'), { readOnly: true })
  expect(other.prepare(count.text).all()).toMatchObject([{ n: 0 }])

  expect(follower.end()).toBe(true)
  expect(other.prepare(count.text).all()).toMatchObject([{ n: 1 }])
  other.close()
})

it('keeps what the disk has no room for, and brings it into the tables when there is room again', async () => {
  const { follower, commits, troubles } = follow()
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
  database.exec(`PRAGMA max_page_count = ${pages + 2}`)
  const large = Array.from({ length: 40 }, (_, index) => note(`n${index}`, 1, { text: 'x'.repeat(2000) }))
  follower.take([{ number: 1, text: large.join('') }])

  await vi.waitFor(() => expect(troubles).toContain(13))
  expect(() => follower.query('notes', count)).toThrow(/full/)
  expect(commits).toEqual([])
  expect(readPosition(database)).toBe(1)

  database.exec('PRAGMA max_page_count = 100000')
  await vi.waitFor(() => expect(commits.at(-1)).toBe(2))
  expect(follower.query('notes', count)).toMatchObject([{ n: 40 }])
})

it('leaves its records to the next start when the tables do not take them at the end', () => {
  const { follower } = follow()
  follower.take([{ number: 1, text: note('n1', 1, { text: 'x'.repeat(100_000) }) }])
  const { page_count: pages } = database.prepare('PRAGMA page_count').get() as { page_count: number }
  database.exec(`PRAGMA max_page_count = ${pages + 1}`)

  expect(follower.end()).toBe(false)
  expect(readPosition(database)).toBe(1)
})

it('forgets a document that came and went, whether the tables had it or not', () => {
  const { follower } = follow()
  follower.take([{ number: 1, text: note('n1', 1, { tags: ['a'] }) + note('n2', 1, { tags: ['a'] }) }])
  expect(follower.query('notes', count)).toMatchObject([{ n: 2 }])
  follower.take([
    { number: 2, text: note('n1', 1, null) + note('n3', 1, { tags: ['a'] }) },
    { number: 3, text: note('n3', 1, null) + note('n2', 0, null) },
  ])

  expect(follower.query('notes', count)).toMatchObject([{ n: 0 }])
  expect(follower.end()).toBe(true)
  expect(database.prepare('SELECT * FROM "notes:tags"').all()).toEqual([])
})
