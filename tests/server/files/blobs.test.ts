import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createDiskBlobs, type Blobs } from '../../../server/files/blobs.ts'
import { openGridFsBlobs } from '../../../server/files/gridfs-blobs.ts'
import { freshMongoUrl, hasMongo } from '../../support/mongo-database.ts'

const ID = 'file-000001'

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'retour-blobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What every place for bytes does. */
function describeBlobs(name: string, open: () => Promise<Blobs>): void {
  describe(`bytes of files ${name}`, () => {
    it('come back as they were written, until they are removed', async () => {
      const blobs = await open()
      const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, index) => index % 251))

      await blobs.write(ID, bytes)
      const read = await blobs.read(ID)

      expect(read && (await buffer(read)).equals(bytes)).toBe(true)
      await blobs.remove(ID)
      expect(await blobs.read(ID)).toBeNull()
      await blobs.close()
    })

    it('that were never written are absent, and removing them is nothing', async () => {
      const blobs = await open()

      await blobs.remove(ID)

      expect(await blobs.read(ID)).toBeNull()
      await blobs.close()
    })
  })
}

describeBlobs('in a folder', async () => createDiskBlobs(aFolder()))
describe.skipIf(!hasMongo())('on MongoDB', () => describeBlobs('in GridFS', () => openGridFsBlobs(freshMongoUrl())))

describe('a folder of files', () => {
  it('never shows half a file, and takes no id that reaches out of it', async () => {
    const folder = aFolder()
    const blobs = createDiskBlobs(folder)

    await blobs.write(ID, Buffer.from('x'))

    const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    expect(names.map((entry) => entry.name)).toEqual([ID])
    for (const id of ['../../etc/passwd', 'a/b', '', 'x'.repeat(61)]) {
      await expect(async () => blobs.write(id, Buffer.from('x'))).rejects.toThrow('Expected an id')
    }
  })
})
