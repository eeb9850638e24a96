import { randomUUID } from 'node:crypto'
import { MongoClient, MongoNetworkError, MongoServerError } from 'mongodb'
import type { Collection, Db } from 'mongodb'
import {
  cursorAfter,
  readCollections,
  readCursor,
  readOrder,
  sortValues,
  storeError,
} from '../../../workflows/runtime/ports.ts'
import type { CollectionSpec, CommitResult, FollowUp, Query, Scalar, Store } from '../../../workflows/runtime/ports.ts'
import { cannotOpen } from '../cannot-open.ts'
import { pendingMigrations } from '../migrations/migrations.ts'
import { finishOutbox, removedDays } from '../relay.ts'
import type { OutboxPort } from '../relay.ts'
import { behind, fieldOf, matchOf } from './compile-query.ts'
import type { StoredDocument, UniqueKey } from './documents.ts'
import { decodeDocument, encodeDocument } from './encode-document.ts'
import { isDuplicate, keysOf, uniqueKeys } from './unique-keys.ts'

const commitsKept = 4
const tombstonesKept = removedDays * 24 * 3600_000
const outOfDisk = new Set([14031, 39])

const databaseName = (url: string): string => /^[^:]+:\/\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? 'retour'

async function connect(url: string): Promise<MongoClient> {
  const client = new MongoClient(url, {
    retryWrites: false,
    writeConcern: { w: 'majority', j: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    ...(/serverSelectionTimeoutMS/i.test(url) ? {} : { serverSelectionTimeoutMS: 10_000 }),
  })
  try {
    await client.connect()
    const { version } = await client.db('admin').command({ buildInfo: 1 })
    const [major = 0, minor = 0] = String(version).split('.').map(Number)
    if (major * 100 + minor < 404) throw new Error(`The server is MongoDB ${String(version)}`)
    return client
  } catch (error) {
    await client.close()
    throw cannotOpen(
      'start.mongodb_unusable',
      `Expected a MongoDB 4.4 or later at MONGODB_URL, but could not use it: ${error instanceof Error ? error.message : String(error)}`,
      error,
    )
  }
}

async function prepare(db: Db, specs: readonly CollectionSpec[]): Promise<void> {
  const applied = db.collection<{ _id: number; name: string; at: Date }>('_migrations')
  const numbers = (await applied.find().toArray()).map((migration) => migration._id)
  for (const { number, name } of pendingMigrations(numbers))
    await applied.updateOne({ _id: number }, { $setOnInsert: { name, at: new Date() } }, { upsert: true })
  await Promise.all(
    specs.map(({ name, indexes, lists = [] }) => {
      const fields = [['pending'], ['removedAt'], ...indexes.map((index) => index.fields.map(fieldOf))]
      const keys = [...fields, ...lists.map((path) => [fieldOf(path)])]
        .filter((key) => key.join() !== '_id')
        .map((key) => ({ key: Object.fromEntries(key.map((field) => [field, 1 as const])) }))
      return db.collection(name).createIndexes(keys)
    }),
  )
}

/**
 * The store on MongoDB, for several servers: one document per aggregate with its follow-ups in an outbox, written by
 * one single-document write, then the follow-ups in order, then the outbox is trimmed. What a crash leaves is finished
 * by the next load or relay. No sessions, no transactions, no partial indexes, no update pipelines.
 */
export async function openMongoStore(specs: readonly CollectionSpec[], options: { url: string }): Promise<Store> {
  const collections = readCollections(specs)
  const client = await connect(options.url)
  const db = client.db(databaseName(options.url))
  try {
    await prepare(db, collections.specs)
  } catch (error) {
    await client.close()
    throw error
  }

  const of = (name: string): Collection<StoredDocument> => db.collection<StoredDocument>(collections.get(name).name)

  const keysFor = (collection: string) =>
    uniqueKeys(db.collection<UniqueKey>('_keys'), async (owner, key) => {
      const document = await of(collection).findOne({ _id: owner })
      return (
        document?.data !== undefined &&
        keysOf(collections.get(collection), owner, decodeDocument(document.data)).includes(key)
      )
    })

  async function applyFollowUp(followUp: FollowUp): Promise<void> {
    const collection = of(followUp.collection)
    try {
      if (followUp.kind === 'insert') {
        await collection.insertOne({ _id: followUp.id, version: 1, revision: 0, data: encodeDocument(followUp.data) })
      } else if (followUp.kind === 'put') {
        await collection.updateOne(
          { _id: followUp.id, revision: { $lt: followUp.revision }, removed: { $ne: true } },
          { $set: { revision: followUp.revision, data: encodeDocument(followUp.data) }, $inc: { version: 1 } },
          { upsert: true },
        )
      } else {
        await remove(collection, followUp.collection, followUp.id)
      }
    } catch (error) {
      // The document is there already, in this state or a later one.
      if (!isDuplicate(error)) throw error
    }
  }

  async function remove(collection: Collection<StoredDocument>, name: string, id: string): Promise<void> {
    const spec = collections.get(name)
    const before = spec.indexes.some((index) => index.unique) ? await collection.findOne({ _id: id }) : null
    await collection.updateOne(
      { _id: id, removed: { $ne: true } },
      {
        $set: { removed: true, removedAt: new Date() },
        $unset: { data: '' },
        $inc: { version: 1 },
        $setOnInsert: { revision: 0 },
      },
      { upsert: true },
    )
    if (before?.data !== undefined) await keysFor(name).free(keysOf(spec, id, decodeDocument(before.data)), id)
  }

  const outboxPort: OutboxPort = {
    apply: applyFollowUp,
    async trim({ collection, id, commit }) {
      await of(collection).updateOne({ _id: id, pending: commit }, { $unset: { pending: '', outbox: '' } })
    },
  }

  async function finish(collection: string, document: StoredDocument): Promise<void> {
    const { _id: id, pending: commit, outbox } = document
    if (commit === undefined) return
    await finishOutbox({ collection, id, commit, followUps: JSON.parse(outbox ?? '[]') as FollowUp[] }, outboxPort)
  }

  /** The document with its earlier follow-ups done. */
  async function settled(collection: string, id: string): Promise<StoredDocument | null> {
    for (;;) {
      const document = await of(collection).findOne({ _id: id })
      if (document?.pending === undefined) return document
      await finish(collection, document)
    }
  }

  /** One attempt to write the aggregate; throws when the answer was lost. */
  async function writeOnce(
    collection: string,
    id: string,
    expectedVersion: number,
    fields: { data: unknown; outbox: string | null; commit: string },
  ): Promise<boolean> {
    const { data, outbox, commit } = fields
    const left = outbox === null ? {} : { pending: commit, outbox }
    if (expectedVersion === 0) {
      try {
        await of(collection).insertOne({ _id: id, version: 1, revision: 0, data, commits: [commit], ...left })
        return true
      } catch (error) {
        if (isDuplicate(error)) return false
        throw error
      }
    }
    const { matchedCount } = await of(collection).updateOne(
      { _id: id, version: expectedVersion, removed: { $ne: true }, pending: { $exists: false } },
      {
        $set: { version: expectedVersion + 1, data, ...left },
        $push: { commits: { $each: [commit], $slice: -commitsKept } },
      },
    )
    return matchedCount === 1
  }

  /** Writes the aggregate, however often the answer is lost: the commit's own name in the document tells. */
  async function write(
    collection: string,
    id: string,
    expectedVersion: number,
    fields: { data: unknown; outbox: string | null; commit: string },
  ): Promise<boolean> {
    for (let lost = 0; ;) {
      let written = false
      try {
        written = await writeOnce(collection, id, expectedVersion, fields)
      } catch (error) {
        lost += 1
        const unknown =
          error instanceof MongoNetworkError || (error instanceof MongoServerError && !!error.errorLabels?.length)
        if (!unknown || lost > 3) throw error
      }
      if (written) return true
      const document = await of(collection).findOne({ _id: id })
      if (document?.commits?.includes(fields.commit)) return true
      const current = document?.removed ? -1 : (document?.version ?? 0)
      if (current !== expectedVersion) return false
      if (document) await finish(collection, document)
      else if (lost === 0) return false
    }
  }

  function translate(error: unknown): unknown {
    return error instanceof MongoServerError && outOfDisk.has(Number(error.code))
      ? storeError('storage_full', 'The disk of the database is full', error)
      : error
  }

  async function commitAggregate(
    collection: string,
    id: string,
    expectedVersion: number,
    data: unknown,
    followUps: FollowUp[],
  ): Promise<CommitResult> {
    const spec = collections.get(collection)
    const commit = randomUUID()
    const keys = keysFor(collection)
    const wanted = keysOf(spec, id, data)
    const before =
      expectedVersion > 0 && spec.indexes.some((index) => index.unique) ? await settled(collection, id) : null
    if (!(await keys.hold(wanted, id, commit))) return { ok: false, reason: 'duplicate' }
    const outbox = followUps.length === 0 ? null : JSON.stringify(followUps)
    let written = false
    try {
      written = await write(collection, id, expectedVersion, { data: encodeDocument(data), outbox, commit })
    } finally {
      if (!written) await keys.release(wanted, commit)
    }
    if (!written) return { ok: false, reason: 'conflict' }
    try {
      if (outbox !== null) await finishOutbox({ collection, id, commit, followUps }, outboxPort)
      if (before?.data !== undefined) {
        const old = keysOf(spec, id, decodeDocument(before.data)).filter((key) => !wanted.includes(key))
        await keys.free(old, id)
      }
    } catch {
      // The commit stands; the relay or the next load finishes what follows from it.
    }
    return { ok: true, version: expectedVersion + 1 }
  }

  return {
    async load<T>(collection: string, id: string) {
      const document = await settled(collection, id)
      if (!document || document.data === undefined) return null
      return { id, version: document.version, data: decodeDocument<T>(document.data) }
    },

    async commit({ aggregate, followUps }) {
      const { collection, id, expectedVersion } = aggregate
      const plain = JSON.parse(JSON.stringify({ data: aggregate.data, followUps })) as {
        data: unknown
        followUps: FollowUp[]
      }
      collections.checkData(collection, id, plain.data)
      for (const followUp of plain.followUps) collections.checkFollowUp(followUp)
      try {
        return await commitAggregate(collection, id, expectedVersion, plain.data, plain.followUps)
      } catch (error) {
        throw translate(error)
      }
    },

    async find<T>(collection: string, query: Query) {
      const { sort, limit } = readOrder(query)
      const cursor = readCursor(collection, query, sort)
      const match = matchOf(query.filter)
      const documents = await of(collection)
        .find(cursor ? { $and: [match, behind(sort, cursor)] } : match, {
          sort: sort.map(([path, direction]): [string, 1 | -1] => [fieldOf(path), direction]),
          limit: limit + 1,
          projection: { version: 1, data: 1 },
        })
        .toArray()
      const items = documents
        .slice(0, limit)
        .map((document) => ({ id: document._id, version: document.version, data: decodeDocument<T>(document.data) }))
      const last = items.at(-1)
      const more = documents.length > limit && last
      return { items, next: more ? cursorAfter(collection, query, sortValues(last.id, last.data, sort)) : null }
    },

    count: async (collection, filter) => of(collection).countDocuments(matchOf(filter)),

    async group(collection, { filter, by, sum }) {
      const rows = await of(collection)
        .aggregate<{ _id: Scalar; count: number; sum: number }>([
          { $match: matchOf(filter) },
          {
            $group: {
              _id: { $ifNull: [`$${fieldOf(by)}`, null] },
              count: { $sum: 1 },
              sum: sum === undefined ? { $sum: 0 } : { $sum: `$${fieldOf(sum)}` },
            },
          },
          { $sort: { _id: 1 } },
        ])
        .toArray()
      return rows.map((row) => ({ key: row._id, count: row.count, sum: row.sum }))
    },

    async relay() {
      let finished = 0
      for (const { name } of collections.specs) {
        for (const document of await of(name)
          .find({ pending: { $gt: '' } })
          .limit(1000)
          .toArray()) {
          await finish(name, document)
          finished += 1
        }
        await of(name).deleteMany({ removedAt: { $lt: new Date(Date.now() - tombstonesKept) } })
      }
      return finished
    },

    close: async () => client.close(),
  }
}
