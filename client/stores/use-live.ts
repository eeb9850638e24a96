import { onScopeDispose, watch, type WatchSource } from 'vue'
import { follow, type LiveOptions } from '../api/events.ts'

/**
 * Reads again when something changed on one of the topics, and whenever the line comes up: what happened before that,
 * also between the page's first reading and its first line, nobody has told. Several changes within a moment are one
 * reading. Ends with the page.
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
      stop = wanted.length > 0 ? follow(wanted, { event: soon, line: (isUp) => isUp && soon() }, options) : () => {}
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    clearTimeout(timer)
    stop()
  })
}
