import { refuse } from '../../workflows/model/problem.ts'

export const taskRefusals = {
  notFound: () =>
    refuse('task.not_found', {
      zh: '没有这个任务，或者不归你看。',
      en: 'There is no such task, or it is not yours to see.',
    }),
}
