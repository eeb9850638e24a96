import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import TaskPage from '../../../../client/pages/tasks/TaskPage.vue'
import { createTranslator } from '../../../../client/i18n/index.ts'
import type { TaskDetail } from '../../../../server/contract/tasks.ts'

// The form view is heavy to mount on a machine that does other things as well.
vi.setConfig({ testTimeout: 30_000 })

const offer = (name: string, zh: string, comment: 'optional' | 'required' = 'optional') => ({
  name,
  label: { zh, en: name },
  comment,
  signature: false,
})

const open: TaskDetail = {
  task: {
    taskId: 'T1',
    caseNo: 'AS2611250009',
    title: '取消·蒋艳',
    step: '客服审核',
    customerName: '蒋艳',
    tier: 'silver',
    amount: 5_227,
    currency: 'CNY',
    dueAt: null,
    openedAt: '2026-11-25T01:48:00Z',
    assignee: null,
    claimable: true,
    approval: true,
    mark: null,
    outcome: null,
    batch: { blocked: null, needsComment: false },
  },
  case: null,
  form: {
    id: 'review',
    version: 1,
    name: '审核',
    schema: { type: 'object', properties: { note: { type: 'string', title: '意见' } } },
    uiSchema: {},
  },
  data: {},
  draft: { note: '昨天写的' },
  fields: { default: 'readonly', fields: [{ path: 'note', access: 'editable' }] },
  actions: [offer('approve', '同意'), offer('reject', '驳回', 'required')],
  standing: [],
  decision: { mode: 'any', threshold: null },
  signers: [],
  returns: { targets: [], afterwards: null },
  choices: [],
  guidance: null,
  clauses: [],
  breakdown: [],
  refund: 5_227,
  orderNo: null,
  order: null,
  steps: [],
  communications: [],
  next: [],
  question: null,
  blocked: null,
  version: 3,
}
const closed: TaskDetail = {
  ...open,
  task: { ...open.task, claimable: false, outcome: 'rejected' },
  actions: [],
  draft: null,
  blocked: { zh: '李桂兰 已经处理过了。', en: 'Li Guilan has already handled this.' },
}

type Answer = { status: number; body: unknown }
const ok = (body: unknown): Answer => ({ status: 200, body })
const refused = (code: string, zh: string, fields: unknown[] = []): Answer => ({
  status: code === 'task.closed' ? 409 : 422,
  body: { code, message: { zh, en: zh }, detail: zh, fields },
})

/** The page before a server whose answers each test sets. */
async function show(server: { task: Answer; act?: Answer; mine?: unknown[] }) {
  const sent: { url: string; body: unknown }[] = []
  const answerTo = (method: string, url: string): Answer => {
    if (url.endsWith('/acts')) return server.act ?? ok(closed)
    if (url.endsWith('/draft')) return ok({ savedAt: '2026-11-25T02:35:00Z' })
    if (url.startsWith('/api/tasks?')) return ok({ items: server.mine ?? [], next: null })
    return method === 'GET' ? server.task : ok(null)
  }
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (init.method !== 'GET') sent.push({ url, body: init.body ? JSON.parse(String(init.body)) : null })
    const { status, body } = answerTo(init.method ?? 'GET', url)
    return new Response(JSON.stringify(body), { status })
  })
  const page = defineComponent({ template: '<span />' })
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/tasks/:taskId', name: 'task', component: TaskPage, props: true },
      { path: '/workbench', name: 'workbench', component: page },
      { path: '/cases/:caseNo', name: 'case', component: page },
    ],
  })
  await router.push('/tasks/T1')
  const wrapper = mount(defineComponent({ render: () => h(RouterView) }), {
    attachTo: document.body,
    global: { plugins: [createPinia(), await createTranslator('zh-CN'), router] },
  })
  await flushPromises()
  const press = async (label: string) => {
    const buttons = wrapper.findAll('.bar button').filter((button) => button.text().startsWith(label))
    await buttons[0]!.trigger('click')
    await flushPromises()
  }
  return {
    wrapper,
    router,
    sent,
    press,
    note: () => wrapper.find('[data-field="/note"] textarea, [data-field="/note"] input').element as HTMLInputElement,
    confirm: async (comment?: string) => {
      if (comment !== undefined) await wrapper.find('dialog textarea').setValue(comment)
      await wrapper.find('dialog form').trigger('submit')
      await flushPromises()
    },
  }
}

beforeEach(() => {
  vi.stubGlobal(
    'EventSource',
    class {
      close() {}
    },
  )
})
afterEach(() => vi.unstubAllGlobals())

describe('the page of a task', () => {
  it('offers exactly the deeds of the task, and the approval names the sum', async () => {
    const { wrapper } = await show({ task: ok(open) })

    expect(wrapper.findAll('.bar .rt-actions__deed button').map((button) => button.text())).toEqual([
      '驳回R',
      '同意，退 ¥52.27A',
    ])
  })

  it('goes on with what was typed before', async () => {
    const { note } = await show({ task: ok(open) })

    expect(note().value).toBe('昨天写的')
  })

  it('does not send a refusal without a reason, and says so at the field', async () => {
    const { wrapper, sent, press, confirm } = await show({ task: ok(open) })

    await press('驳回')
    await confirm('')
    expect(sent).toEqual([])
    expect(wrapper.find('dialog .rt-field__error').text()).toBe('写一句再发出')
    await confirm('已经开工')

    expect(sent.map(({ body }) => body)).toEqual([{ action: 'reject', comment: '已经开工' }])
  })

  it('sends the written fields with an approval and goes on with the next task', async () => {
    const { router, sent, press, confirm } = await show({
      task: ok(open),
      mine: [
        { ...open.task, dueAt: '2026-11-25T03:00:00Z' },
        { ...open.task, taskId: 'T2' },
      ],
    })

    await press('同意')
    await confirm()

    expect(sent.map(({ body }) => body)).toEqual([{ action: 'approve', variables: { note: '昨天写的' } }])
    expect(router.currentRoute.value.params['taskId']).toBe('T2')
  })

  it('says who was quicker, and keeps what was typed', async () => {
    const server = { task: ok(open), act: refused('task.closed', '李桂兰 10:31 已经驳回了，你的同意没有生效。') }
    const { wrapper, press, confirm } = await show(server)

    await press('同意')
    server.task = ok(closed)
    await confirm()

    expect(wrapper.find('[role="alert"].refusal').text()).toContain('李桂兰 10:31 已经驳回了，你的同意没有生效。')
    expect(wrapper.find('.form-field__text').text()).toBe('昨天写的')
    expect(wrapper.findAll('.bar button')).toEqual([])
  })

  it('keeps what was typed beside nested fields when the form turns into one for reading', async () => {
    const nested: TaskDetail = {
      ...open,
      form: {
        ...open.form!,
        schema: {
          type: 'object',
          properties: {
            note: { type: 'string', title: '意见' },
            check: { type: 'object', properties: { by: { type: 'string', title: '谁查的' } } },
          },
        },
        uiSchema: {
          type: 'VerticalLayout',
          elements: [{ type: 'Control', scope: '#/properties/note' }],
        },
      },
      data: { check: { by: '林知夏' } },
      draft: null,
      fields: { default: 'editable', fields: [] },
    }
    const server = { task: ok(nested), act: refused('task.closed', '李桂兰 10:31 已经驳回了，你的同意没有生效。') }
    const { wrapper, press, confirm } = await show(server)
    await wrapper.find('[data-field="/note"] input').setValue('刚写的')
    await flushPromises()

    await press('同意')
    server.task = ok({ ...nested, actions: [], blocked: closed.blocked, task: closed.task })
    await confirm()

    expect(wrapper.find('.form-field__text').text()).toBe('刚写的')
  })

  it("puts the server's complaint about a field at that field", async () => {
    const message = { zh: '最多 500 个字', en: 'At most 500 characters' }
    const { wrapper, press, confirm, note } = await show({
      task: ok(open),
      act: refused('task.field_invalid', '有内容需要改正', [{ path: '/note', code: 'field.too_long', message }]),
    })

    await press('同意')
    await confirm()

    expect(wrapper.find('[data-field="/note"] .rt-field__error').text()).toBe('最多 500 个字')
    expect(note().value).toBe('昨天写的')
  })

  it('shows whoever may not act the same form without a box', async () => {
    const { wrapper } = await show({ task: ok({ ...closed, data: { note: '同意退' } }) })

    expect(wrapper.find('[data-field="/note"] textarea, [data-field="/note"] input').exists()).toBe(false)
    expect(wrapper.find('.remark').text()).toBe('李桂兰 已经处理过了。')
  })
})
