import { describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import FeelEditor from '../../../client/designers/FeelEditor.vue'
import { scopeOf } from '../../../client/designers/conditions/fields.ts'
import { show } from '../../support/mount.ts'

const scope = scopeOf([
  { path: 'refund.amount', label: '退款金额', type: 'money' },
  { path: 'customer.tier', label: '会员等级', type: 'text', values: [{ value: 'gold', label: '金卡' }] },
])

async function editor(text: string, language: 'zh-CN' | 'en' = 'zh-CN') {
  const onChange = vi.fn<(next: string) => void>()
  const { wrapper } = await show(FeelEditor, { modelValue: text, scope, label: '表达式', onChange }, { language })
  const area = wrapper.get('textarea')
  async function write(value: string) {
    area.element.value = value
    area.element.setSelectionRange(value.length, value.length)
    await area.trigger('input')
    await nextTick()
  }
  const offers = () => wrapper.findAll('.feel-editor__offer').map((one) => one.get('code').text())
  return { wrapper, area, write, offers, onChange }
}

describe('the expression editor', () => {
  it('underlines what is wrong and says it below', async () => {
    const { wrapper, area } = await editor('refund.amonut > 5')

    expect(wrapper.get('.feel-editor__back .is-warning').text()).toBe('refund.amonut')
    expect(wrapper.get('.feel-editor__problems').text()).toBe('没有叫「refund.amonut」的值。是不是「refund.amount」?')
    expect(area.attributes('aria-invalid')).toBe('true')
  })

  it('says it in English, while one types', async () => {
    const { wrapper, write } = await editor('refund.amount > 5', 'en')
    expect(wrapper.get('.feel-editor__problems').text()).toBe('')

    await write('refund.amount = "5"')
    expect(wrapper.get('.feel-editor__problems').text()).toBe('Expected a number to compare with, but this is a text.')
  })

  it('offers what can stand at the cursor and takes it with Enter', async () => {
    const { area, write, offers, onChange } = await editor('')
    await write('退款')
    expect(offers()).toEqual(['refund.amount'])

    await area.trigger('keydown', { key: 'Enter' })
    expect(area.element.value).toBe('refund.amount')
    expect(onChange).not.toHaveBeenCalled()

    await area.trigger('blur')
    expect(onChange.mock.calls).toEqual([['refund.amount']])
  })

  it('puts the cursor inside of the brackets of a function', async () => {
    const { area, write } = await editor('')
    await write('cou')
    await area.trigger('keydown', { key: 'Tab' })

    expect(area.element.value).toBe('count()')
    expect(area.element.selectionStart).toBe(6)
  })

  it('offers the values of what is compared, and goes away with Escape', async () => {
    const { area, write, offers } = await editor('')
    await write('customer.tier = ')
    expect(offers()[0]).toBe('"gold"')
    expect(area.attributes('aria-activedescendant')).toBeTruthy()

    await area.trigger('keydown', { key: 'Escape' })
    expect(offers()).toEqual([])
  })

  it('stays quiet while Chinese is composed', async () => {
    const { area, write, offers } = await editor('')
    await area.trigger('compositionstart')
    await write('tui')
    expect(offers()).toEqual([])

    await write('退款')
    await area.trigger('compositionend')
    await nextTick()
    expect(offers()).toEqual(['refund.amount'])
  })
})
