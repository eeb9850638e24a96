import { Validator, type Schema } from '@cfworker/json-schema'
import { describe, expect, it } from 'vitest'
import {
  accessOf,
  checkForm,
  countFields,
  everythingEditable,
  hiddenByRule,
  visibleData,
  withEmptied,
  writableData,
  writeForm,
  type Validate,
} from '../../../server/contract/form-schema.ts'
import type { FieldRights } from '../../../workflows/model/approval.ts'
import { cancellationForm } from '../../support/cancellation-form.ts'

const validate: Validate = (schema, data) => new Validator(schema as Schema, '2020-12', false).validate(data).errors
const rights = (fallback: FieldRights['default'], ...fields: [string, FieldRights['fields'][number]['access']][]) => ({
  default: fallback,
  fields: fields.map(([path, access]) => ({ path, access })),
})
const problems = (data: unknown, step: FieldRights = everythingEditable) =>
  checkForm(cancellationForm, step, data, validate).map((problem) => [problem.path, problem.code, problem.message.zh])

/** A form with a group of fields in one object. */
const group = {
  type: 'object',
  properties: { request: { type: 'object', properties: { reason: { type: 'string' } } } },
}

describe('what a step may do with a field', () => {
  it('is said by the nearest entry from the field upward', () => {
    const step = rights('readonly', ['lines', 'editable'], ['lines.cost', 'hidden'], ['fee', 'required'])

    expect(['fee', 'lines', 'lines.quantity', 'lines.cost', 'note'].map((path) => accessOf(step, path))).toEqual([
      'required',
      'editable',
      'editable',
      'hidden',
      'readonly',
    ])
  })

  it('opens single columns of a table that may only be read', () => {
    const step = rights('readonly', ['lines.quantity', 'required'])

    expect([accessOf(step, 'lines'), accessOf(step, 'lines.quantity')]).toEqual(['readonly', 'required'])
  })

  it('leaves nothing of a hidden table, whatever is said about its columns', () => {
    expect(accessOf(rights('editable', ['lines', 'hidden'], ['lines.cost', 'required']), 'lines.cost')).toBe('hidden')
  })
})

describe('checking a submission', () => {
  it('is content when everything is in order', () => {
    expect(problems({ note: '好的', fee: 1200, bearer: 'shop', due: '2026-11-30' })).toEqual([])
  })

  it('names the missing field by its title, also when it holds only blanks', () => {
    expect(problems({})).toEqual([['/note', 'form.required', '填写给客户的说明']])
    expect(problems({ note: '  \n' })).toEqual([['/note', 'form.required', '填写给客户的说明']])
  })

  it('asks for what the step requires in addition to the form', () => {
    const step = rights('editable', ['fee', 'required'], ['bearer', 'required'], ['lines', 'required'])

    expect(problems({ note: '好', lines: [] }, step)).toEqual([
      ['/fee', 'form.required', '填写手续费'],
      ['/bearer', 'form.required', '选择费用由谁承担'],
      ['/lines', 'form.required', '选择商品'],
    ])
  })

  it('does not blame anybody for fields that he cannot see or write', () => {
    const step = rights('hidden', ['fee', 'editable'], ['due', 'readonly'])

    expect(problems({ fee: 100, due: 'nonsense', cost: 'nonsense' }, step)).toEqual([])
  })

  it('judges a field only while its rule shows it', () => {
    const hidden = { note: '好', bearer: 'shop', supplier: 'x' }
    const shown = { note: '好', bearer: 'supplier', supplier: 'x' }

    expect(problems(hidden)).toEqual([])
    expect(problems(shown)).toEqual([['/supplier', 'form.too_short', '供应商名称至少写 2 个字']])
  })

  it('does not miss a required field that a rule hides', () => {
    const step = rights('editable', ['supplier', 'required'])

    expect(problems({ note: '好', bearer: 'shop' }, step)).toEqual([])
    expect(problems({ note: '好', bearer: 'supplier' }, step)).toEqual([
      ['/supplier', 'form.required', '填写供应商名称'],
    ])
  })

  it.each([
    [{ fee: 12.5 }, 'form.type', '手续费要写成金额，像 12.50，最多两位小数'],
    [{ fee: '12元' }, 'form.type', '手续费要写成金额，像 12.50，最多两位小数'],
    [{ fee: -1 }, 'form.too_small', '手续费不能少于 0.00'],
    [{ fee: 5001 }, 'form.too_large', '手续费最多 50.00'],
    [{ due: '2026-02-30' }, 'form.format', '最迟退款日要写成日期'],
    [{ bearer: 'nobody' }, 'form.not_offered', '从列出的里面选一个费用由谁承担'],
    [{ note: '长'.repeat(201) }, 'form.too_long', '给客户的说明最多 200 个字，删掉一些'],
  ])('says what is wrong with %j', (data, code, sentence) => {
    expect(problems({ note: '好', ...data })).toEqual([[expect.any(String), code, sentence]])
  })

  it('names the row of a wrong cell', () => {
    expect(problems({ note: '好', lines: [{ quantity: 1 }, { quantity: 0 }, {}] })).toEqual([
      ['/lines/1/quantity', 'form.too_small', '第 2 行的数量不能少于 1'],
      ['/lines/2/quantity', 'form.required', '填写第 3 行的数量'],
    ])
  })

  it('speaks English as well', () => {
    const [problem] = checkForm(cancellationForm, everythingEditable, { note: '好', fee: 5001 }, validate)

    expect(problem!.message.en).toBe('Fee can be at most 50.00')
  })
})

describe('writing a submission into the data of a case', () => {
  const before = {
    note: '旧',
    fee: 100,
    lines: [
      { id: 'a', quantity: 1, cost: 500 },
      { id: 'b', quantity: 2, cost: 700 },
    ],
  }

  it('takes what may be written and accepts what came back unchanged', () => {
    const step = rights('readonly', ['note', 'editable'])

    expect(writeForm(cancellationForm.schema, step, before, { note: '新', fee: 100 })).toEqual({
      data: { ...before, note: '新' },
      refused: [],
    })
  })

  it('leaves out what the step may only read, whole tables and groups of fields too', () => {
    const step = rights('readonly', ['note', 'editable'])
    const shown = { fee: 100, note: 'said', lines: [{ id: 'a', quantity: 2 }] }

    expect(writeForm(cancellationForm.schema, step, {}, shown).data).toEqual({ note: 'said' })
    expect(writeForm(group, step, {}, { request: { reason: 'C32' } }).data).toEqual({})
  })

  it('refuses a change of a read-only, hidden, computed or unknown field by its path', () => {
    const step = rights('readonly', ['note', 'editable'], ['cost', 'hidden'], ['total', 'editable'])

    const { data, refused } = writeForm(cancellationForm.schema, step, before, {
      fee: 1,
      cost: 1,
      total: 1,
      evil: true,
    })

    expect(refused).toEqual(['fee', 'cost', 'total', 'evil'])
    expect(data).toEqual(before)
  })

  it('matches rows by id and keeps the columns that the person does not see', () => {
    const step = rights('editable', ['lines.cost', 'hidden'])

    const { data, refused } = writeForm(cancellationForm.schema, step, before, {
      lines: [
        { id: 'b', quantity: 3 },
        { id: 'a', quantity: 1 },
      ],
    })

    expect(refused).toEqual([])
    expect(data['lines']).toEqual([
      { id: 'b', quantity: 3, cost: 700 },
      { id: 'a', quantity: 1, cost: 500 },
    ])
  })

  it('lets nobody add or remove rows of a table of which he may only write columns', () => {
    const step = rights('readonly', ['lines.quantity', 'editable'])

    const oneLess = writeForm(cancellationForm.schema, step, before, { lines: [{ id: 'a', quantity: 9 }] })
    const oneMore = writeForm(cancellationForm.schema, step, before, {
      lines: [...before.lines, { id: 'c', quantity: 1 }],
    })

    expect([oneLess.refused, oneMore.refused]).toEqual([['lines'], ['lines']])
  })
})

it('empties what a person emptied, also inside of a part, and nothing else', () => {
  const schema = { properties: { req: { properties: { a: { type: 'string' }, b: { type: 'string' } } }, c: {} } }
  const step = rights('readonly', ['req.a', 'editable'])

  expect(withEmptied(schema, step, { req: { a: '1', b: '2' }, c: '3' }, {})).toEqual({ req: { a: null } })
})

it('shows nobody hidden fields and columns', () => {
  const step = rights('readonly', ['cost', 'hidden'], ['lines.cost', 'hidden'])

  expect(
    visibleData(cancellationForm.schema, step, {
      note: 'n',
      cost: 5,
      lines: [{ id: 'a', quantity: 1, cost: 5 }],
      x: 1,
    }),
  ).toEqual({ note: 'n', lines: [{ id: 'a', quantity: 1 }] })
})

it('counts what is to fill, what is required and what is only to read', () => {
  const step = rights(
    'readonly',
    ['note', 'editable'],
    ['fee', 'required'],
    ['cost', 'hidden'],
    ['lines.quantity', 'editable'],
  )

  expect(countFields(cancellationForm, step, new Set(['supplier']))).toEqual({ fill: 3, required: 2, readOnly: 3 })
})

it('hides by rule with groups, and, or and plain comparison', () => {
  const control = (name: string) => ({ type: 'Control', scope: `#/properties/${name}` })
  const rule = (effect: string, condition: object) => ({ rule: { effect, condition } as never })
  const big = { scope: '#/properties/fee', schema: { minimum: 100 } }
  const shop = { type: 'LEAF', scope: '#/properties/bearer', expectedValue: 'shop' }
  const uiSchema = {
    type: 'VerticalLayout',
    elements: [
      { type: 'Group', elements: [control('a')], ...rule('SHOW', { type: 'AND', conditions: [big, shop] }) },
      { ...control('b'), ...rule('HIDE', { type: 'OR', conditions: [big, shop] }) },
    ],
  }

  expect([...hiddenByRule(uiSchema, { fee: 200, bearer: 'shop' }, validate)]).toEqual(['b'])
  expect([...hiddenByRule(uiSchema, { fee: 50, bearer: 'supplier' }, validate)]).toEqual(['a'])
})

describe('what a step sends', () => {
  const schema = {
    type: 'object',
    properties: {
      req: {
        type: 'object',
        properties: {
          reason: { type: 'string' },
          lines: {
            type: 'array',
            items: {
              type: 'object',
              properties: { orderLineId: { type: 'string' }, quantity: { type: 'integer' } },
            },
          },
        },
      },
      note: { type: 'string' },
    },
  }
  const data = { req: { reason: 'C32', lines: [{ orderLineId: 'L1', quantity: 1 }] }, note: '可以' }

  it('leaves out objects and tables in which the step writes nothing', () => {
    expect(writableData(schema, rights('readonly', ['note', 'editable']), data)).toEqual({ note: '可以' })
    expect(writableData(schema, rights('readonly'), data)).toEqual({})
  })

  it('keeps a table of which one column may be written, and an object with one open field', () => {
    expect(writableData(schema, rights('readonly', ['req.lines.quantity', 'editable']), data)).toEqual({
      req: { lines: [{ orderLineId: 'L1', quantity: 1 }] },
    })
    expect(writableData(schema, rights('readonly', ['req.reason', 'required']), data)).toEqual({
      req: { reason: 'C32' },
    })
  })
})
