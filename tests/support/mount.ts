import { enableAutoUnmount, mount, type ComponentMountingOptions } from '@vue/test-utils'
import { afterEach } from 'vitest'
import { defineComponent, h, ref, type Component } from 'vue'
import { provideNow } from '../../client/components/now.ts'
import { createTranslator, type Language } from '../../client/i18n/index.ts'

// What a test leaves on the page would slow the next one down, and answer for it.
enableAutoUnmount(afterEach)

interface Surroundings {
  language?: Language
  /** The clock that the component sees, an ISO instant. */
  now?: string
}

/** Mounts a component as a page would: translated, and with a clock that stands still. */
export async function show(
  component: Component,
  props: Record<string, unknown> = {},
  { language = 'zh-CN', now = '2026-11-23T02:36:00Z' }: Surroundings = {},
  options: ComponentMountingOptions<Component> = {},
) {
  const i18n = await createTranslator(language)
  const clock = ref(Date.parse(now))
  const host = defineComponent({
    setup(_, { slots }) {
      provideNow(clock)
      return () => h(component, props, slots)
    },
  })
  const wrapper = mount(host, {
    attachTo: document.body,
    ...options,
    global: { plugins: [i18n], stubs: { RouterLink: { props: ['to'], template: '<a><slot /></a>' } } },
  } as never)
  return { wrapper, clock, text: () => wrapper.text() }
}
