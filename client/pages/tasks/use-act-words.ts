import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TaskDetail } from '../../../server/contract/tasks.ts'
import type { ActOffer } from './acts.ts'

interface About {
  offer: () => ActOffer | null
  detail: () => TaskDetail
  /** The deed in the language of the page. */
  label: () => string
  /** What is paid back by it, in words; null when that is not its matter. */
  amount: () => string | null
  /** The customer reads the comment. */
  isRead: () => boolean
}

/** What the dialog before an act says: what will happen, what stays, and what the comment is. */
export function useActWords(about: About) {
  const { t, te } = useI18n()

  const words = computed(() => {
    const { task, next, signers } = about.detail()
    const values = {
      caseNo: task.caseNo ?? task.title,
      customer: task.customerName || t('tasks.customer'),
      label: about.label(),
      amount: about.amount() ?? '',
    }
    const say = (key: string) => t(`tasks.dialog.${key}`, values)
    const name = about.offer()?.name ?? ''
    if (name === 'approve') {
      const first = next[0]
      const others = signers.filter(({ state }) => state === 'open' || state === 'waiting').length > 1
      return {
        will: [
          say(others ? 'approveOne' : about.amount() ? 'approveWill' : 'approvePlain'),
          ...(first && !others ? [t('tasks.dialog.approveNext', { name: first.name })] : []),
        ],
        stays: [],
      }
    }
    const area = task.caseNo === null && te(`tasks.dialog.${name}Plain`) ? `${name}Plain` : `${name}Will`
    return {
      will: [say(te(`tasks.dialog.${area}`) ? area : 'otherWill')],
      stays: te(`tasks.dialog.${name}Stays`) && task.caseNo !== null ? [say(`${name}Stays`)] : [],
    }
  })

  const commentField = computed(() => {
    const name = about.offer()?.name
    if (name === 'reject')
      return { label: t('tasks.dialog.reason'), help: about.isRead() ? t('tasks.dialog.reasonHelp') : undefined }
    if (name === 'ask')
      return { label: t('tasks.dialog.question'), help: about.isRead() ? t('tasks.dialog.questionHelp') : undefined }
    return { label: t('tasks.dialog.comment'), help: t('tasks.dialog.commentColleagues') }
  })

  return { words, commentField }
}
