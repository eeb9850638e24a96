import { computed, onScopeDispose, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** A pause in writing after which a search begins. */
const pause = 250

/** What narrows a list stands in the address, so that a view can be kept and passed on. */
export function useAddress<Name extends string>(names: readonly Name[]) {
  const route = useRoute()
  const router = useRouter()
  const value = (name: Name) => {
    const found = route.query[name]
    return typeof found === 'string' ? found : ''
  }
  const filter = computed(() => Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, string>)
  const filtered = computed(() => names.some((name) => filter.value[name] !== ''))

  function show(change: Partial<Record<Name, string>>) {
    const wanted = Object.entries<string | undefined>({ ...filter.value, ...change }).filter(([, text]) => text)
    void router.replace({ query: Object.fromEntries(wanted) })
  }

  return { filter, filtered, show }
}

/** What somebody writes to search for: it becomes part of the address when he pauses, and follows it when that changes. */
export function useSearchText(shown: () => string, show: (text: string) => void) {
  const text = ref(shown())
  let timer: ReturnType<typeof setTimeout> | undefined
  function write(words: string) {
    text.value = words
    clearTimeout(timer)
    timer = setTimeout(() => show(words.trim()), pause)
  }
  watch(shown, (words) => {
    if (words !== text.value.trim()) text.value = words
  })
  onScopeDispose(() => clearTimeout(timer))
  return { text, write }
}
