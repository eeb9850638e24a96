import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isStoreError } from '../../../workflows/runtime/ports.ts'
import type { CollectionSpec, Filter, FollowUp, Query, Store } from '../../../workflows/runtime/ports.ts'

/** Collections of the suite. */
export const contractCollections: CollectionSpec[] = [
  { name: 'orders', indexes: [{ fields: ['state', 'placedAt'] }, { fields: ['orderNo'], unique: true }] },
  {
    name: 'tasks',
    indexes: [{ fields: ['state', 'dueAt'] }, { fields: ['open.by'] }],
    lists: ['waitingFor'],
  },
  { name: 'notes', indexes: [] },
]

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'nothing was thrown'
  } catch (error) {
    return isStoreError(error) ? error.code : String(error)
  }
}

/** What a store is. Runs against every implementation; `open` gives an empty store with `contractCollections`. */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`the ${name} store`, () => {
    let store: Store
    let count = 0
    /** A prefix of its own for each test, so that they share one store without meeting. */
    const fresh = () => `t${(count += 1)}`

    beforeAll(async () => {
      store = await open()
    })
    afterAll(async () => {
      await store.close()
    })

    const create = (collection: string, id: string, data: unknown, followUps: FollowUp[] = []) =>
      store.commit({ aggregate: { collection, id, expectedVersion: 0, data }, followUps })
    const change = (
      collection: string,
      id: string,
      expectedVersion: number,
      data: unknown,
      followUps: FollowUp[] = [],
    ) => store.commit({ aggregate: { collection, id, expectedVersion, data }, followUps })
    const ids = async (collection: string, filter: Filter, sort: Query['sort'] = []) =>
      (await store.find(collection, { filter, sort, limit: 100 })).items.map((item) => item.id)

    describe('aggregates', () => {
      it('gives back what was committed, with version 1', async () => {
        const id = fresh()

        const result = await create('orders', id, { state: 'open', nested: { list: [1, 'a', null] }, name: '退货' })

        expect(result).toEqual({ ok: true, version: 1 })
        expect(await store.load('orders', id)).toEqual({
          id,
          version: 1,
          data: { state: 'open', nested: { list: [1, 'a', null] }, name: '退货' },
        })
      })

      it('knows nothing of an id that was never committed', async () => {
        expect(await store.load('orders', fresh())).toBeNull()
      })

      it('counts the version up with each change', async () => {
        const id = fresh()
        await create('orders', id, { amount: 1 })

        expect(await change('orders', id, 1, { amount: 2 })).toEqual({ ok: true, version: 2 })
        expect(await change('orders', id, 2, { amount: 3 })).toEqual({ ok: true, version: 3 })
        expect(await store.load('orders', id)).toEqual({ id, version: 3, data: { amount: 3 } })
      })

      it('answers a conflict to a version that is no longer current, and writes nothing', async () => {
        const id = fresh()
        const note: FollowUp = { kind: 'insert', collection: 'notes', id: `${id}-note`, data: {} }
        await create('orders', id, { amount: 1 })
        await change('orders', id, 1, { amount: 2 })

        expect(await change('orders', id, 1, { amount: 9 }, [note])).toEqual({ ok: false, reason: 'conflict' })
        expect(await create('orders', id, { amount: 9 }, [note])).toEqual({ ok: false, reason: 'conflict' })
        expect(await change('orders', `${id}-absent`, 1, { amount: 9 }, [note])).toEqual({
          ok: false,
          reason: 'conflict',
        })
        expect(await store.load('orders', id)).toEqual({ id, version: 2, data: { amount: 2 } })
        expect(await store.load('notes', `${id}-note`)).toBeNull()
      })

      it('lets exactly one of many who change the same version win', async () => {
        const id = fresh()
        await create('orders', id, { winner: null })

        const results = await Promise.all(
          Array.from({ length: 20 }, (_, winner) =>
            change('orders', id, 1, { winner }, [
              { kind: 'insert', collection: 'notes', id: `${id}-${winner}`, data: { winner } },
            ]),
          ),
        )

        const winners = results.flatMap((result, index) => (result.ok ? [index] : []))
        expect(winners).toHaveLength(1)
        expect(await store.load('orders', id)).toMatchObject({ version: 2, data: { winner: winners[0] } })
        expect(await ids('notes', { winner: { $exists: true }, id: { $gte: `${id}-`, $lt: `${id}.` } })).toEqual([
          `${id}-${winners[0]}`,
        ])
      })

      it('keeps what was committed apart from what the caller does with it afterwards', async () => {
        const id = fresh()
        const data = { list: [1] }
        const committing = create('orders', id, data)
        data.list.push(2)
        await committing

        const loaded = await store.load<{ list: number[] }>('orders', id)
        loaded?.data.list.push(3)

        expect((await store.load('orders', id))?.data).toEqual({ list: [1] })
      })

      it('keeps names that mean something elsewhere: dots, dollars, empty', async () => {
        const id = fresh()
        const data = { 'a.b': 1, $set: { $gt: 2 }, '': 3, 'a＄b': 4, nested: [{ '$c.d': 5 }] }
        await create('orders', id, data)

        expect((await store.load('orders', id))?.data).toEqual(data)
      })

      it('keeps numbers, texts and order of lists exactly', async () => {
        const id = fresh()
        const data = { big: 9007199254740991, negative: -0.5, zero: 0, text: '𠮷 \u0000 é', list: [3, 1, 2] }
        await create('orders', id, data)

        expect((await store.load('orders', id))?.data).toEqual(data)
      })

      it('refuses a second document with the value of a unique index, and writes nothing', async () => {
        const id = fresh()
        const note: FollowUp = { kind: 'insert', collection: 'notes', id: `${id}-note`, data: {} }
        await create('orders', `${id}-1`, { orderNo: id })

        expect(await create('orders', `${id}-2`, { orderNo: id }, [note])).toEqual({ ok: false, reason: 'duplicate' })
        expect(await store.load('orders', `${id}-2`)).toBeNull()
        expect(await store.load('notes', `${id}-note`)).toBeNull()
      })

      it('refuses a change to a unique value that is taken, and frees the old value with a change', async () => {
        const id = fresh()
        await create('orders', `${id}-1`, { orderNo: `${id}-A` })
        await create('orders', `${id}-2`, { orderNo: `${id}-B` })

        expect(await change('orders', `${id}-2`, 1, { orderNo: `${id}-A` })).toEqual({ ok: false, reason: 'duplicate' })
        expect(await change('orders', `${id}-1`, 1, { orderNo: `${id}-C` })).toEqual({ ok: true, version: 2 })
        expect(await change('orders', `${id}-2`, 1, { orderNo: `${id}-A` })).toEqual({ ok: true, version: 2 })
      })

      it('lets one of many who want the same unique value have it', async () => {
        const id = fresh()

        const results = await Promise.all(
          Array.from({ length: 10 }, (_, index) => create('orders', `${id}-${index}`, { orderNo: id })),
        )

        expect(results.filter((result) => result.ok)).toHaveLength(1)
        expect(await ids('orders', { orderNo: id })).toHaveLength(1)
      })

      it('does not call missing values equal', async () => {
        const id = fresh()
        expect(await create('orders', `${id}-1`, {})).toMatchObject({ ok: true })
        expect(await create('orders', `${id}-2`, { orderNo: null })).toMatchObject({ ok: true })
        expect(await create('orders', `${id}-3`, {})).toMatchObject({ ok: true })
      })

      it('refuses a list where an index expects a plain value', async () => {
        expect(await codeOf(create('orders', fresh(), { state: ['open'] }))).toBe('field.list')
      })

      it('refuses a follow-up into a collection with a unique index, because it could not answer for it', async () => {
        const followUp: FollowUp = { kind: 'insert', collection: 'orders', id: fresh(), data: {} }
        expect(await codeOf(create('notes', fresh(), {}, [followUp]))).toBe('followUp.unique')
      })

      it('refuses a collection that nobody declared', async () => {
        expect(await codeOf(create('orderz', fresh(), {}))).toBe('collection.unknown')
        expect(await codeOf(store.load('orderz', 'x'))).toBe('collection.unknown')
        expect(await codeOf(create('orders', fresh(), {}, [{ kind: 'remove', collection: 'orderz', id: 'x' }]))).toBe(
          'collection.unknown',
        )
      })
    })

    describe('follow-ups', () => {
      it('are there when the commit is answered, in their order', async () => {
        const id = fresh()

        await create('orders', id, {}, [
          { kind: 'insert', collection: 'notes', id: `${id}-a`, data: { text: 'first' } },
          { kind: 'insert', collection: 'notes', id: `${id}-b`, data: { text: 'gone' } },
          { kind: 'insert', collection: 'notes', id: `${id}-a`, data: { text: 'second' } },
          { kind: 'remove', collection: 'notes', id: `${id}-b` },
          { kind: 'put', collection: 'tasks', id: `${id}-t`, data: { state: 'open' }, revision: 1 },
          { kind: 'put', collection: 'tasks', id: `${id}-t`, data: { state: 'closed' }, revision: 2 },
        ])

        expect((await store.load('notes', `${id}-a`))?.data).toEqual({ text: 'first' })
        expect(await store.load('notes', `${id}-b`)).toBeNull()
        expect((await store.load('tasks', `${id}-t`))?.data).toEqual({ state: 'closed' })
      })

      it('insert leaves a document alone that exists', async () => {
        const id = fresh()
        const note = (text: string): FollowUp => ({
          kind: 'insert',
          collection: 'notes',
          id: `${id}-n`,
          data: { text },
        })
        await create('orders', id, {}, [note('first')])
        await change('notes', `${id}-n`, 1, { text: 'changed' })

        await change('orders', id, 1, {}, [note('again')])

        expect(await store.load('notes', `${id}-n`)).toMatchObject({ version: 2, data: { text: 'changed' } })
      })

      it('a removed document is not revived: not by an insert, not by a put, not by a commit', async () => {
        const id = fresh()
        const gone = `${id}-n`
        await create('orders', id, {}, [{ kind: 'insert', collection: 'notes', id: gone, data: { text: 'once' } }])
        await change('orders', id, 1, {}, [{ kind: 'remove', collection: 'notes', id: gone }])

        await change('orders', id, 2, {}, [
          { kind: 'insert', collection: 'notes', id: gone, data: { text: 'late' } },
          { kind: 'put', collection: 'notes', id: gone, data: { text: 'late' }, revision: 99 },
        ])

        expect(await store.load('notes', gone)).toBeNull()
        expect(await create('notes', gone, {})).toEqual({ ok: false, reason: 'conflict' })
        expect(await change('notes', gone, 1, {})).toEqual({ ok: false, reason: 'conflict' })
        expect(await ids('notes', { id: gone })).toEqual([])
        expect(await store.count('notes', { id: gone })).toBe(0)
      })

      it('an insert that comes after its own removal does nothing', async () => {
        const id = fresh()
        await create('orders', id, {}, [{ kind: 'remove', collection: 'notes', id: `${id}-n` }])

        await change('orders', id, 1, {}, [{ kind: 'insert', collection: 'notes', id: `${id}-n`, data: {} }])

        expect(await store.load('notes', `${id}-n`)).toBeNull()
      })

      it('put shows the latest revision, whatever the order of arrival', async () => {
        const id = fresh()
        const put = (revision: number): FollowUp => ({
          kind: 'put',
          collection: 'tasks',
          id: `${id}-t`,
          data: { state: `r${revision}` },
          revision,
        })

        await create('orders', id, {}, [put(3)])
        await change('orders', id, 1, {}, [put(2)])
        expect((await store.load('tasks', `${id}-t`))?.data).toEqual({ state: 'r3' })

        await change('orders', id, 2, {}, [put(4), put(4), put(1)])
        expect((await store.load('tasks', `${id}-t`))?.data).toEqual({ state: 'r4' })
      })

      it('a follow-up makes a concurrent change of its document a conflict', async () => {
        const id = fresh()
        await create('orders', id, {}, [
          { kind: 'insert', collection: 'notes', id: `${id}-job`, data: { state: 'waiting' } },
        ])
        await change('orders', id, 1, {}, [{ kind: 'remove', collection: 'notes', id: `${id}-job` }])

        expect(await change('notes', `${id}-job`, 1, { state: 'leased' })).toEqual({ ok: false, reason: 'conflict' })
      })

      it('relay finds nothing to do after commits that went well', async () => {
        const id = fresh()
        await create('orders', id, {}, [{ kind: 'insert', collection: 'notes', id: `${id}-n`, data: {} }])

        expect(await store.relay()).toBe(0)
      })
    })

    describe('find', () => {
      let p = ''
      beforeAll(async () => {
        p = 'q'
        const tasks: Record<string, unknown>[] = [
          {
            state: 'open',
            dueAt: '2026-01-03',
            waitingFor: ['li', 'wang'],
            amount: 300,
            open: { by: 'li' },
            urgent: true,
          },
          { state: 'open', dueAt: '2026-01-01', waitingFor: ['li'], amount: 100, name: '取消订单 ABC' },
          { state: 'open', dueAt: '2026-01-02', waitingFor: [], amount: 200, open: { by: 'wang' }, urgent: false },
          { state: 'closed', dueAt: null, waitingFor: ['zhao'], amount: -5, name: 'abc 100% (sure)' },
          { state: 'closed', waitingFor: 'li', amount: '200', tags: [{ a: 1 }], name: null },
          { state: 'odd', dueAt: '2026-01-02', amount: 200.5, labels: ['Rot', '绿'] },
        ]
        for (const [index, task] of tasks.entries()) await create('tasks', `${p}${index + 1}`, task)
      })

      const found = async (filter: Filter) =>
        (await ids('tasks', { ...filter, id: { $gte: p, $lt: 'r' } })).map((id) => Number(id.slice(1)))

      const cases: [string, Filter, number[]][] = [
        ['everything with an empty filter', {}, [1, 2, 3, 4, 5, 6]],
        ['a plain value of an indexed field', { state: 'open' }, [1, 2, 3]],
        ['a plain value of a field without index', { amount: 200 }, [3]],
        ['a text that looks like a number as a text', { amount: '200' }, [5]],
        ['a nested path', { 'open.by': 'li' }, [1]],
        ['an item of a declared list, or the value itself', { waitingFor: 'li' }, [1, 2, 5]],
        ['an item of a list that nobody declared', { labels: '绿' }, [6]],
        ['a boolean', { urgent: true }, [1]],
        ['false apart from missing', { urgent: false }, [3]],
        ['null as null or missing', { dueAt: null }, [4, 5]],
        ['null as null or missing, without index', { name: null }, [1, 3, 5, 6]],
        ['several conditions at once', { state: 'open', amount: { $gte: 200 } }, [1, 3]],
        ['$eq', { state: { $eq: 'odd' } }, [6]],
        ['$ne with missing ones', { dueAt: { $ne: '2026-01-02' } }, [1, 2, 4, 5]],
        ['$ne null as present and not null', { dueAt: { $ne: null } }, [1, 2, 3, 6]],
        ['$ne on a list as no item', { waitingFor: { $ne: 'wang' } }, [2, 3, 4, 5, 6]],
        ['$in', { state: { $in: ['odd', 'closed'] } }, [4, 5, 6]],
        ['$in with null', { dueAt: { $in: ['2026-01-01', null] } }, [2, 4, 5]],
        ['$in nothing', { state: { $in: [] } }, []],
        ['$in on a list', { waitingFor: { $in: ['wang', 'zhao'] } }, [1, 4]],
        ['$nin', { state: { $nin: ['open', 'odd'] } }, [4, 5]],
        ['$nin on a list', { labels: { $nin: ['Rot'] } }, [1, 2, 3, 4, 5]],
        ['$gt of numbers without texts', { amount: { $gt: 100 } }, [1, 3, 6]],
        ['$gt of texts without numbers', { amount: { $gt: '1' } }, [5]],
        ['$lte and $gte as a range', { amount: { $gte: 100, $lte: 200 } }, [2, 3]],
        ['$lt of texts without missing ones', { dueAt: { $lt: '2026-01-02' } }, [2]],
        ['$lt of numbers', { amount: { $lt: 100 } }, [4]],
        ['$exists true, null included', { dueAt: { $exists: true } }, [1, 2, 3, 4, 6]],
        ['$exists false', { 'open.by': { $exists: false } }, [2, 4, 5, 6]],
        ['$contains without regard to case', { name: { $contains: 'abc' } }, [2, 4]],
        ['$contains in Chinese', { name: { $contains: '订单' } }, [2]],
        ['$contains with signs taken literally', { name: { $contains: '0% (S' } }, [4]],
        ['$contains of a pattern that no text has', { name: { $contains: '.*' } }, []],
        ['$contains in an item of a list', { labels: { $contains: 'ro' } }, [6]],
        ['$or', { $or: [{ state: 'odd' }, { amount: { $lt: 0 } }] }, [4, 6]],
        ['$and of $or', { $and: [{ $or: [{ state: 'odd' }, { state: 'open' }] }, { dueAt: '2026-01-02' }] }, [3, 6]],
        ['nothing for a text with SQL in it', { state: "open' OR 1=1 --" }, []],
      ]
      it.each(cases)('matches %s', async (_name, filter, expected) => {
        expect(await found(filter)).toEqual(expected)
        expect(await store.count('tasks', { ...filter, id: { $gte: p, $lt: 'r' } })).toBe(expected.length)
      })

      it('sorts by several fields, missing first, the id last', async () => {
        const range: Filter = { id: { $gte: p, $lt: 'r' } }

        expect(await ids('tasks', range, [['dueAt', 1]])).toEqual(['q4', 'q5', 'q2', 'q3', 'q6', 'q1'])
        expect(await ids('tasks', range, [['dueAt', -1]])).toEqual(['q1', 'q3', 'q6', 'q2', 'q4', 'q5'])
        expect(
          await ids('tasks', range, [
            ['state', 1],
            ['amount', -1],
          ]),
        ).toEqual(['q5', 'q4', 'q6', 'q1', 'q3', 'q2'])
        expect(await ids('tasks', range, [['id', -1]])).toEqual(['q6', 'q5', 'q4', 'q3', 'q2', 'q1'])
      })

      it('pages by cursor through every order without a gap or a double', async () => {
        const orders: Query['sort'][] = [
          [],
          [['dueAt', 1]],
          [['dueAt', -1]],
          [
            ['state', 1],
            ['dueAt', -1],
          ],
          [['id', -1]],
        ]
        for (const sort of orders) {
          const query: Query = { filter: { id: { $gte: p, $lt: 'r' } }, sort: sort ?? [], limit: 2 }
          const whole = (await store.find('tasks', { ...query, limit: 100 })).items.map((item) => item.id)
          const paged: string[] = []
          let after: string | null = null
          do {
            const page: Awaited<ReturnType<Store['find']>> = await store.find(
              'tasks',
              after === null ? query : { ...query, after },
            )
            paged.push(...page.items.map((item) => item.id))
            after = page.next
          } while (after !== null)
          expect(paged).toEqual(whole)
        }
      })

      it('keeps its place when documents come and go between two pages', async () => {
        const id = fresh()
        for (const letter of ['b', 'd', 'f']) await create('notes', `${id}-${letter}`, { list: id })
        const query: Query = { filter: { list: id }, limit: 2 }
        const first = await store.find('notes', query)

        await create('notes', `${id}-a`, { list: id })
        await create('notes', `${id}-e`, { list: id })

        const second = await store.find('notes', { ...query, after: first.next ?? '' })
        expect(second.items.map((item) => item.id)).toEqual([`${id}-e`, `${id}-f`])
        expect(second.next).toBeNull()
      })

      it('refuses a cursor that is broken, or of another query', async () => {
        const query: Query = { filter: { id: { $gte: p, $lt: 'r' } }, sort: [['dueAt', 1]], limit: 2 }
        const after = (await store.find('tasks', query)).next ?? ''
        const tampered = `${after.slice(0, 12)}${after[12] === 'A' ? 'B' : 'A'}${after.slice(13)}`

        for (const broken of ['', 'nonsense', '%', '{}', tampered, `${after}A`])
          expect(await codeOf(store.find('tasks', { ...query, after: broken }))).toBe('cursor.invalid')
        expect(await codeOf(store.find('tasks', { ...query, sort: [['amount', 1]], after }))).toBe('cursor.invalid')
        expect(await codeOf(store.find('tasks', { ...query, filter: {}, after }))).toBe('cursor.invalid')
        expect(await codeOf(store.find('notes', { ...query, after }))).toBe('cursor.invalid')
      })

      it('refuses what is not of the language', async () => {
        const wrong: unknown[] = [
          { limit: 0 },
          { limit: 1e9 },
          { limit: 1.5 },
          { limit: 10, sort: [['__proto__', 1]] },
          { limit: 10, sort: [['state; DROP TABLE tasks', 1]] },
          { limit: 10, sort: [['state', 2]] },
          { limit: 10, filter: { 'a"b': 1 } },
          { limit: 10, filter: { $where: 'true' } },
          { limit: 10, filter: { state: { $regex: 'x' } } },
          { limit: 10, filter: { state: { toString: 'x' } } },
          { limit: 10, filter: { state: { $eq: { $gt: '' } } } },
          { limit: 10, filter: { state: ['open'] } },
          { limit: 10, filter: { state: undefined } },
          { limit: 10, filter: { $or: { state: 'open' } } },
          { limit: 10, filter: { amount: { $gt: null } } },
          { limit: 10, filter: { amount: Number.NaN } },
        ]
        for (const query of wrong) expect(await codeOf(store.find('tasks', query as Query))).toBe('query.invalid')
      })

      it('follows a list when its document changes', async () => {
        const id = fresh()
        await create('tasks', id, { waitingFor: [`${id}-a`, `${id}-b`, `${id}-b`] })
        await change('tasks', id, 1, { waitingFor: [`${id}-b`, `${id}-c`] })

        expect(await ids('tasks', { waitingFor: `${id}-a` })).toEqual([])
        expect(await ids('tasks', { waitingFor: `${id}-b` })).toEqual([id])
        expect(await ids('tasks', { waitingFor: `${id}-c` })).toEqual([id])
      })
    })

    describe('group', () => {
      it('counts and sums by the value of a field', async () => {
        const id = fresh()
        const lines: [string | null, number][] = [
          ['open', 10],
          ['open', 5],
          ['closed', 7],
          [null, 1],
        ]
        for (const [index, [state, amount]] of lines.entries())
          await create('notes', `${id}-${index}`, { batch: id, state, amount })

        expect(await store.group('notes', { filter: { batch: id }, by: 'state', sum: 'amount' })).toEqual([
          { key: null, count: 1, sum: 1 },
          { key: 'closed', count: 1, sum: 7 },
          { key: 'open', count: 2, sum: 15 },
        ])
        expect(await store.group('notes', { filter: { batch: id, state: 'open' }, by: 'state' })).toEqual([
          { key: 'open', count: 2, sum: 0 },
        ])
        expect(await store.group('notes', { filter: { batch: `${id}?` }, by: 'state' })).toEqual([])
      })
    })
  })
}
