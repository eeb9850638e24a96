import type { ProcessInstance } from '../engine/instance.ts'
import type { TaskDocument } from './face.ts'

/** An instance at hand, as it was last committed, with the inbox documents of its open tasks that are known. */
export interface HeldInstance {
  instance: ProcessInstance
  version: number
  tasks: Map<string, TaskDocument>
}

/** A bounded memory of instances, so that the next command needs no read; the version tells when it was wrong. */
export interface HotInstances {
  /** Takes it out: whoever works on it puts it back when its commit is there, or leaves it out. */
  take(id: string): HeldInstance | undefined
  put(id: string, held: HeldInstance): void
  drop(id: string): void
}

export function createHotInstances(limit: number): HotInstances {
  const held = new Map<string, HeldInstance>()
  return {
    take(id) {
      const found = held.get(id)
      if (found) held.delete(id)
      return found
    },
    put(id, value) {
      held.set(id, value)
      if (held.size <= limit) return
      const oldest = held.keys().next()
      if (!oldest.done) held.delete(oldest.value)
    },
    drop: (id) => void held.delete(id),
  }
}
