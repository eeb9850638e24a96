import { MongoServerError } from 'mongodb'
import type { Collection } from 'mongodb'
import { valueAt } from '../../../workflows/runtime/ports.ts'
import type { CollectionSpec } from '../../../workflows/runtime/ports.ts'
import type { UniqueKey } from './documents.ts'

export const isDuplicate = (error: unknown): boolean => error instanceof MongoServerError && error.code === 11000

/** How long a key may be held for a commit that has not come; a crash left it then. */
const heldFor = 10 * 60_000

/** Keys of the unique indexes for a document's data. Nothing and missing have none. */
export function keysOf(spec: CollectionSpec, id: string, data: unknown): string[] {
  return spec.indexes.flatMap(({ fields, unique }) => {
    if (!unique) return []
    const values = fields.map((path) => valueAt(id, data, path) ?? null)
    return values.includes(null) ? [] : [JSON.stringify([spec.name, fields.join(), ...values])]
  })
}

export interface UniqueKeys {
  /** Holds the keys for a document until its commit is there. False when another document has one; then none is held. */
  hold(keys: string[], owner: string, commit: string): Promise<boolean>
  /** Gives back what this commit newly held, because it did not come to be. */
  release(keys: string[], commit: string): Promise<void>
  /** Frees keys that a document has no more. */
  free(keys: string[], owner: string): Promise<void>
}

export function uniqueKeys(
  collection: Collection<UniqueKey>,
  /** Does a document still have the key? */
  has: (owner: string, key: string) => Promise<boolean>,
): UniqueKeys {
  async function holdOne(key: string, owner: string, commit: string): Promise<boolean> {
    try {
      await collection.insertOne({ _id: key, owner, commit, at: new Date() })
      return true
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
    const holder = await collection.findOne({ _id: key })
    if (!holder) return holdOne(key, owner, commit)
    if (holder.owner === owner) return true
    if (Date.now() - holder.at.getTime() < heldFor || (await has(holder.owner, key))) return false
    const taken = await collection.updateOne(
      { _id: key, owner: holder.owner, commit: holder.commit },
      { $set: { owner, commit, at: new Date() } },
    )
    return taken.matchedCount === 1 || holdOne(key, owner, commit)
  }

  const release = async (keys: string[], commit: string) => {
    if (keys.length > 0) await collection.deleteMany({ _id: { $in: keys }, commit })
  }

  return {
    release,
    async hold(keys, owner, commit) {
      for (const key of keys) {
        if (!(await holdOne(key, owner, commit))) {
          await release(keys, commit)
          return false
        }
      }
      return true
    },
    async free(keys, owner) {
      if (keys.length > 0) await collection.deleteMany({ _id: { $in: keys }, owner })
    },
  }
}
