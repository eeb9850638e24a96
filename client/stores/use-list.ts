import { computed, nextTick, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from '../api/api-error.ts'
import type { Paged } from '../api/orders.ts'
import { useLive } from './use-live.ts'

/** As many as one request may ask for. */
const most = 200

export interface ListOptions<Item> {
  /** One page; what narrows the list is the caller's. */
  readonly page: (part: { limit: number; after?: string }, signal: AbortSignal) => Promise<Paged<Item>>
  readonly idOf: (item: Item) => string
  /** What narrows the list: when it changes, the list begins anew. */
  readonly wanted: () => unknown
  readonly topics: readonly string[]
  readonly pageSize?: number
}

/**
 * A list that grows page by page and is kept true by the live stream: a reading that was overtaken is dropped, the old
 * rows stay while it reloads, and one row is the one under the keyboard (its element carries its id as `data-row`).
 */
export function useList<Item>({ page, idOf, wanted, topics, pageSize = 50 }: ListOptions<Item>) {
  const { t } = useI18n()
  const items = shallowRef<readonly Item[]>([])
  const next = ref<string | null>(null)
  const total = ref(0)
  const known = ref(false)
  const reading = ref(false)
  const loadingMore = ref(false)
  const problem = ref('')
  const current = ref<string | null>(null)

  const sentenceOf = (error: ApiError) =>
    error.status === 0 ? t('deed.offline') : error.detail || t('deed.loadFailed')

  let asking = new AbortController()
  async function read(limit = Math.min(most, Math.max(pageSize, items.value.length))) {
    asking.abort()
    asking = new AbortController()
    const { signal } = asking
    reading.value = true
    try {
      const found = await page({ limit }, signal)
      if (signal.aborted) return
      items.value = found.items
      next.value = found.next
      total.value = found.total ?? found.items.length
      known.value = true
      problem.value = ''
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      problem.value = sentenceOf(error)
    } finally {
      if (!signal.aborted) reading.value = false
    }
  }

  let view = new AbortController()
  async function more() {
    const after = next.value
    if (!after || loadingMore.value) return
    const { signal } = view
    loadingMore.value = true
    try {
      const found = await page({ limit: pageSize, after }, signal)
      if (signal.aborted) return
      const held = new Set(items.value.map(idOf))
      items.value = [...items.value, ...found.items.filter((item) => !held.has(idOf(item)))]
      next.value = found.next
      problem.value = ''
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof ApiError)) throw error
      problem.value = sentenceOf(error)
    } finally {
      loadingMore.value = false
    }
  }

  watch(
    () => JSON.stringify(wanted()),
    () => {
      view.abort()
      view = new AbortController()
      current.value = null
      void read(pageSize)
    },
    { immediate: true },
  )
  useLive(
    () => topics,
    () => void read(),
  )

  const selected = computed(() => items.value.find((item) => idOf(item) === current.value))
  function move(by: number) {
    const rows = items.value
    const place = rows.findIndex((item) => idOf(item) === current.value)
    const at = place < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, place + by))
    const row = rows[at]
    current.value = row === undefined ? null : idOf(row)
    void nextTick(() =>
      document.querySelector(`[data-row="${CSS.escape(current.value ?? '')}"]`)?.scrollIntoView({ block: 'nearest' }),
    )
  }

  return { items, next, total, known, reading, loadingMore, problem, read, more, current, selected, move }
}
