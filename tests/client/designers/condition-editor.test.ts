import { describe, expect, it, vi } from 'vitest'
import ConditionEditor from '../../../client/designers/conditions/ConditionEditor.vue'
import {
  begin,
  howOf,
  howsFor,
  innerGroup,
  replaced,
  withHow,
  type How,
} from '../../../client/designers/conditions/condition-edit.ts'
import type { ConditionField } from '../../../client/designers/conditions/fields.ts'
import { readCondition } from '../../../workflows/expressions/sentences/read-condition.ts'
import type { Group, Term } from '../../../workflows/expressions/sentences/sentence.ts'
import { writeCondition } from '../../../workflows/expressions/sentences/write-condition.ts'
import { show } from '../../support/mount.ts'

const today = '2026-11-25'
const fields: ConditionField[] = [
  { path: 'refund.amount', label: '退款金额', type: 'money' },
  {
    path: 'customer.tier',
    label: '会员等级',
    type: 'text',
    values: [
      { value: 'regular', label: '普通' },
      { value: 'gold', label: '金卡' },
    ],
  },
  { path: 'isNew', label: '新客户', type: 'boolean' },
]

const read = (expression: string) => readCondition(expression) as Group
const only = (expression: string) => read(expression).parts[0] as Term

async function editor(expression: string, language: 'zh-CN' | 'en' = 'zh-CN') {
  const onChange = vi.fn<(next: string) => void>()
  const { wrapper } = await show(ConditionEditor, { expression, fields, today, onChange }, { language })
  return { wrapper, onChange }
}

/** The words of all sentences on the page, with what is picked and written in them. */
const sentences = (wrapper: Awaited<ReturnType<typeof editor>>['wrapper']) =>
  wrapper.findAll('.rt-sentence').map((one) =>
    one
      .findAll('.rt-sentence__pick, .rt-second, input')
      .map((part) => (part.element instanceof HTMLInputElement ? part.element.value : part.text()))
      .join(' '),
  )

describe('editing a condition', () => {
  it.each<[string, How, string]>([
    ['a > 5', 'most', 'a <= 5'],
    ['a > 5', 'between', 'a in [0..5]'],
    ['a in [1..5]', 'less', 'a < 5'],
    ['t = "x"', 'oneOf', 't in ("x")'],
    ['t in ("x", "y")', 'noneOf', 'not(t in ("x", "y"))'],
    ['t = "x"', 'containsNot', 'not(contains(t, "x"))'],
    ['t = "x"', 'missing', 't = null'],
    ['t = null', 'not', 't != 0'],
    ['a > b', 'least', 'a >= b'],
  ])('keeps what was compared when the test changes: %s to %s', (before, how, after) => {
    const term = only(before)
    const next = { ...term, test: withHow(term.test, how, { kind: 'number', text: '0' }) }

    expect(writeCondition({ join: 'and', parts: [next] })).toBe(after)
    expect(howOf(next.test)).toBe(how)
  })

  it('offers the tests that a field can have, and the one that stands there', () => {
    expect(howsFor('boolean', only('a = true').test)).toEqual(['is', 'not', 'missing', 'present'])
    expect(howsFor('boolean', only('not(a)').test)).toContain('holdsNot')
  })

  it('begins an amount above nothing, a choice at its first value', () => {
    expect(writeCondition({ join: 'and', parts: [begin('refund.amount', fields[0], today)] })).toBe('refund.amount > 0')
    expect(writeCondition({ join: 'and', parts: [begin('customer.tier', fields[1], today)] })).toBe(
      'customer.tier = "regular"',
    )
  })

  it('changes and takes away parts of inner groups', () => {
    const condition = read('a = 1 and (b = 2 or c = 3)')

    expect(writeCondition(replaced(condition, [1, 0], only('d = 4')))).toBe('a = 1 and (d = 4 or c = 3)')
    expect(writeCondition(replaced(condition, [1, 1], null))).toBe('a = 1 and b = 2')
    expect(writeCondition({ ...condition, parts: [...condition.parts, innerGroup('and', only('e = 5'))] })).toBe(
      'a = 1 and (b = 2 or c = 3) and (e = 5 or e = 5)',
    )
  })
})

describe('the condition editor', () => {
  it('shows a condition as sentences, amounts in yuan and codes in words', async () => {
    const { wrapper } = await editor('refund.amount > 50000 and (customer.tier = "regular" or isNew = true)')

    expect(sentences(wrapper)).toEqual([
      '满足 下面所有条件',
      '退款金额 大于 500 元',
      '并满足 下面任意一个条件',
      '会员等级 是 普通',
      '新客户 是 是',
      '加一个条件',
      '加一个条件',
    ])
  })

  it('reads it as one sentence beside the expression', async () => {
    const { wrapper } = await editor('refund.amount > 50000 and customer.tier = "regular"')
    await wrapper.get('.condition-editor__switch').trigger('click')

    expect(wrapper.get('.condition-editor__words').text()).toBe('读作 退款金额 大于 500 元 且 会员等级 是 普通')
  })

  it('reads what is written as it is written', async () => {
    const { wrapper } = await editor('isNew = true')
    await wrapper.get('.condition-editor__switch').trigger('click')
    await wrapper.get('textarea').setValue('refund.amount > 100 or (isNew and customer.tier != "gold")')

    expect(wrapper.get('.condition-editor__words').text()).toBe(
      '读作 退款金额 大于 1 元 或 （新客户 成立 且 会员等级 不是 金卡）',
    )
    await wrapper.get('textarea').setValue('count(lines) > 2')
    expect(wrapper.find('.condition-editor__words').exists()).toBe(false)
  })

  it('says it in English', async () => {
    const { wrapper } = await editor('refund.amount in [0..50000) or not(customer.tier in ("gold"))', 'en')
    await wrapper.get('.condition-editor__switch').trigger('click')

    expect(wrapper.get('.condition-editor__words').text()).toBe(
      'Reads: 退款金额 is at least 0 yuan and is less than 500 yuan or 会员等级 is none of 金卡',
    )
  })

  it('says of dates that they are earlier or later', async () => {
    const { wrapper } = await editor('paidAt >= date("2026-11-11") and not(isNew)')
    await wrapper.get('.condition-editor__switch').trigger('click')

    expect(wrapper.get('.condition-editor__words').text()).toBe('读作 paidAt 不早于 2026-11-11 且 新客户 不成立')
  })

  it('stores what is written as FEEL, in minor units', async () => {
    const { wrapper, onChange } = await editor('refund.amount > 50000')
    await wrapper.get('.rt-sentence__write').setValue('1,000.50')

    expect(onChange.mock.lastCall).toEqual(['refund.amount > 100050'])
  })

  it('adds a group that joins the other way', async () => {
    const { wrapper, onChange } = await editor('isNew = true')
    await wrapper.get('.condition-group__inner').trigger('click')

    expect(onChange.mock.lastCall).toEqual(['isNew = true and (refund.amount > 0 or refund.amount > 0)'])
  })

  it('leaves what no sentence says as an expression, and says so', async () => {
    const { wrapper } = await editor('count(lines) > 2')

    expect(wrapper.text()).toContain('这个条件比一句话复杂')
    expect(wrapper.get('textarea').element.value).toBe('count(lines) > 2')
    expect(wrapper.find('.condition-editor__switch').exists()).toBe(false)
  })
})
