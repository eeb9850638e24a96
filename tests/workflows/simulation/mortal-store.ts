import { faultStore } from '../../support/fault-store.ts'
import type { FaultStore } from '../../support/fault-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'

/** Lets what is at work go on for a while. */
const breathe = async (isOver: () => boolean) => {
  for (let turn = 0; turn < 400 && !isOver(); turn += 1) await new Promise((done) => setImmediate(done))
}

/** A store whose process may be killed at any of its operations, and which another process then goes on with. */
export function mortalStore(inner: Store) {
  let fault: FaultStore | null = null
  const now = () => fault?.store ?? inner
  const store: Store = {
    load: (...given) => now().load(...given),
    find: (...given) => now().find(...given),
    commit: (...given) => now().commit(...given),
    count: (...given) => now().count(...given),
    group: (...given) => now().group(...given),
    relay: () => now().relay(),
    close: () => inner.close(),
  }
  return {
    store,
    /** Does something, killed at the nth operation, before or after it. Whether it was. */
    async killedAt(dieAt: number, when: 'before' | 'after', work: () => Promise<unknown>): Promise<boolean> {
      const dying = faultStore(inner, dieAt, when)
      fault = dying
      let finished = false
      void work().then(() => (finished = true))
      await breathe(() => finished || dying.isDead())
      if (dying.isDead()) await breathe(() => false)
      fault = null
      return dying.isDead()
    },
  }
}
