import type { CollectionSpec, Store } from '../../workflows/runtime/ports.ts'
import { openSqliteStore } from './sqlite/sqlite-store.ts'

/** Where the data lives: a folder of this machine (SQLite), or a MongoDB. */
export type StoreLocation = { dataDir: string } | { mongoUrl: string }

export interface StoreOptions {
  /** The tables of a data folder are written and read by a thread of their own: for a server, whose requests go on meanwhile. */
  inThread?: boolean
  /** Told before the process ends because the disk failed to keep what it promised. */
  onFatal?: (error: unknown) => void
}

/**
 * Opens the store with its collections, brings them to what their declarations say, and keeps a second server off a
 * data folder. Throws with a sentence for the operator when the data cannot or must not be opened.
 */
export async function openStore(
  location: StoreLocation,
  collections: readonly CollectionSpec[],
  options: StoreOptions = {},
): Promise<Store> {
  if ('dataDir' in location) return openSqliteStore(collections, { dataDir: location.dataDir, ...options })
  const { openMongoStore } = await import('./mongodb/mongo-store.ts')
  return openMongoStore(collections, { url: location.mongoUrl })
}
