import { defineStore } from 'pinia'
import { ref } from 'vue'

/** How much waits for the person who is signed in; the workbench keeps it true, the rail shows it. */
export const useWaiting = defineStore('waiting', () => {
  const overdue = ref(0)
  return { overdue }
})
