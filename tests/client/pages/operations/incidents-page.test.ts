import { flushPromises, mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { createTranslator } from '../../../../client/i18n/index.ts'
import IncidentsPage from '../../../../client/pages/operations/IncidentsPage.vue'
import {
  addedRow,
  looksLike,
  rowsOf,
  valueOf,
  valuesOf,
  wrongWith,
} from '../../../../client/pages/operations/incident-values.ts'
import { useSession } from '../../../../client/stores/session.ts'
import type { IncidentItem } from '../../../../server/contract/cases.ts'

vi.setConfig({ testTimeout: 30_000 })

const both = (zh: string) => ({ zh, en: `${zh} in English` })
const incident = (more: Partial<IncidentItem> = {}): IncidentItem => ({
  id: 'run-1:7',
  kind: 'step',
  caseNo: null,
  title: null,
  runId: 'run-1',
  process: { id: 'claims', name: '费用报销' },
  place: 'size',
  elementId: 'size',
  step: '金额多大',
  code: 'condition.not_boolean',
  message: both('条件得不出是或否'),
  advice: both('补上数据'),
  asksData: true,
  values: [{ name: 'claim.amount', value: 'null' }],
  at: '2026-11-23T01:48:00Z',
  ...more,
})
const ofCase = incident({
  id: 'S-1:3',
  caseNo: 'S-1',
  title: '云感乳胶枕退货',
  runId: null,
  step: '暂停订单',
  code: 'job.no_retries',
  message: both('仓库没有回话'),
  asksData: false,
  values: [],
})

let sent: { url: string; body: unknown; key: string | undefined }[]

/** The page before a server with these incidents; what is posted goes well unless the test says otherwise. */
async function show(
  incidents: readonly IncidentItem[],
  { roles = ['admin'], refuse = () => null as string | null, path = '/incidents', language = 'zh-CN' as const } = {},
) {
  sent = []
  const read: string[] = []
  let left = [...incidents]
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const json = (status: number, body: unknown) => ({ ok: status < 400, status, json: async () => body })
    if (init.method === 'POST') {
      const headers = init.headers as Record<string, string>
      sent.push({ url, body: init.body && JSON.parse(String(init.body)), key: headers['idempotency-key'] })
      const problem = refuse()
      if (problem) return json(409, { code: 'no', message: both(problem), detail: problem })
      if (url.endsWith('/resolve')) left = left.filter(({ id }) => !url.includes(encodeURIComponent(id)))
      return json(200, null)
    }
    read.push(url)
    if (url.endsWith('/summary'))
      return json(200, { total: left.length, processes: [{ id: 'claims', name: '费用报销', count: 1 }], codes: [] })
    return json(200, { items: left, next: null, total: left.length })
  })
  const page = { template: '<div />' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/incidents', name: 'operations', component: page },
      { path: '/cases/:caseNo', name: 'case', component: page },
      { path: '/runs/:runId', name: 'studio-run', component: page, meta: { roles: ['admin', 'owner'] } },
    ],
  })
  await router.push(path)
  const pinia = createPinia()
  useSession(pinia).session = { user: { id: 'wang', name: '王', roles } } as never
  const wrapper = mount(IncidentsPage, {
    attachTo: document.body,
    global: { plugins: [await createTranslator(language), router, pinia] },
  })
  await flushPromises()
  return { wrapper, router, read }
}
type Page = Awaited<ReturnType<typeof show>>['wrapper']

const rowsIn = (page: Page) => page.findAll('tbody tr')
const press = async (page: Page, words: string) => {
  const button = page.findAll('button').find((one) => one.text().includes(words))
  if (!button) throw new Error(`no button ${words}`)
  await button.trigger('click')
  await flushPromises()
}
const confirm = async (page: Page) => {
  await page.find('dialog form').trigger('submit')
  await flushPromises()
}

beforeEach(() => {
  // jsdom draws no dialogs.
  HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
    this.open = true
  }
  HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
    this.open = false
  }
  vi.stubGlobal(
    'EventSource',
    class {
      close() {}
    },
  )
})
afterEach(() => {
  document.body.innerHTML = ''
  vi.unstubAllGlobals()
})

describe('the page of what is stuck', () => {
  it('tells each step, why it is stuck, what it read, and leads to the place on the diagram', async () => {
    const { wrapper } = await show([incident(), ofCase])

    const [first, second] = rowsIn(wrapper)
    expect(first!.text()).toContain('条件得不出是或否')
    expect(first!.text()).toContain('claim.amount = null')
    expect(first!.find('a').attributes('href')).toBe('/runs/run-1?at=size')
    expect(second!.text()).toContain('S-1')
    expect(second!.find('a').attributes('href')).toBe('/cases/S-1?at=size')
  })

  it('links only where the person is let in', async () => {
    const { wrapper } = await show([incident(), ofCase], { roles: ['cs-head'] })

    expect(rowsIn(wrapper).map((row) => row.find('a').exists())).toEqual([false, true])
  })

  it('says that all is well when nothing is stuck, and what to do when a filter hides everything', async () => {
    const well = await show([])
    expect(well.wrapper.text()).toContain('一切正常')
    well.wrapper.unmount()

    const narrowed = await show([], { path: '/incidents?code=timer.invalid&q=abc' })
    expect(narrowed.read).toContain('/api/incidents?code=timer.invalid&q=abc&limit=50')
    expect(narrowed.wrapper.text()).toContain('没有符合条件的')
    await press(narrowed.wrapper, '清除条件')
    expect(narrowed.router.currentRoute.value.query).toEqual({})
  })

  it('sets the data that the step reads and lets it try again, as one deed', async () => {
    const { wrapper } = await show([incident()])

    await press(wrapper, '处理')
    await wrapper.find('dialog input.el-input__inner').setValue('250')
    await confirm(wrapper)

    expect(sent).toMatchObject([
      { url: '/api/incidents/run-1%3A7/data', body: { values: [{ path: 'claim.amount', value: 250 }] } },
      { url: '/api/incidents/run-1%3A7/resolve' },
    ])
    expect(wrapper.text()).toContain('一切正常')
  })

  it('tries again without touching the data when nothing is written', async () => {
    const { wrapper } = await show([incident()])

    await press(wrapper, '处理')
    await confirm(wrapper)

    expect(sent.map(({ url }) => url)).toEqual(['/api/incidents/run-1%3A7/resolve'])
  })

  it('leaves data to admins', async () => {
    const { wrapper } = await show([incident()], { roles: ['cs-head'] })

    await press(wrapper, '处理')

    expect(wrapper.find('dialog input').exists()).toBe(false)
    expect(wrapper.find('dialog').text()).toContain('改数据要管理员来做')
  })

  it('lets several try again, each by a key of its own, and tells what came of each', async () => {
    let calls = 0
    const { wrapper } = await show([incident(), ofCase], { refuse: () => (++calls === 2 ? '已经处理好了' : null) })

    for (const row of rowsIn(wrapper)) await row.find('input[type=checkbox]').setValue(true)
    await press(wrapper, '让 2 处再试一次')
    await confirm(wrapper)

    expect(sent).toHaveLength(2)
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2)
    const dialog = wrapper.find('dialog').text()
    expect(dialog).toContain('2 处里 1 处在再试')
    expect(dialog).toContain('已经处理好了')
  })
})

describe('a value that a step reads', () => {
  const row = { ...addedRow(), path: 'order.total' }

  it('begins as the kind of what was read, and stays until somebody writes', () => {
    const rows = rowsOf({
      values: [
        { name: 'a', value: '3' },
        { name: 'b', value: 'true' },
        { name: 'c', value: '•••' },
        { name: 'd', value: 'null' },
      ],
    })

    expect(rows.map(({ kind }) => kind)).toEqual(['plain', 'plain', 'text', 'plain'])
    expect(valuesOf(rows)).toEqual([])
    expect(rows.map(wrongWith)).toEqual([null, null, null, null])
  })

  it('is what it looks like, unless it is to be text', () => {
    const plain = (text: string) => valueOf({ ...row, text })

    expect(valueOf({ ...row, kind: 'text', text: ' 12 ' })).toBe(' 12 ')
    expect([' 12.5 ', '-3', 'false', '是', 'null', 'gold', '1,5'].map(plain)).toEqual([
      12.5,
      -3,
      false,
      true,
      null,
      'gold',
      '1,5',
    ])
    expect(plain('["A"]')).toEqual(['A'])
    expect(plain('{"a": 1}')).toEqual({ a: 1 })
    expect(['3', '是', '[]', '{}', 'null', 'x'].map((text) => looksLike({ ...row, text }))).toEqual([
      'number',
      'truth',
      'list',
      'object',
      'nothing',
      'text',
    ])
  })

  it('is refused where it stands when it cannot be read, or has no name', () => {
    expect(wrongWith({ ...row, text: '[A' })).toBe('list')
    expect(wrongWith({ ...row, kind: 'text', text: '[A' })).toBe(null)
    for (const path of ['', 'a..b', '1a', '__proto__.x']) expect(wrongWith({ ...row, path })).toBe('name')
  })
})
