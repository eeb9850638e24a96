import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { phraseOfDuration } from '../../components/format.ts'
import { useFormat } from '../../components/use-format.ts'
import type { TaskDetail } from '../../../server/contract/tasks.ts'
import { timelineOf } from './step-entries.ts'

interface About {
  detail: () => TaskDetail | null
  acting: () => boolean
  /** The name of who reads. */
  me: () => string
}

/** The way of the case so far as a timeline, and how long it has taken. */
export function useTaskSteps({ detail, acting, me }: About) {
  const { t, te } = useI18n()
  const format = useFormat()

  const entries = computed(() =>
    timelineOf(
      detail()?.steps ?? [],
      {
        waits(step) {
          const names = step?.waitingFor ?? []
          const mine = names.includes(me()) && acting()
          return {
            mine,
            text: mine ? t('tasks.waitsForYou') : t('tasks.waitsFor', { who: names.join(t('cases.comma')) }),
          }
        },
        duration: format.duration,
        waited: (since) => {
          const phrase = phraseOfDuration(Math.max(0, format.now.value - Date.parse(since)))
          return t('time.waited', { length: t(phrase.key, phrase.values) })
        },
        act: (name) => (te(`cases.act.${name}`) ? t(`cases.act.${name}`) : name),
        automatic: t('tasks.automatic'),
      },
      detail()?.case?.steps ?? [],
    ),
  )
  const whole = computed(() => {
    const opened = detail()?.case?.openedAt
    if (!opened) return ''
    const end = detail()?.case?.closedAt
    return t('tasks.historyWhole', {
      length: format.duration((end ? Date.parse(end) : format.now.value) - Date.parse(opened)),
    })
  })

  return { entries, whole }
}
