import { defineStore } from 'pinia'
import { ref } from 'vue'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly undo?: () => void
}

const lifeMilliseconds = 4000

/** Successes of something whose place has left the screen; errors stand at their field, never here. */
export const useToasts = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let last = 0

  function dismiss(id: number) {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  function say(text: string, undo?: () => void) {
    const id = ++last
    toasts.value = [...toasts.value.slice(-2), undo ? { id, text, undo } : { id, text }]
    setTimeout(() => dismiss(id), lifeMilliseconds)
  }

  return { toasts, say, dismiss }
})
