import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface PageCrumb {
  readonly label: string
  readonly to?: string
}

/** What a page adds to the path in the top bar behind the name of its area; emptied at each change of page. */
export const useCrumbs = defineStore('crumbs', () => {
  const trail = shallowRef<readonly PageCrumb[]>([])
  const show = (crumbs: readonly PageCrumb[]) => {
    trail.value = crumbs
  }
  return { trail, show }
})
