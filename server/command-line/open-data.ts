import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '../config.ts'
import { openStore } from '../database/store.ts'
import { createDiskBlobs, type Blobs } from '../files/blobs.ts'
import { openGridFsBlobs } from '../files/gridfs-blobs.ts'
import { collections } from '../product.ts'
import type { Page, Query, Store, Stored } from '../../workflows/runtime/ports.ts'

export interface DataPlace {
  dataDir: string
  mongodbUrl: string | null
  /** As people read it; an address may hold a password. */
  told: string
}

/** Where the data lives, as the environment says. */
export function dataPlace(): DataPlace {
  const { dataDir, mongodbUrl } = readConfig(process.env)
  return { dataDir, mongodbUrl, told: mongodbUrl === null ? dataDir : 'the database of MONGODB_URL' }
}

/** The store of a place, for a command that works while no server does. Throws with a sentence when a server holds it. */
export const storeAt = ({ dataDir, mongodbUrl }: DataPlace): Promise<Store> =>
  openStore(mongodbUrl === null ? { dataDir } : { mongoUrl: mongodbUrl }, collections)

export const blobsAt = async ({ dataDir, mongodbUrl }: DataPlace): Promise<Blobs> =>
  mongodbUrl === null ? createDiskBlobs(join(dataDir, 'files')) : openGridFsBlobs(mongodbUrl)

export function productVersion(): string {
  const file = join(import.meta.dirname, '..', '..', 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

/** Every document of a collection, page by page. */
export async function* documentsOf<T>(store: Store, collection: string): AsyncGenerator<Stored<T>> {
  let after: string | null = null
  do {
    const query: Query = { limit: 500, ...(after === null ? {} : { after }) }
    const page: Page<T> = await store.find<T>(collection, query)
    yield* page.items
    after = page.next
  } while (after !== null)
}
