import { onScopeDispose, watch, type WatchSource } from 'vue'
import { follow, type LiveOptions } from '../api/events.ts'

/**
 * Reads again when something changed on one of the topics, or when the line is back after a break. Several changes
 * within a moment are one reading. Ends with the page.
 */
export function useLive(
  topics: WatchSource<readonly string[]>,
  read: () => void,
  options: LiveOptions & { pause?: number } = {},
): void {
  let stop = () => {}
  let timer: ReturnType<typeof setTimeout> | undefined
  const soon = () => {
    clearTimeout(timer)
    timer = setTimeout(read, options.pause ?? 250)
  }
  watch(
    topics,
    (wanted, before) => {
      if (before && String(wanted) === String(before)) return
      stop()
      stop = wanted.length > 0 ? follow(wanted, { event: soon, resumed: soon }, options) : () => {}
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    stop()
  })
}
