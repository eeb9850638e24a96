import { computed, shallowRef } from 'vue'
import { listTasks } from '../../api/tasks.ts'
import type { TaskSummary } from '../../../server/contract/tasks.ts'

/** My own tasks in the order of the workbench, so that one leads to the next. */
export function useQueue(taskId: () => string) {
  const tasks = shallowRef<readonly TaskSummary[]>([])
  const place = computed(() => tasks.value.findIndex((task) => task.taskId === taskId()))

  async function read(): Promise<void> {
    tasks.value = (await listTasks('mine', { limit: 100 })).items
  }

  const neighbor = (by: number): TaskSummary | null => tasks.value[place.value + by] ?? null

  return {
    read,
    /** Where this one stands, from 1; null when it is not one of mine. */
    position: computed(() => (place.value < 0 ? null : { at: place.value + 1, of: tasks.value.length })),
    previous: computed(() => (place.value > 0 ? neighbor(-1) : null)),
    following: computed(() => (place.value < 0 ? (tasks.value[0] ?? null) : neighbor(1))),
  }
}
