import type { Store } from '../../workflows/runtime/ports.ts'

export interface FaultStore {
  store: Store
  /** Operations so far. */
  operations(): number
  isDead(): boolean
}

/**
 * A store as a process sees it that is killed at its N-th operation: before the operation has happened, or after it,
 * with the answer lost. From then on nothing answers any more.
 */
export function faultStore(inner: Store, dieAt: number, when: 'before' | 'after'): FaultStore {
  let count = 0
  let dead = false
  const forever = () => new Promise<never>(() => {})
  const faulty =
    <Arguments extends unknown[], Answer>(operation: (...given: Arguments) => Promise<Answer>) =>
    async (...given: Arguments): Promise<Answer> => {
      if (dead) return forever()
      count += 1
      const dies = count === dieAt
      if (dies) dead = true
      if (dies && when === 'before') return forever()
      const answer = await operation(...given)
      return dies || dead ? forever() : answer
    }
  return {
    operations: () => count,
    isDead: () => dead,
    store: {
      load: faulty(inner.load) as Store['load'],
      find: faulty(inner.find) as Store['find'],
      commit: faulty(inner.commit),
      count: faulty(inner.count),
      group: faulty(inner.group),
      relay: faulty(inner.relay),
      close: inner.close,
    },
  }
}
