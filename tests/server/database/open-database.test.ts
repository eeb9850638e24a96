import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openSqliteFile } from '../../../server/database/sqlite/open-database.ts'

it('opens the database so that what is answered is on disk (reliability R16)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'retour-open-'))
  const { database, close } = openSqliteFile(folder)
  const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]

  const settings = ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'cell_size_check', 'mmap_size']
  const found = Object.fromEntries(settings.map((name) => [name, pragma(name)]))
  close()
  rmSync(folder, { recursive: true })

  expect(found).toEqual({
    journal_mode: 'wal',
    synchronous: 2,
    foreign_keys: 1,
    trusted_schema: 0,
    cell_size_check: 1,
    mmap_size: 0,
  })
})
