import { flushPromises, mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import FirstRunPage from '../../../../client/pages/first-run/FirstRunPage.vue'
import { routes } from '../../../../client/pages/first-run/routes.ts'
import { useSession } from '../../../../client/stores/session.ts'
import { createTranslator } from '../../../../client/i18n/index.ts'

describe('the first run from another machine', () => {
  it('takes the token from the address that the start line printed', async () => {
    const pinia = createPinia()
    setActivePinia(pinia)
    useSession().setup = { needed: true, company: '', tokenNeeded: true, packs: [] }
    const router = createRouter({ history: createMemoryHistory(), routes })
    await router.push('/first-run?token=from-the-start-line')

    const page = mount(FirstRunPage, {
      attachTo: document.body,
      global: { plugins: [pinia, router, await createTranslator('zh-CN')] },
    } as never)
    await flushPromises()

    const typed = page.findAll('input').map((input) => (input.element as HTMLInputElement).value)
    expect(typed).toContain('from-the-start-line')
    page.unmount()
  })
})
