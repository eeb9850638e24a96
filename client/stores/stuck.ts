import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { ApiError } from '../api/api-error.ts'
import { readIncidentSummary } from '../api/incidents.ts'
import type { IncidentSummary } from '../../server/contract/cases.ts'

/** How much is stuck, and of what; the shell keeps it true for those who mend it. */
export const useStuck = defineStore('stuck', () => {
  const summary = shallowRef<IncidentSummary>({ total: 0, processes: [], codes: [] })

  /** What cannot be read now stays as it was: the number in the rail is no place for an error. */
  async function read() {
    try {
      summary.value = await readIncidentSummary()
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }

  return { summary, read }
})
