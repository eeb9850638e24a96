import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter, RouterView } from 'vue-router'
import { createTranslator } from '../../../../client/i18n/index.ts'
import MigrateCasePage from '../../../../client/pages/cases/MigrateCasePage.vue'
import MoveCasePage from '../../../../client/pages/cases/MoveCasePage.vue'

vi.setConfig({ testTimeout: 30_000 })

// The canvas needs a real browser; what is clicked in it, and the flags that it is given, stand for it.
vi.mock('../../../../client/pages/cases/LiveDiagram.vue', () => ({
  __esModule: true,
  default: defineComponent({
    props: { notes: { type: Array<{ elementId: string; text: string }>, default: () => [] } },
    emits: ['pick'],
    setup:
      (props, { emit }) =>
      () =>
        h('div', { class: 'canvas' }, [
          ...props.notes.map(({ elementId, text }) => h('span', { class: 'note' }, `${elementId} ${text}`)),
          ...['check', 'approve', 'refund'].map((id) =>
            h('button', { class: `pick-${id}`, onClick: () => emit('pick', id) }),
          ),
        ]),
  }),
}))

const diagram = (approve: string) =>
  `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:shop">
    <bpmn:process id="p"><bpmn:userTask id="check" name="质检" /><bpmn:userTask id="${approve}" name="经理审批" />
    <bpmn:serviceTask id="refund" name="退款" /></bpmn:process></bpmn:definitions>`
const held = {
  summary: { caseNo: 'S-1', title: '退货', state: 'open' },
  process: { id: 'p', name: '退货退款', version: 1 },
}
const drawn = {
  xml: diagram('approve'),
  visited: [],
  flows: [],
  tokens: [{ elementId: 'check', key: 5, within: null, since: '2026-11-23T01:48:00Z', who: '孙立' }],
  incidents: [],
}

interface Body {
  changes: object[]
  mapping: Record<string, string>
}
type Answer = { status: number; body: unknown }
const ok = (body: unknown): Answer => ({ status: 200, body })
const refused = (code: string, zh: string, more = {}): Answer => ({
  status: 422,
  body: { code, message: { zh, en: zh }, detail: zh, ...more },
})

/** One of the two pages before a server that answers the posts as the test says. */
async function show(path: 'move' | 'migrate', answer: (url: string, body: Body) => Answer) {
  const sent: { url: string; body: unknown }[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const body = init.body ? JSON.parse(String(init.body)) : null
    if (init.method === 'POST') sent.push({ url, body })
    const reads: Record<string, unknown> = {
      '/api/cases/S-1': held,
      '/api/cases/S-1/diagram': drawn,
      '/api/studio/resources/process/p/versions': {
        items: [2, 1].map((version) => ({
          version,
          publishedAt: '2026-11-22T01:00:00Z',
          publishedBy: 'wang',
          running: 0,
          content: diagram(version === 2 ? 'sign' : 'approve'),
        })),
      },
    }
    const { status, body: said } = init.method === 'POST' ? answer(url, body as Body) : ok(reads[url])
    return new Response(JSON.stringify(said), { status })
  })
  const page = defineComponent({ template: '<span />' })
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/cases/:caseNo', name: 'case', component: page },
      { path: '/cases/:caseNo/move', component: MoveCasePage, props: { subject: { kind: 'case', id: 'S-1' } } },
      { path: '/cases/:caseNo/migrate', component: MigrateCasePage, props: { subject: { kind: 'case', id: 'S-1' } } },
    ],
  })
  await router.push(`/cases/S-1/${path}`)
  const wrapper = mount(defineComponent({ render: () => h(RouterView) }), {
    attachTo: document.body,
    global: { plugins: [createPinia(), await createTranslator('zh-CN'), router] },
  })
  await vi.waitFor(() => expect(wrapper.find('.canvas').exists()).toBe(true), { timeout: 5000 })
  await flushPromises()
  const settled = async (deed: Promise<unknown>) => {
    await deed
    await flushPromises()
  }
  return {
    wrapper,
    router,
    sent,
    pick: (id: string) => settled(wrapper.find(`.pick-${id}`).trigger('click')),
    /** Picks a word in a sentence. */
    choose: async (place: string, label: string) => {
      const items = wrapper.findAll(`${place} [role=menuitemradio]`)
      await settled(items.find((item) => item.text().startsWith(label))!.trigger('click'))
    },
    deed: () => wrapper.find('.rt-actions .el-button--primary'),
    confirm: async (reason: string) => {
      await settled(wrapper.find('.rt-actions .el-button--primary').trigger('click'))
      await wrapper.find('dialog textarea').setValue(reason)
      await settled(wrapper.find('dialog form').trigger('submit'))
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

const wait = { elementId: 'approve', what: { zh: '「经理审批」等周明元办理', en: '' }, next: null, meanwhile: [] }

describe('an admin moves a case by hand', () => {
  it('clicks where it goes, reads what that does, and does it with a reason', async () => {
    const preview = { ends: ['check'], begins: ['approve'], waits: [wait], over: false }
    const { wrapper, router, sent, pick, deed, confirm } = await show('move', (url) =>
      url.endsWith('/preview') ? ok(preview) : ok(null),
    )
    expect(deed().attributes('disabled')).toBeDefined()

    await pick('approve')
    expect(wrapper.findAll('.note').map((note) => note.text())).toEqual(['check 离开', 'approve 移到这里'])
    expect(wrapper.find('.after').text()).toContain('停下，没做完的作废：质检')
    expect(wrapper.find('.after').text()).toContain('「经理审批」等周明元办理')
    await confirm('太短')
    expect(sent.some(({ url }) => url.endsWith('/modify'))).toBe(false)
    await confirm('仓库停机，先由经理看')

    expect(sent.at(-1)).toEqual({
      url: '/api/cases/S-1/modify',
      body: { changes: [{ from: 'check', to: 'approve' }], reason: '仓库停机，先由经理看' },
    })
    expect(router.currentRoute.value.path).toBe('/cases/S-1')
  })

  it('says at the step why it cannot go there, by its name, and offers no deed', async () => {
    const { wrapper, pick, deed } = await show('move', () =>
      refused('modify.not_allowed_here', '不能直接进入「refund」。', { where: 'refund' }),
    )

    await pick('refund')

    expect(wrapper.find('.move__problem').text()).toBe('不能直接进入「退款」。')
    expect(deed().attributes('disabled')).toBeDefined()
  })

  it('brings a value, and says at the value what is wrong with it', async () => {
    const { wrapper, sent, pick } = await show('move', (_, { changes }) =>
      'mapping' in changes[0]!
        ? refused('modify.mapping_failed', '变量「level」没有得到值。', { where: 'level' })
        : ok({ ends: [], begins: [], waits: [], over: false }),
    )
    await pick('approve')

    await wrapper.find('.values__add').trigger('click')
    await wrapper.find('.values__name').setValue('level')
    await wrapper.find('.values__value').setValue('2')
    await flushPromises()

    expect(sent.at(-1)?.body).toEqual({
      changes: [{ from: 'check', to: 'approve', mapping: [{ target: 'level', source: '="2"' }] }],
    })
    expect(wrapper.find('.values__problem').text()).toBe('变量「level」没有得到值。')
  })

  it('is asked before leaving with what was chosen, and not afterwards', async () => {
    const { wrapper, router, pick, confirm } = await show('move', (url) =>
      url.endsWith('/preview') ? ok({ ends: ['check'], begins: ['approve'], waits: [], over: false }) : ok(null),
    )
    await pick('approve')

    await router.push('/cases/S-1')
    await flushPromises()
    expect(router.currentRoute.value.path).toBe('/cases/S-1/move')
    expect(wrapper.findAll('dialog').some((one) => one.text().includes('现在就离开'))).toBe(true)
    await confirm('仓库停机，先由经理看')
    expect(router.currentRoute.value.path).toBe('/cases/S-1')
  })

  it('leaves without a question when nothing was chosen', async () => {
    const { router } = await show('move', () => ok(null))

    await router.push('/cases/S-1')

    expect(router.currentRoute.value.path).toBe('/cases/S-1')
  })

  it('can do it all without the diagram', async () => {
    const { sent, choose } = await show('move', () => ok({ ends: ['check'], begins: [], waits: [], over: true }))

    await choose('.move', '停下')

    expect(sent.at(-1)?.body).toEqual({ changes: [{ from: 'check' }] })
  })
})

describe('an admin takes a case to another version', () => {
  const reason = {
    elementId: 'check',
    code: 'migrate.unmapped',
    message: { zh: '「质检」在新版本中没有对应的元素。', en: '' },
  }
  const carried = [{ what: 'task', key: 5, from: 'check', to: 'sign', outcome: 'renewed' }]
  const plan = (mapping: Record<string, string>) =>
    mapping['check']
      ? { from: 1, to: 2, possible: true, mapping, carried, reasons: [] }
      : { from: 1, to: 2, possible: false, mapping: {}, carried: [], reasons: [reason] }

  it('sees every difference with its reason, mends the mapping, and goes', async () => {
    const { wrapper, router, sent, choose, deed, confirm } = await show('migrate', (url, { mapping }) =>
      url.endsWith('/preview') ? ok(plan(mapping)) : ok(null),
    )
    expect(wrapper.find('.verdict').text()).toContain('有 1 处不符')
    expect(wrapper.find('.row__problem').text()).toBe('「质检」在新版本中没有对应的元素。')
    expect(deed().attributes('disabled')).toBeDefined()

    await choose('.row', '经理审批')
    expect(wrapper.find('.verdict').text()).toContain('可以换')
    expect(wrapper.find('.after').text()).toContain('待办“质检”带过去，按新版本的设置')
    await confirm('新版本补了签字')

    expect(sent.at(-1)).toEqual({
      url: '/api/cases/S-1/migrate',
      body: { version: 2, mapping: { check: 'sign' }, reason: '新版本补了签字' },
    })
    expect(router.currentRoute.value.path).toBe('/cases/S-1')
  })

  it('stays and says why when the case has gone on meanwhile', async () => {
    const { wrapper, router, choose, confirm } = await show('migrate', (url, { mapping }) =>
      url.endsWith('/preview') ? ok(plan(mapping)) : refused('migrate.not_possible', '不能转到第 2 版，有 1 处不符。'),
    )
    await choose('.row', '经理审批')

    await confirm('新版本补了签字')

    expect(wrapper.find('dialog [role=alert]').text()).toBe('不能转到第 2 版，有 1 处不符。')
    expect(router.currentRoute.value.path).toBe('/cases/S-1/migrate')
  })
})
