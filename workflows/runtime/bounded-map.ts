/** A memory of what can be made again: what was kept first goes when there is too much. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  has(key: string): boolean
  set(key: string, value: V): void
}

export function createBoundedMap<V>(limit: number, gone: (key: string) => void = () => {}): BoundedMap<V> {
  const kept = new Map<string, V>()
  return {
    get: (key) => kept.get(key),
    has: (key) => kept.has(key),
    set(key, value) {
      kept.set(key, value)
      if (kept.size <= limit) return
      const oldest = kept.keys().next()
      if (oldest.done) return
      kept.delete(oldest.value)
      gone(oldest.value)
    },
  }
}
