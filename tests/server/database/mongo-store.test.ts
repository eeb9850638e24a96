import { MongoClient } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../../server/database/store.ts'
import type { CollectionSpec, FollowUp } from '../../../workflows/runtime/ports.ts'
import { freshMongoUrl, hasMongo } from '../../support/mongo-database.ts'
import { contractCollections, describeStore } from './store-contract.ts'

const specs: CollectionSpec[] = [
  { name: 'orders', indexes: [{ fields: ['orderNo'], unique: true }] },
  { name: 'notes', indexes: [] },
]

describe.skipIf(!hasMongo())('on MongoDB', () => {
  describeStore('MongoDB', async () => openStore({ mongoUrl: freshMongoUrl() }, contractCollections))

  async function withRaw<T>(mongoUrl: string, work: (db: ReturnType<MongoClient['db']>) => Promise<T>): Promise<T> {
    const client = await MongoClient.connect(mongoUrl, { retryWrites: false })
    try {
      return await work(client.db())
    } finally {
      await client.close()
    }
  }

  /** An order as a server leaves it that died between the aggregate and its follow-ups. */
  const leaveOutbox = (mongoUrl: string, id: string, followUps: FollowUp[]) =>
    withRaw(mongoUrl, (db) =>
      db.collection<{ _id: string }>('orders').insertOne({
        _id: id,
        version: 1,
        revision: 0,
        data: { state: 'open' },
        commits: ['c1'],
        pending: 'c1',
        outbox: JSON.stringify(followUps),
      } as never),
    )

  const note = (id: string, text: string): FollowUp => ({ kind: 'insert', collection: 'notes', id, data: { text } })

  it('finishes the outbox that a crash left before it gives the aggregate out', async () => {
    const mongoUrl = freshMongoUrl()
    const store = await openStore({ mongoUrl }, specs)
    await leaveOutbox(mongoUrl, 'o1', [note('n1', 'follows')])

    expect(await store.load('notes', 'n1')).toBeNull()
    expect(await store.load('orders', 'o1')).toMatchObject({ version: 1 })
    expect(await store.load('notes', 'n1')).toMatchObject({ data: { text: 'follows' } })
    await store.close()
  })

  it('finishes it before the next commit, so that follow-ups keep their order', async () => {
    const mongoUrl = freshMongoUrl()
    const store = await openStore({ mongoUrl }, specs)
    await leaveOutbox(mongoUrl, 'o1', [note('n1', 'first')])

    const result = await store.commit({
      aggregate: { collection: 'orders', id: 'o1', expectedVersion: 1, data: { state: 'closed' } },
      followUps: [{ kind: 'remove', collection: 'notes', id: 'n1' }],
    })

    expect(result).toEqual({ ok: true, version: 2 })
    expect(await store.load('notes', 'n1')).toBeNull()
    expect(await store.relay()).toBe(0)
    await store.close()
  })

  it('relays what nobody loads, once, also when some of it was already done', async () => {
    const mongoUrl = freshMongoUrl()
    const store = await openStore({ mongoUrl }, specs)
    await leaveOutbox(mongoUrl, 'o1', [
      note('n1', 'a'),
      note('n2', 'b'),
      { kind: 'remove', collection: 'notes', id: 'n1' },
    ])
    await store.commit({
      aggregate: { collection: 'notes', id: 'n1', expectedVersion: 0, data: { text: 'a' } },
      followUps: [],
    })

    expect(await store.relay()).toBe(1)
    expect(await store.relay()).toBe(0)
    expect(await store.load('notes', 'n1')).toBeNull()
    expect(await store.load('notes', 'n2')).toMatchObject({ data: { text: 'b' } })
    await store.close()
  })

  it('lets two servers finish the same outbox at once without doing anything twice', async () => {
    const mongoUrl = freshMongoUrl()
    const [one, two] = await Promise.all([openStore({ mongoUrl }, specs), openStore({ mongoUrl }, specs)])
    const many = Array.from({ length: 30 }, (_, index) => note(`n${index}`, 'x'))
    await leaveOutbox(mongoUrl, 'o1', [...many, { kind: 'remove', collection: 'notes', id: 'n0' }])

    await Promise.all([one.load('orders', 'o1'), two.relay(), two.load('orders', 'o1'), one.relay()])

    expect(await one.count('notes')).toBe(29)
    expect(await one.load('notes', 'n0')).toBeNull()
    await Promise.all([one.close(), two.close()])
  })

  it('takes a unique value back from a commit that never came, after a while', async () => {
    const mongoUrl = freshMongoUrl()
    const store = await openStore({ mongoUrl }, specs)
    const commit = (id: string) =>
      store.commit({
        aggregate: { collection: 'orders', id, expectedVersion: 0, data: { orderNo: 'A' } },
        followUps: [],
      })
    const hold = (at: Date) =>
      withRaw(mongoUrl, (db) =>
        db
          .collection<{ _id: string }>('_keys')
          .updateOne(
            { _id: JSON.stringify(['orders', 'orderNo', 'A']) },
            { $set: { owner: 'crashed', commit: 'c', at } },
            { upsert: true },
          ),
      )

    await hold(new Date())
    expect(await commit('o1')).toEqual({ ok: false, reason: 'duplicate' })

    await hold(new Date(Date.now() - 11 * 60_000))
    expect(await commit('o1')).toEqual({ ok: true, version: 1 })
    expect(await commit('o2')).toEqual({ ok: false, reason: 'duplicate' })
    await store.close()
  })

  it('refuses data that a newer release has migrated', async () => {
    const mongoUrl = freshMongoUrl()
    await (await openStore({ mongoUrl }, specs)).close()
    await withRaw(mongoUrl, (db) =>
      db.collection<{ _id: number }>('_migrations').insertOne({ _id: 999, name: 'future' } as never),
    )

    await expect(openStore({ mongoUrl }, specs)).rejects.toThrow(/newer release \(migration 999/)
  })

  it('says at start what is wrong with an address where nothing answers', async () => {
    const nowhere = 'mongodb://127.0.0.1:9/retour?serverSelectionTimeoutMS=200'

    await expect(openStore({ mongoUrl: nowhere }, specs)).rejects.toThrow(
      /Expected a MongoDB 4.4 or later at MONGODB_URL/,
    )
  })
})
