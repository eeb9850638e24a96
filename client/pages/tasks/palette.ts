import { listTasks } from '../../api/tasks.ts'
import type { Command } from '../../components/command.ts'
import type { PaletteContext } from '../palette.ts'

/** My own tasks: the most urgent at once, else those whose case, title, step or customer holds the text. */
export const provide = ({ t, router }: PaletteContext) => ({
  id: 'tasks',
  async search(text: string): Promise<Command[]> {
    const wanted = text.trim().toLowerCase()
    const { items } = await listTasks('mine', { limit: 100 })
    return items
      .filter((task) =>
        [task.caseNo ?? '', task.title, task.step, task.customerName].some((part) =>
          part.toLowerCase().includes(wanted),
        ),
      )
      .slice(0, 5)
      .map((task) => ({
        id: `task:${task.taskId}`,
        group: t('tasks.palette'),
        title: task.title,
        ...(task.caseNo ? { lead: task.caseNo } : {}),
        note: task.step,
        state: 'mine' as const,
        amount: task.amount,
        currency: task.currency,
        ...(task.dueAt ? { due: task.dueAt } : {}),
        run: () => void router.push({ name: 'task', params: { taskId: task.taskId } }),
      }))
  },
})
