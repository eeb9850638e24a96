import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { onLine } from '../api/http.ts'

/** Whether the server can be reached; the bar under the top bar shows it. */
export const useConnection = defineStore('connection', () => {
  const network = ref(navigator.onLine)
  const answered = ref(true)
  const online = computed(() => network.value && answered.value)

  window.addEventListener('online', () => (network.value = true))
  window.addEventListener('offline', () => (network.value = false))
  onLine({ reached: (reached) => (answered.value = reached) })

  return { online }
})
