import { onScopeDispose, ref } from 'vue'

interface Timing {
  /** How long a pause in typing is, in milliseconds. */
  readonly pause?: number
  wait?(milliseconds: number, then: () => void): () => void
}

const waitWithTimer = (milliseconds: number, then: () => void) => {
  const timer = setTimeout(then, milliseconds)
  return () => clearTimeout(timer)
}

/**
 * Keeps what is typed: saved after each pause, one save at a time, the newest last. What could not be saved is tried
 * again with the next change, or when `retry` is called because the line is back.
 */
export function useDraft<Data>(save: (data: Data) => Promise<{ savedAt: string }>, timing: Timing = {}) {
  const wait = timing.wait ?? waitWithTimer
  const state = ref<'idle' | 'waiting' | 'saving' | 'saved' | 'failed'>('idle')
  const savedAt = ref<string | null>(null)
  let pending: { data: Data } | null = null
  let running: Promise<void> | null = null
  let stopWaiting = () => {}

  async function write(): Promise<void> {
    while (pending) {
      const { data } = pending
      pending = null
      state.value = 'saving'
      try {
        savedAt.value = (await save(data)).savedAt
        if (!pending) state.value = 'saved'
      } catch {
        pending ??= { data }
        state.value = 'failed'
        return
      }
    }
  }

  /** Saves at once what waits; done when it is kept or has failed. */
  function flush(): Promise<void> {
    stopWaiting()
    running ??= write().finally(() => (running = null))
    return running
  }

  /** The data changed. */
  function changed(data: Data): void {
    pending = { data }
    state.value = 'waiting'
    stopWaiting()
    stopWaiting = wait(timing.pause ?? 1200, () => void flush())
  }

  /** Forgets what waits: the deed is done, or what was typed is no longer wanted. */
  function drop(): void {
    stopWaiting()
    pending = null
    state.value = 'idle'
  }

  onScopeDispose(() => {
    stopWaiting()
    if (pending) void flush()
  })
  return { state, savedAt, changed, flush, drop, retry: () => (state.value === 'failed' ? flush() : Promise.resolve()) }
}
