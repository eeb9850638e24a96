import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { readHandled, type Handled, type Subject } from '../../api/hands-on.ts'
import { useCrumbs } from '../../stores/crumbs.ts'
import { useReading } from '../../stores/use-reading.ts'

/**
 * The case or run that an admin lays hands on, with what else its page needs, kept true live. `arrived` takes over each
 * reading; `shut` says why nothing can be done, beyond that it is over.
 */
export function useHandled<More>(options: {
  readonly subject: () => Subject
  readonly title: string
  readonly more: (handled: Handled) => Promise<More>
  readonly arrived?: (handled: Handled, more: More) => void
  readonly shut?: (more: More) => string
}) {
  const { t } = useI18n()
  const crumbs = useCrumbs()
  const { held: all, missing: absent } = useReading({
    async read() {
      const handled = await readHandled(options.subject())
      return { handled, more: await options.more(handled) }
    },
    of: () => options.subject().id,
    topics: () => {
      const { kind, id } = options.subject()
      return [kind === 'case' ? `case:${id}` : 'cases']
    },
    shown({ handled, more }) {
      crumbs.show([{ label: handled.name }, { label: options.title }])
      options.arrived?.(handled, more)
    },
  })
  const held = computed(() => all.value?.handled ?? null)
  const more = computed(() => all.value?.more ?? null)
  const missing = computed(() => {
    if (!all.value) return absent.value
    return all.value.handled.isOpen ? (options.shut?.(all.value.more) ?? '') : t('cases.move.closed')
  })
  return { held, more, missing }
}
