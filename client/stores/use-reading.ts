import { ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from '../api/api-error.ts'
import { useLive } from './use-live.ts'

export interface ReadingOptions<T> {
  readonly read: () => Promise<T>
  /** What the page is about: when it changes, nothing of the old one stays. */
  readonly of: () => unknown
  readonly topics: () => readonly string[]
  /** Called with each answer that is shown. */
  readonly shown?: (value: T) => void
}

/**
 * One thing that a page shows, kept true by the live stream. An answer that was overtaken is dropped; what stands there
 * stays when a later reading fails; `missing` says why there is nothing.
 */
export function useReading<T>({ read, of, topics, shown }: ReadingOptions<T>) {
  const { t } = useI18n()
  const held = shallowRef<T | null>(null)
  const missing = ref('')

  let asked = 0
  async function again() {
    const mine = ++asked
    try {
      const value = await read()
      if (mine !== asked) return
      held.value = value
      missing.value = ''
      shown?.(value)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (mine === asked && held.value === null)
        missing.value = error.status === 0 ? t('deed.offline') : error.detail || t('deed.gone')
    }
  }
  watch(
    of,
    () => {
      held.value = null
      missing.value = ''
      void again()
    },
    { immediate: true },
  )
  useLive(topics, () => void again())

  return { held, missing, read: again }
}
