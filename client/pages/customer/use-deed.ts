import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from '../../api/api-error.ts'
import { newIdempotencyKey } from '../../api/http.ts'

/**
 * One deed of the customer: runs it, keeps its problem, and keeps its key until it has succeeded, so that trying again
 * after a lost answer never does it twice.
 */
export function useDeed() {
  const { t } = useI18n()
  const busy = ref(false)
  const problem = ref('')
  const where = ref<string | null>(null)
  let key = newIdempotencyKey()

  async function run<T>(deed: (key: string) => Promise<T>): Promise<T | null> {
    if (busy.value) return null
    busy.value = true
    problem.value = ''
    where.value = null
    try {
      const done = await deed(key)
      key = newIdempotencyKey()
      return done
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      problem.value = error.status === 0 ? t('customer.offline') : error.detail || t('customer.failed')
      where.value = error.where
      if (error.status >= 400 && error.status < 500) key = newIdempotencyKey()
      return null
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, where, run }
}
