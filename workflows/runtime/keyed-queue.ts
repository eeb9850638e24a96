/** Runs work one after the other for each key; different keys do not wait for each other. */
export interface KeyedQueue {
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

export function createKeyedQueue(): KeyedQueue {
  const last = new Map<string, Promise<unknown>>()
  return {
    run<T>(key: string, work: () => Promise<T>): Promise<T> {
      const before = last.get(key)
      const current = before ? before.then(work, work) : work()
      last.set(key, current)
      const clear = () => {
        if (last.get(key) === current) last.delete(key)
      }
      current.then(clear, clear)
      return current
    },
  }
}
