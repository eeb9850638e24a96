import { readFileSync, readdirSync } from 'node:fs'
import { flushPromises } from '@vue/test-utils'
import { defineComponent, h, nextTick, ref } from 'vue'
import { describe, expect, it, vi } from 'vitest'
import FormView from '../../../client/forms/FormView.vue'
import type { FormSources } from '../../../client/forms/form-context.ts'
import type { FieldRights } from '../../../workflows/model/approval.ts'
import type { FormDefinition } from '../../../server/contract/form-schema.ts'
import { cancellationForm } from '../../support/cancellation-form.ts'
import { show } from '../../support/mount.ts'

// Date pickers and lists are heavy to mount on a machine that does other things as well.
vi.setConfig({ testTimeout: 30_000 })

interface Shown {
  check(): boolean
  submission(): Record<string, unknown>
  countLine: string
  dirty: boolean
}

/** A page that shows a form and keeps its data. */
async function open(
  given: {
    definition?: FormDefinition
    rights?: FieldRights
    data?: Record<string, unknown>
    sources?: FormSources
    problems?: { path: string; detail: string }[]
  } = {},
  language: 'zh-CN' | 'en' = 'zh-CN',
) {
  const data = ref(given.data ?? {})
  const view = ref<Shown>()
  const page = defineComponent({
    setup: () => () =>
      h(FormView, {
        ref: view as never,
        definition: given.definition ?? cancellationForm,
        data: data.value,
        title: '审批',
        'onUpdate:data': (value: Record<string, unknown>) => (data.value = value),
        ...(given.rights ? { rights: given.rights } : {}),
        ...(given.sources ? { sources: given.sources } : {}),
        ...(given.problems ? { problems: given.problems } : {}),
      }),
  })
  const { wrapper } = await show(page, {}, { language })
  await flushPromises()
  const field = (pointer: string) => wrapper.find(`[data-field="${pointer}"]`)
  return {
    wrapper,
    data,
    field,
    view: () => view.value!,
    type: async (pointer: string, text: string) => {
      await field(pointer).find('input, textarea').setValue(text)
      await flushPromises()
    },
    problem: (pointer: string) => {
      const text = field(pointer).find('.rt-field__error')
      return text.exists() ? text.text() : ''
    },
  }
}

const rights = (fallback: FieldRights['default'], fields: Record<string, FieldRights['fields'][number]['access']>) => ({
  default: fallback,
  fields: Object.entries(fields).map(([path, access]) => ({ path, access })),
})

describe('a form in a step', () => {
  it('gives a box only to what may be written, and hides what is hidden', async () => {
    const { wrapper, field } = await open({
      rights: rights('readonly', { note: 'required', fee: 'editable', cost: 'hidden', 'lines.cost': 'hidden' }),
      data: { bearer: 'supplier', supplier: '梦栖寝具', cost: 7, due: '2026-11-19' },
    })

    expect(wrapper.findAll('[data-field]').map((one) => one.attributes('data-field'))).toEqual(['/note', '/fee'])
    expect(field('/note').find('.rt-field__mark').exists()).toBe(true)
    expect(wrapper.text()).toContain('供应商')
    expect(wrapper.text()).toContain('11月19日')
    expect(wrapper.text()).not.toContain('成本')
    expect(wrapper.text()).not.toContain('进价')
  })

  it('counts above the form what is asked of the person', async () => {
    const step = rights('readonly', { note: 'required', fee: 'editable' })

    expect((await open({ rights: step })).view().countLine).toBe('你要填 2 项，必填 1 项，其余只读')
    expect((await open({ rights: step }, 'en')).view().countLine).toBe(
      '2 to fill in, 1 required, the rest is read-only',
    )
    expect((await open({ rights: rights('readonly', {}) })).view().countLine).toBe('没有要你填的，只供查看')
  })

  it('speaks the titles and problems of the other language', async () => {
    const { field, view, problem } = await open({}, 'en')

    view().check()
    await nextTick()

    expect(field('/fee').find('label').text()).toBe('Fee')
    expect(problem('/note')).toBe('Fill in: Note to the customer')
  })
})

describe('an amount', () => {
  it('is written in yuan and kept in minor units', async () => {
    const { type, data, field } = await open({ data: { fee: 123450 } })
    expect((field('/fee').find('input').element as HTMLInputElement).value).toBe('1,234.50')

    await type('/fee', '0.29')

    expect(data.value['fee']).toBe(29)
  })

  it('keeps what is no amount as it was typed, and says so', async () => {
    const { type, field, view, problem } = await open({ data: { note: '好' } })

    await type('/fee', '12.345')

    expect((field('/fee').find('input').element as HTMLInputElement).value).toBe('12.345')
    expect(view().check()).toBe(false)
    await nextTick()
    expect(problem('/fee')).toContain('最多两位小数')
  })
})

describe('problems', () => {
  it('wait until the person has left the field', async () => {
    const { type, field, problem } = await open()

    await type('/fee', '60')
    expect(problem('/fee')).toBe('')
    await field('/fee').find('input').trigger('focusout')

    expect(problem('/fee')).toBe('手续费最多 50.00')
    expect(problem('/note')).toBe('')
  })

  it('of fields that a rule hides do not block', async () => {
    const { view, wrapper } = await open({ data: { note: '好', bearer: 'shop', supplier: 'x' } })

    expect(view().check()).toBe(true)
    expect(wrapper.find('[data-field="/supplier"]').exists()).toBe(false)
  })

  it('of the server stand at their field until it changes', async () => {
    const { type, problem } = await open({
      data: { note: '好', fee: 100 },
      problems: [{ path: '/fee', detail: '最多还能退 1,457.60' }],
    })
    expect(problem('/fee')).toBe('最多还能退 1,457.60')

    await type('/fee', '2')

    expect(problem('/fee')).toBe('')
  })
})

describe('what is sent', () => {
  it('is only what the step may write, with null for what was emptied', async () => {
    const { type, view } = await open({
      rights: rights('readonly', { note: 'editable', fee: 'editable' }),
      data: { note: '好', fee: 100, due: '2026-11-30' },
    })
    expect(view().dirty).toBe(false)

    await type('/fee', '')

    expect(view().submission()).toEqual({ note: '好', fee: null })
    expect(view().dirty).toBe(true)
  })

  it('leaves out what a rule hides now', async () => {
    const { view } = await open({ data: { note: '好', bearer: 'shop', supplier: '梦栖' } })

    expect(view().submission()['supplier']).not.toBe('梦栖')
  })
})

const formOf = (name: string, schema: object, options: object): FormDefinition => ({
  id: 'f',
  name: 'f',
  schema: { type: 'object', properties: { [name]: { title: '栏', ...schema } } },
  uiSchema: {
    type: 'VerticalLayout',
    elements: [{ type: 'Control', scope: `#/properties/${name}`, options: { ...options } }],
  },
})

describe('order lines', () => {
  const definition = formOf('lines', { type: 'array' }, { control: 'orderLines' })
  const sources: FormSources = {
    orderLines: [
      { orderLineId: 'l1', name: '云感乳胶枕', unitPaid: 27820, available: 2 },
      { orderLineId: 'l2', name: '床头柜', unitPaid: 83645, available: 0, refusal: '已经发出' },
    ],
  }

  it('never take more than is available', async () => {
    const { data, wrapper } = await open({ definition, sources })
    const more = wrapper.find('[aria-label="云感乳胶枕，多一件"]')

    await more.trigger('click')
    await flushPromises()
    await more.trigger('click')
    await flushPromises()
    expect(data.value['lines']).toEqual([{ orderLineId: 'l1', quantity: 2 }])
    expect(more.attributes('disabled')).toBeDefined()

    await wrapper.find('.lines__stepper input').setValue('9')
    await wrapper.find('.lines__stepper input').trigger('change')
    await flushPromises()
    expect(data.value['lines']).toEqual([{ orderLineId: 'l1', quantity: 2 }])
    expect(wrapper.text()).toContain('已经发出')
  })

  it('vanish from the data when the last one is given back', async () => {
    const { data, wrapper } = await open({ definition, sources, data: { lines: [{ orderLineId: 'l1', quantity: 1 }] } })

    await wrapper.find('[aria-label="云感乳胶枕，少一件"]').trigger('click')
    await flushPromises()

    expect(data.value['lines']).toBeUndefined()
  })
})

describe('files', () => {
  const definition = formOf('files', { type: 'array', maxItems: 2 }, { control: 'file', maxBytes: 1024 })
  const choose = async (wrapper: Awaited<ReturnType<typeof open>>['wrapper'], ...files: File[]) => {
    const input = wrapper.find('input[type=file]')
    Object.defineProperty(input.element, 'files', { value: files, configurable: true })
    await input.trigger('change')
    await flushPromises()
  }

  it('go to the uploader and leave their card in the data', async () => {
    const { data, wrapper } = await open({
      definition,
      sources: { upload: async (file) => ({ id: 'f1', name: file.name, size: file.size, type: file.type }) },
    })

    await choose(wrapper, new File(['x'.repeat(600)], '瑕疵.png', { type: 'image/png' }))

    expect(data.value['files']).toEqual([{ id: 'f1', name: '瑕疵.png', size: 600, type: 'image/png' }])
    expect(wrapper.text()).toContain('600 B')

    await wrapper.find('[aria-label="移除 瑕疵.png"]').trigger('click')
    await flushPromises()
    expect(data.value['files']).toBeUndefined()
  })

  it('that are too large or fail are named, and nothing is kept', async () => {
    const { data, wrapper } = await open({
      definition,
      sources: {
        upload: async () => {
          throw new Error('no')
        },
      },
    })

    await choose(wrapper, new File(['x'.repeat(2000)], 'big.png'))
    expect(wrapper.text()).toContain('big.png 太大了，选 1 KB 以内的')

    await choose(wrapper, new File(['x'], 'a.png'))
    expect(wrapper.text()).toContain('a.png 没有传上去，再选一次')
    expect(data.value['files']).toBeUndefined()
  })
})

describe('the forms of the pack', () => {
  const folder = 'templates/after-sales/forms'
  const definitions = readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as FormDefinition,
  )

  it.each(definitions.map((definition) => [definition.id, definition] as const))(
    'shows every field of %s with a control of ours',
    async (_, definition) => {
      const { wrapper } = await open({ definition })

      expect(wrapper.text()).not.toContain('No applicable renderer')
      expect(wrapper.findAll('[data-field]').length).toBeGreaterThan(0)
    },
  )
})

describe('choices and people', () => {
  it('come from a catalog that the page brings', async () => {
    const { wrapper } = await open({
      definition: formOf('reason', { type: 'string' }, { catalog: 'reasons' }),
      rights: rights('readonly', {}),
      data: { reason: 'M1' },
      sources: { catalog: async () => [{ value: 'M1', label: { zh: '缺货', en: 'Out of stock' } }] },
    })

    expect(wrapper.text()).toContain('缺货')
  })

  it('are read by name, not by id', async () => {
    const { wrapper } = await open({
      definition: formOf('owner', { type: 'string' }, { control: 'member' }),
      rights: rights('readonly', {}),
      data: { owner: 'u7' },
      sources: { person: async (id) => ({ id, name: '林知夏' }) },
    })

    expect(wrapper.text()).toContain('林知夏')
    expect(wrapper.text()).not.toContain('u7')
  })
})

describe('a table', () => {
  it('adds and removes rows and lets cells be written', async () => {
    const { data, wrapper, type } = await open({ data: { note: '好' } })

    await wrapper.find('.table__add').trigger('click')
    await flushPromises()
    await type('/lines/0/quantity', '3')
    expect(data.value['lines']).toEqual([{ quantity: 3 }])

    await wrapper.find('[aria-label="删除第 1 行"]').trigger('click')
    await flushPromises()
    expect(data.value['lines']).toBeUndefined()
  })
})
