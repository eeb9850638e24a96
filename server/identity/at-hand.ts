import type { Stored } from '../../workflows/runtime/ports.ts'

/** Documents that every request asks for and hardly any changes, kept in memory for as long as nobody writes them. */
export interface AtHand<T> {
  load(id: string): Promise<Stored<T> | null>
  /** Writes one of them: whoever asks when it is done reads it anew. */
  write<R>(id: string, work: () => Promise<R>): Promise<R>
}

/** So many of a kind; those that were read first go first. */
const MOST = 5000

/**
 * Keeps what `read` brought until it is written. For a process that is alone with its store only: what another process
 * writes would not be seen.
 */
export function createAtHand<T>(read: (id: string) => Promise<Stored<T> | null>): AtHand<T> {
  const kept = new Map<string, Stored<T>>()
  /** Beginnings and ends of writes: what was read across one of them may be what stood before. */
  let writes = 0

  function forget(id: string): void {
    writes += 1
    kept.delete(id)
  }

  async function fetched(id: string): Promise<Stored<T> | null> {
    const before = writes
    const found = await read(id)
    if (!found || writes !== before) return found
    kept.set(id, found)
    if (kept.size > MOST) kept.delete(kept.keys().next().value as string)
    return found
  }

  return {
    load: async (id) => kept.get(id) ?? fetched(id),
    async write(id, work) {
      forget(id)
      try {
        return await work()
      } finally {
        forget(id)
      }
    },
  }
}

/** The same face with nothing kept, where other processes write as well. */
export function nothingAtHand<T>(read: (id: string) => Promise<Stored<T> | null>): AtHand<T> {
  return { load: read, write: (_, work) => work() }
}
