import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { actOnTask } from '../../api/tasks.ts'
import { useFormat } from '../../components/use-format.ts'
import { useDeed } from '../../stores/use-deed.ts'
import { useToasts } from '../../stores/toasts.ts'
import type { TaskDetail } from '../../../server/contract/tasks.ts'
import { actRequest, type ActInput, type ActOffer } from './acts.ts'

/** Acts with a sentence of their own afterwards. */
const told = new Set(
  'reject ask transfer complete delegate opinion addSigner removeSigner cc return urge revoke withdraw reassign terminate answer'.split(
    ' ',
  ),
)

/** The act that is being asked about, its sending, and the word after it. Used by the list and by the task's own page. */
export function useActs() {
  const { t } = useI18n()
  const format = useFormat()
  const toasts = useToasts()
  const deed = useDeed()
  const offer = ref<ActOffer | null>(null)

  function ask(next: ActOffer) {
    deed.forget()
    offer.value = next
  }

  function close() {
    offer.value = null
  }

  /** What is said after the deed. */
  function wordAfter(done: ActOffer, detail: TaskDetail): string {
    const title = detail.task.title
    if (done.name === 'approve')
      return detail.refund
        ? t('tasks.done.approve', { title, amount: format.money(detail.refund, detail.task.currency) })
        : t('tasks.done.approvePlain', { title })
    return t(`tasks.done.${told.has(done.name) ? done.name : 'other'}`, { title })
  }

  /** Sends the act. Null when it was refused: the sentence is in `deed.problem`, what was typed stays. */
  async function send(
    done: ActOffer,
    detail: TaskDetail,
    input: ActInput,
    variables: Record<string, unknown> | null,
  ): Promise<TaskDetail | null> {
    const after = await deed.run((key) =>
      actOnTask(detail.task.taskId, actRequest(done, input, variables, detail), key),
    )
    if (after === null) return null
    offer.value = null
    toasts.say(wordAfter(done, detail))
    return after
  }

  return { offer, deed, ask, close, send }
}
