import { flushPromises, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { amountOf, mostTogether, stillThere, together, toggled } from '../../../../client/pages/workbench/batch.ts'
import BatchDialog from '../../../../client/pages/workbench/BatchDialog.vue'
import TaskRows from '../../../../client/pages/workbench/TaskRows.vue'
import type { TaskSummary } from '../../../../server/contract/tasks.ts'
import { show } from '../../../support/mount.ts'

const task = (taskId: string, batch: Partial<TaskSummary['batch']> = {}): TaskSummary => ({
  taskId,
  caseNo: `S-${taskId}`,
  title: '退货',
  step: '经理审批',
  customerName: '郑书瑶',
  tier: 'silver',
  amount: 10_000,
  currency: 'CNY',
  dueAt: null,
  openedAt: '2026-11-23T01:48:00Z',
  assignee: null,
  claimable: false,
  approval: true,
  mark: null,
  outcome: null,
  batch: { blocked: null, needsComment: false, ...batch },
})

async function dialog(tasks: readonly TaskSummary[], results: unknown[] = []) {
  setActivePinia(createPinia())
  const sent: unknown[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)) })
    return new Response(JSON.stringify({ results }), { status: 200 })
  })
  const onDone = vi.fn<() => void>()
  const { wrapper } = await show(BatchDialog, { open: true, tasks, onDone })
  await flushPromises()
  const submit = async (wrapped: VueWrapper = wrapper as VueWrapper) => {
    await wrapped.find('dialog form').trigger('submit')
    await flushPromises()
  }
  return { wrapper, sent, onDone, submit }
}

afterEach(() => vi.unstubAllGlobals())

describe('choosing tasks', () => {
  it('tells those that can be agreed to together from those that have to be opened', () => {
    const tasks = [task('1'), task('2', { blocked: 'signature' })]

    expect(together(tasks)).toEqual({ possible: [tasks[0]], blocked: [tasks[1]] })
    expect(amountOf(tasks)).toBe(20_000)
    expect(together(Array.from({ length: 120 }, (_, at) => task(String(at)))).possible).toHaveLength(mostTogether)
  })

  it('forgets what has left the list, and takes a choice back', () => {
    expect([...stillThere(new Set(['1', '2']), [task('2')])]).toEqual(['2'])
    expect([...toggled(toggled(new Set(['1']), '2'), '1')]).toEqual(['2'])
  })

  it('is done in the rows with boxes that have names, all of them at the head', async () => {
    const onChoose = vi.fn<(taskId: string) => void>()
    const onChooseAll = vi.fn<(all: boolean) => void>()
    const { wrapper } = await show(TaskRows, {
      groups: [{ key: 'none', items: [task('1'), task('2', { blocked: 'fields' })] }],
      view: 'mine',
      current: null,
      busy: null,
      chosen: new Set(['1']),
      onChoose,
      onChooseAll,
    })
    const boxes = wrapper.findAll('input[type=checkbox]')
    expect(wrapper.findAll('label').map((label) => label.text())).toEqual(['全选', '选中 S-1 退货', '选中 S-2 退货'])

    await boxes[2]!.setValue(true)
    await boxes[0]!.setValue(true)

    expect(onChoose).toHaveBeenCalledWith('2')
    expect(onChooseAll).toHaveBeenCalledWith(true)
    expect(wrapper.html()).toContain('有必填的内容')
  })

  it('is offered for my own tasks only', async () => {
    const props = { groups: [{ key: 'none', items: [task('1')] }], current: null, busy: null, chosen: new Set() }

    const { wrapper } = await show(TaskRows, { ...props, view: 'claimable' })

    expect(wrapper.findAll('input[type=checkbox]')).toHaveLength(0)
  })
})

describe('agreeing to several tasks', () => {
  it('says which will be agreed to and which have to be opened and why, then sends one comment with each', async () => {
    const { wrapper, sent, submit } = await dialog([task('1'), task('2', { blocked: 'signature' }), task('3')])
    expect(wrapper.find('button[type=submit]').text()).toBe('同意 2 件，¥200.00')
    expect(wrapper.text()).toContain('要签名')

    await wrapper.find('textarea').setValue('情况属实')
    await submit()

    expect(sent).toEqual([
      {
        url: '/api/tasks/batch',
        body: {
          acts: [
            { taskId: '1', action: 'approve', comment: '情况属实' },
            { taskId: '3', action: 'approve', comment: '情况属实' },
          ],
        },
      },
    ])
  })

  it('tells of each what came of it, in words', async () => {
    const { wrapper, onDone, submit } = await dialog(
      [task('1'), task('2')],
      [
        { taskId: '1', code: 'ok', message: null },
        { taskId: '2', code: 'task.closed', message: { zh: '李桂兰 10:31 已经驳回了。', en: 'Rejected.' } },
      ],
    )

    await submit()

    expect(wrapper.find('h2').text()).toBe('同意了 1 件，共 2 件')
    expect(wrapper.findAll('.rt-outcomes li').map((row) => row.text().replaceAll(/\s+/g, ' '))).toEqual([
      'S-1 退货已同意',
      'S-2 退货李桂兰 10:31 已经驳回了。',
    ])
    expect(onDone).toHaveBeenCalledOnce()
    expect(wrapper.findAll('.rt-confirm__end button').map((button) => button.text())).toEqual(['知道了'])
  })

  it('wants the words that a step wants before anything is sent', async () => {
    const { wrapper, sent, submit } = await dialog([task('1', { needsComment: true })])

    await submit()

    expect(sent).toEqual([])
    expect(wrapper.find('[role=alert]').exists()).toBe(true)
  })

  it('sends nothing where each has to be opened', async () => {
    const { wrapper, sent, submit } = await dialog([task('1', { blocked: 'choices' })])

    expect(wrapper.find('button[type=submit]').attributes('disabled')).toBeDefined()
    await submit()
    expect(sent).toEqual([])
  })
})
