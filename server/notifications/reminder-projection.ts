import type { Sentence } from '../../workflows/model/problem.ts'
import type { Projection } from '../../workflows/runtime/face.ts'
import type { Remind } from '../../workflows/engine/requests.ts'
import { notificationFollowUp } from './notifications-store.ts'

const texts: Record<Remind['why'], Sentence> = {
  beforeDue: { zh: '任务快到期了', en: 'A task of yours is due soon' },
  afterDue: { zh: '任务已超时', en: 'A task of yours is overdue' },
  escalated: { zh: '有任务超时，已转给您处理', en: 'An overdue task was passed on to you' },
  cc: { zh: '有任务抄送给您', en: 'You were copied on a task' },
  urged: { zh: '有人催办您的任务', en: 'Somebody asks you to hurry with a task' },
  asked: { zh: '有人就任务向您提问', en: 'Somebody asked you a question about a task' },
  answered: { zh: '您的提问有了回答', en: 'Your question was answered' },
  transferred: { zh: '有任务转交给您', en: 'A task was handed over to you' },
}

/** The engine's reminders become notifications in the same commit as the step that caused them. */
export const reminderProjection: Projection = ({ instance, events, requests }) => {
  const at = events.at(-1)?.at
  if (at === undefined) return []
  return requests
    .filter((request): request is Remind => request.type === 'remind')
    .flatMap(({ reminderId, taskId, to, why }) =>
      to.map((userId) =>
        notificationFollowUp(reminderId, {
          to: userId,
          at,
          why,
          text: texts[why],
          taskId,
          caseNo: instance.businessKey,
          readAt: null,
        }),
      ),
    )
}
