import { ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError, type FieldProblem } from '../api/api-error.ts'
import { newIdempotencyKey } from '../api/http.ts'

/**
 * One deed of a person: runs it, keeps its problem, and keeps its key until it has succeeded, so that trying again
 * after a lost answer never does it twice. `words` is the area of messages that says `offline` and `failed`.
 */
export function useDeed(words = 'deed') {
  const { t } = useI18n()
  const busy = ref(false)
  const problem = ref('')
  const where = ref<string | null>(null)
  const code = ref('')
  const status = ref(0)
  const fields = shallowRef<readonly FieldProblem[]>([])
  const places = shallowRef<readonly FieldProblem[]>([])
  let key = newIdempotencyKey()

  function forget() {
    problem.value = ''
    where.value = null
    code.value = ''
    status.value = 0
    fields.value = []
    places.value = []
  }

  async function run<T>(deed: (key: string) => Promise<T>): Promise<T | null> {
    if (busy.value) return null
    busy.value = true
    forget()
    try {
      const done = await deed(key)
      key = newIdempotencyKey()
      return done
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      problem.value = error.status === 0 ? t(`${words}.offline`) : error.detail || t(`${words}.failed`)
      where.value = error.where
      code.value = error.code
      status.value = error.status
      fields.value = error.fields
      places.value = error.places
      if (error.status >= 400 && error.status < 500) key = newIdempotencyKey()
      return null
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, where, code, status, fields, places, run, forget }
}
