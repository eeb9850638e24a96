import { flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { activateFreeWork } from '../../../../client/api/cases.ts'
import CaseFreeWork from '../../../../client/pages/cases/CaseFreeWork.vue'
import type { FreeWork } from '../../../../server/contract/cases.ts'
import { show } from '../../../support/mount.ts'

const step = (elementId: string, name: string, more = {}) => ({
  elementId,
  name,
  kind: 'userTask',
  guidance: null,
  running: 0,
  done: 0,
  ...more,
})
const work: FreeWork = {
  elementId: 'free',
  name: '核实情况',
  oneAtATime: false,
  offered: [step('call', '打电话问', { running: 1 }), step('look', '去仓库看', { done: 2 })],
  blocked: null,
}

async function offer(change: Partial<FreeWork> = {}, answer = { status: 200, body: null as unknown }) {
  setActivePinia(createPinia())
  const sent: { url: string; body: unknown }[] = []
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    sent.push({ url, body: JSON.parse(String(init.body)) })
    return new Response(JSON.stringify(answer.body), { status: answer.status })
  })
  const onBegun = vi.fn<() => void>()
  const activate = (element: string, inner: readonly string[], key: string) =>
    activateFreeWork('S-1', element, inner, key)
  const { wrapper } = await show(CaseFreeWork, { activate, work: { ...work, ...change }, onBegun })
  const begin = async () => {
    await wrapper.find('form').trigger('submit')
    await flushPromises()
  }
  return { wrapper, sent, onBegun, begin }
}

afterEach(() => vi.unstubAllGlobals())

describe('work that people begin themselves', () => {
  it('offers each step with what is at work and done, and begins what was picked', async () => {
    const { wrapper, sent, onBegun, begin } = await offer()
    const [call, look] = wrapper.findAll('.el-checkbox')
    expect(call!.text()).toContain('1 件在办')
    expect(look!.text()).toContain('办完 2 次')
    expect(wrapper.find('button[type=submit]').attributes('disabled')).toBeDefined()

    for (const box of wrapper.findAll('input[type=checkbox]')) await box.setValue(true)
    expect(wrapper.find('button[type=submit]').text()).toBe('开始 打电话问、去仓库看')
    await begin()

    expect(sent).toEqual([{ url: '/api/cases/S-1/activate', body: { element: 'free', inner: ['call', 'look'] } }])
    expect(onBegun).toHaveBeenCalledOnce()
  })

  it('lets one step be chosen where only one at a time is allowed', async () => {
    const { wrapper, sent, begin } = await offer({ oneAtATime: true })

    await wrapper.findAll('input[type=radio]')[1]!.setValue(true)
    await begin()

    expect(wrapper.findAll('input[type=checkbox]')).toHaveLength(0)
    expect(sent[0]?.body).toEqual({ element: 'free', inner: ['look'] })
  })

  it('says why nothing can be begun instead of offering it', async () => {
    const { wrapper } = await offer({ blocked: { zh: '等正在办的办完。', en: 'Wait.' } })

    expect(wrapper.text()).toContain('等正在办的办完。')
    expect(wrapper.find('form').exists()).toBe(false)
  })

  it('keeps what was picked when it is refused, and says why', async () => {
    const message = { zh: '「核实情况」已经够了。', en: 'Enough.' }
    const { wrapper, begin } = await offer({}, { status: 409, body: { code: 'adhoc.fulfilled', message } })

    await wrapper.findAll('input[type=checkbox]')[0]!.setValue(true)
    await begin()

    expect(wrapper.find('[role=alert]').text()).toBe('「核实情况」已经够了。')
    expect((wrapper.findAll('input[type=checkbox]')[0]!.element as HTMLInputElement).checked).toBe(true)
  })
})
