import { describe, expect, it } from 'vitest'
import { createAtHand } from '../../../server/identity/at-hand.ts'
import { createIdentityStore, identityCollections } from '../../../server/identity/identity-store.ts'
import type { SessionDocument } from '../../../server/identity/identity-store.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'

/** Documents behind a door that the test opens: each read waits for its turn. */
function aShelf() {
  const stored = { id: 'li', version: 1, data: 'old' }
  const reads: (() => void)[] = []
  const atHand = createAtHand<string>((id) => {
    const found = id === 'li' ? { ...stored } : null
    return new Promise((resolve) => reads.push(() => resolve(found)))
  })
  const write = (data: string) =>
    atHand.write('li', async () => {
      stored.data = data
    })
  const load = async (id = 'li') => {
    const loaded = atHand.load(id)
    reads.shift()?.()
    return (await loaded)?.data
  }
  return { atHand, reads, write, load }
}

describe('a document at hand', () => {
  it('is read once', async () => {
    const { atHand, reads, load } = aShelf()
    await load()

    const again = await atHand.load('li')

    expect(again?.data).toBe('old')
    expect(reads).toHaveLength(0)
  })

  it('is read anew after it was written, and after a write that failed', async () => {
    const { atHand, write, load } = aShelf()
    await load()

    await write('new')
    expect(await load()).toBe('new')
    await expect(atHand.write('li', () => Promise.reject(new Error('full')))).rejects.toThrow('full')

    expect(await load()).toBe('new')
  })

  it('is not kept when it was read while somebody wrote', async () => {
    const { atHand, reads, write, load } = aShelf()
    const before = atHand.load('li')
    await write('new')
    reads.shift()?.()
    expect((await before)?.data).toBe('old')

    expect(await load()).toBe('new')
  })

  it('is not missed for ever when it comes later', async () => {
    const { reads, atHand, load } = aShelf()

    expect(await load('zhao')).toBeUndefined()
    void atHand.load('zhao')

    expect(reads).toHaveLength(1)
  })
})

describe('sessions where other processes write as well', () => {
  it('are read with every request', async () => {
    const store = createMemoryStore(identityCollections)
    const [here, elsewhere] = [createIdentityStore(store, false), createIdentityStore(store, false)]
    const at = '2026-11-25T02:00:00.000Z'
    const session: SessionDocument = { userId: 'li', createdAt: at, lastSeenAt: at, endedAt: null }
    await here.saveSession('s1', 0, session)
    expect((await here.session('s1'))?.data.endedAt).toBeNull()

    await elsewhere.saveSession('s1', 1, { ...session, endedAt: at })

    expect((await here.session('s1'))?.data.endedAt).toBe(at)
  })
})
