import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** Where the bytes of files live, outside of the database's rows. */
export interface Blobs {
  /** On disk when it resolves. */
  write(id: string, bytes: Buffer): Promise<void>
  /** null when there is none. */
  read(id: string): Promise<Readable | null>
  remove(id: string): Promise<void>
  close(): Promise<void>
}

/** In a folder, spread over 256 sub-folders; written beside and renamed, so that no half file is ever seen. */
export function createDiskBlobs(folder: string): Blobs {
  const placeOf = (id: string) => {
    if (!/^[a-z0-9-]{8,60}$/.test(id)) throw new Error('Expected an id that this server made')
    return { folder: join(folder, id.slice(-2)), path: join(folder, id.slice(-2), id) }
  }
  return {
    async write(id, bytes) {
      const place = placeOf(id)
      await mkdir(place.folder, { recursive: true })
      const beside = `${place.path}.${randomBytes(4).toString('hex')}.part`
      const file = await open(beside, 'wx', 0o600)
      try {
        await file.writeFile(bytes)
        await file.sync()
      } finally {
        await file.close()
      }
      await rename(beside, place.path)
      const parent = await open(place.folder, 'r')
      await parent.sync().finally(() => parent.close())
    },
    async read(id) {
      const { path } = placeOf(id)
      const found = await stat(path).catch(() => null)
      return found ? createReadStream(path) : null
    },
    remove: (id) => rm(placeOf(id).path, { force: true }),
    close: async () => {},
  }
}
