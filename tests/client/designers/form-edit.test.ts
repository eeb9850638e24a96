import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { FormDefinition } from '../../../server/contract/form-schema.ts'
import {
  addField,
  addGroup,
  changeField,
  changeOptions,
  elementsOf,
  fieldKinds,
  kindOf,
  moveElement,
  removeElement,
  requireField,
  shiftElement,
  withLayout,
} from '../../../client/designers/form/form-edit.ts'

const words = { title: '照片', first: '选项 1', second: '选项 2' }
const control = (scope: string) => ({ type: 'Control', scope })

const aForm = (): FormDefinition => ({
  id: 'f',
  name: 'F',
  schema: {
    type: 'object',
    required: ['a'],
    properties: {
      a: { type: 'string', title: 'A' },
      b: { type: 'boolean', title: 'B' },
      req: { type: 'object', properties: { c: { type: 'integer', format: 'money', title: 'C' } } },
    },
  },
  uiSchema: {
    type: 'VerticalLayout',
    elements: [
      control('#/properties/a'),
      { type: 'Group', label: 'G', elements: [control('#/properties/b'), control('#/properties/req/properties/c')] },
    ],
  },
})
const order = (form: FormDefinition) =>
  elementsOf(form).map(({ at, element, field }) => `${at.join('.')} ${field?.path ?? String(element.label)}`)

describe('the form as the designer lists it', () => {
  it('names every element with its place, field and kind', () => {
    expect(order(aForm())).toEqual(['0 a', '1 G', '1.0 b', '1.1 req.c'])
    expect(elementsOf(aForm()).map(({ field }) => field?.kind)).toEqual(['text', undefined, 'boolean', 'money'])
    expect(elementsOf(aForm())[0]!.field!.required).toBe(true)
  })

  it.each(readdirSync('templates/after-sales/forms'))('knows every field of %s', (name) => {
    const form = JSON.parse(readFileSync(`templates/after-sales/forms/${name}`, 'utf8')) as FormDefinition

    const controls = elementsOf(form).filter(({ element }) => element.type === 'Control')
    expect(controls.filter(({ field }) => field === null)).toEqual([])
  })

  it('writes out the layout of a form that has none', () => {
    const bare = { ...aForm(), uiSchema: undefined as never }

    expect(order(withLayout(bare))).toEqual(['0 a', '1 b', '2 req'])
  })
})

describe('editing a form', () => {
  it.each(fieldKinds)('adds a field of kind %s that is one of that kind', (kind) => {
    const form = addField(aForm(), kind, [1, 1], words)

    const added = elementsOf(form).find(({ at }) => at.join('.') === '1.1')!
    expect(added.field).toMatchObject({ path: `${kind}1`, kind, schema: { title: '照片' } })
    expect(kindOf(added.field!.schema, added.element)).toBe(kind)
    expect(order(form)).toHaveLength(5)
  })

  it('gives a second field of a kind a name of its own', () => {
    const form = addField(addField(aForm(), 'text', [0], words), 'text', [0], words)

    expect(order(form).slice(0, 2)).toEqual(['0 text2', '1 text1'])
  })

  it('changes a field inside of another and leaves out what is emptied', () => {
    const form = changeField(aForm(), '#/properties/req/properties/c', { title: '金额', maximum: 100, description: '' })

    expect(form.schema.properties!['req']!.properties!['c']).toEqual({
      type: 'integer',
      format: 'money',
      title: '金额',
      maximum: 100,
    })
  })

  it('requires a field where it stands', () => {
    const form = requireField(requireField(aForm(), '#/properties/req/properties/c', true), '#/properties/a', false)

    expect(form.schema.required).toEqual([])
    expect(form.schema.properties!['req']!.required).toEqual(['c'])
  })

  it('takes the options away with the last one', () => {
    const wide = changeOptions(aForm(), [0], { width: 'full' })

    expect(wide.uiSchema.elements![0]!.options).toEqual({ width: 'full' })
    expect(changeOptions(wide, [0], { width: undefined }).uiSchema.elements![0]).toEqual(control('#/properties/a'))
  })

  it('removes a field with its data, and a group with all in it', () => {
    const form = removeElement(aForm(), [1])

    expect(order(form)).toEqual(['0 a'])
    expect(Object.keys(form.schema.properties!)).toEqual(['a', 'req'])
    expect(form.schema.properties!['req']!.properties).toEqual({})
    expect(removeElement(aForm(), [0]).schema.required).toEqual([])
  })

  it('keeps a field that is shown somewhere else too', () => {
    const twice = aForm()
    twice.uiSchema.elements!.push(control('#/properties/a'))

    expect(removeElement(twice, [0]).schema.properties).toHaveProperty('a')
  })

  it.each([
    [[0], [1, 1], ['0 G', '0.0 b', '0.1 a', '0.2 req.c']],
    [[1, 1], [0], ['0 req.c', '1 a', '2 G', '2.0 b']],
    [[1], [0], ['0 G', '0.0 b', '0.1 req.c', '1 a']],
    [
      [1, 0],
      [1, 2],
      ['0 a', '1 G', '1.0 req.c', '1.1 b'],
    ],
    [[1], [1, 0], ['0 a', '1 G', '1.0 b', '1.1 req.c']],
  ])('moves %j before %j', (from, to, expected) => {
    expect(order(moveElement(aForm(), from, to))).toEqual(expected)
  })

  it('shifts by the keyboard within its list and stops at the edges', () => {
    const down = shiftElement(aForm(), [0], 1)

    expect(order(down.definition)).toEqual(['0 G', '0.0 b', '0.1 req.c', '1 a'])
    expect(down.at).toEqual([1])
    expect(order(shiftElement(down.definition, [1], 1).definition)).toEqual(order(down.definition))
    expect(order(shiftElement(down.definition, [1], -1).definition)).toEqual(order(aForm()))
  })

  it('adds a group to put fields into', () => {
    const form = moveElement(addGroup(aForm(), [2], '新'), [0], [2, 0])

    expect(order(form)).toEqual(['0 G', '0.0 b', '0.1 req.c', '1 新', '1.0 a'])
  })
})
