import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'

/** What is edited, with everything that was done to it: each step can be taken back and done again. */
export interface CommandStack<T> {
  readonly current: ShallowRef<T>
  readonly canUndo: ComputedRef<boolean>
  readonly canRedo: ComputedRef<boolean>
  /** One step. Steps with the same `merge` that follow each other are one, such as the letters of a word. */
  change(next: T, merge?: string): void
  undo(): void
  redo(): void
  /** Starts over: nothing before this can be taken back. */
  reset(value: T): void
}

const deepest = 200

/** Do and undo over values that are never changed in place. */
export function createCommandStack<T>(start: T): CommandStack<T> {
  const current = shallowRef(start)
  const done = shallowRef<readonly T[]>([])
  const undone = shallowRef<readonly T[]>([])
  let last: string | undefined

  return {
    current,
    canUndo: computed(() => done.value.length > 0),
    canRedo: computed(() => undone.value.length > 0),
    change(next, merge) {
      if (merge === undefined || merge !== last) done.value = [...done.value, current.value].slice(-deepest)
      last = merge
      undone.value = []
      current.value = next
    },
    undo() {
      const before = done.value.at(-1)
      if (before === undefined) return
      done.value = done.value.slice(0, -1)
      undone.value = [...undone.value, current.value]
      current.value = before
      last = undefined
    },
    redo() {
      const after = undone.value.at(-1)
      if (after === undefined) return
      undone.value = undone.value.slice(0, -1)
      done.value = [...done.value, current.value]
      current.value = after
      last = undefined
    },
    reset(value) {
      current.value = value
      done.value = []
      undone.value = []
      last = undefined
    },
  }
}
