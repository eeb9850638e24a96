import { describe, expect, it } from 'vitest'
import { readResource } from '../../../workflows/runtime/read-resource.ts'

const text = { type: 'string', title: '说明' }

/** The codes of what is wrong with a form, with the field that each is told of. */
async function told(form: unknown): Promise<string[]> {
  const content = typeof form === 'string' ? form : JSON.stringify(form)
  const { problems, parts } = await readResource({ kind: 'form', content })
  expect(parts).toHaveLength(problems.length === 0 ? 1 : 0)
  for (const { message } of problems) expect(message.zh + message.en).not.toMatch(/undefined|\[object/)
  return problems.map(({ code, elementId }) => `${code} ${elementId}`)
}

const aForm = (properties: object, more: object = {}) => ({
  id: 'ask',
  name: '申请',
  schema: { type: 'object', properties, ...more },
})
const withField = (field: object) => told(aForm({ a: field }))

const nested = (levels: number): object =>
  levels === 0 ? text : { type: 'object', properties: { a: nested(levels - 1) } }
const doubled = (levels: number): object =>
  levels === 0 ? text : { anyOf: [doubled(levels - 1), doubled(levels - 1)] }

describe('a form that is published (reliability 7.4 and 8.4)', () => {
  it.each([
    ['what docs/forms.md tells', { type: 'integer', format: 'money', minimum: 0, 'x-title-en': 'Amount' }],
    [
      'a choice of many',
      { type: 'string', oneOf: Array.from({ length: 200 }, (_, i) => ({ const: `c${i}`, title: '项' })) },
    ],
    ['a table', { type: 'array', maxItems: 50, items: { type: 'object', properties: { sku: text } } }],
    ['a condition', { type: 'object', properties: { b: text }, if: { required: ['b'] }, else: { minProperties: 1 } }],
    ['J01 a pattern that only other engines are slow with', { type: 'string', pattern: '^(a|a)*$' }],
    ['J11 entries that differ, few of them', { type: 'array', items: text, uniqueItems: true, maxItems: 1000 }],
  ])('may say %s', async (_, field) => {
    expect(await withField(field)).toEqual([])
  })

  it.each([
    ['J02 look-ahead', { type: 'string', pattern: '(?=x)' }, 'pattern.unsupported a'],
    ['J02 a back-reference', { type: 'string', pattern: String.raw`(a)\1` }, 'pattern.unsupported a'],
    ['J02 a named one', { type: 'string', pattern: String.raw`(?<n>a)\k<n>` }, 'pattern.unsupported a'],
    ['J03 half a pattern', { type: 'string', pattern: '[' }, 'pattern.invalid a'],
    ['J03 a long pattern', { type: 'string', pattern: 'x'.repeat(257) }, 'pattern.too_long a'],
    ['J03 a thousand times', { type: 'string', pattern: 'a{1001}' }, 'pattern.invalid a'],
    ['J04 nested alternatives', doubled(9), 'schema.size null'],
    ['J04 depth', nested(12), 'schema.size a.a.a.a.a.a.a.a.a.a.a.a'],
    ['many alternatives', { anyOf: Array.from({ length: 9 }, () => text) }, 'schema.size a'],
    ['J05 the form itself', { $ref: '#' }, 'schema.ref_cycle a'],
    ['J06 another machine', { $ref: 'http://evil.example/x' }, 'schema.ref a'],
    ['J06 a file', { $ref: 'file:///etc/passwd' }, 'schema.ref a'],
    ['a definition that is not there', { $ref: '#/$defs/b' }, 'schema.ref a'],
    ['J07 $data', { type: 'number', minimum: { $data: '1/b' } }, 'schema.value a'],
    ['J07 a reference that moves', { $dynamicRef: '#b' }, 'schema.keyword a'],
    ['J07 an id', { $id: 'b', type: 'string' }, 'schema.keyword a'],
    ['J07 a format', { type: 'string', format: 'nonsense' }, 'schema.format a'],
    ['a misspelled keyword', { type: 'string', maxLenght: 3 }, 'schema.keyword a'],
    ['names by pattern', { patternProperties: { '^(a+)+$': text } }, 'schema.keyword a'],
    ['a type', { type: 'strnig' }, 'schema.type a'],
    ['J11 entries that differ, without a limit', { type: 'array', uniqueItems: true }, 'schema.unbounded a'],
    ['no choice', { enum: [] }, 'schema.value a'],
    ['a range without a value', { type: 'number', minimum: 2, maximum: 1 }, 'schema.range a'],
    ['a list as a field', [], 'schema.value a'],
    ['the keyword of every object', { toString: 1 }, 'schema.keyword a'],
  ])('may not say %s', async (_, field, expected) => {
    expect(await withField(field)).toContain(expected)
  })

  it('may refer to definitions of its own, twice as well, but not in a circle (J05)', async () => {
    const refs = (...names: string[]) => ({
      type: 'object',
      properties: Object.fromEntries(names.map((name, index) => [`f${index}`, { $ref: `#/$defs/${name}` }])),
    })

    expect(await told(aForm({ a: { $ref: '#/$defs/b' } }, { $defs: { b: refs('c', 'c'), c: text } }))).toEqual([])
    expect(await told(aForm({ a: { $ref: '#/$defs/b' } }, { $defs: { b: refs('c'), c: refs('b') } }))).toContain(
      'schema.ref_cycle a',
    )
  })

  it.each(['__proto__', 'constructor'])('may have no field named %s (J08)', async (name) => {
    expect(await told(`{"id":"ask","name":"x","schema":{"type":"object","properties":{"${name}":{}}}}`)).toEqual([
      'schema.reserved_name null',
    ])
  })

  it('may not be larger than anybody fills in', async () => {
    const fields = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`f${index}`, text]))

    expect(await told(aForm(fields))).toEqual(['schema.size null'])
    expect(await told({ ...aForm({ a: text }), name: 'x'.repeat(70_000) })).toEqual(['schema.size null'])
  })

  it('shows only fields that it has', async () => {
    const layout = (scope: string) => ({
      ...aForm({ a: nested(1) }),
      uiSchema: { type: 'VerticalLayout', elements: [{ type: 'Group', elements: [{ type: 'Control', scope }] }] },
    })

    expect(await told(layout('#/properties/a/properties/a'))).toEqual([])
    expect(await told(layout('#/properties/b'))).toEqual(['form.control_unknown null'])
    expect(await told(layout('#/properties/__proto__'))).toEqual(['form.control_unknown null'])
    expect(await told({ ...aForm({ a: text }), uiSchema: { type: 'VerticalLayout', elements: 'x' } })).toEqual([
      'form.ui null',
    ])
  })

  it('is known by its Chinese name', async () => {
    const content = JSON.stringify({ ...aForm({ a: text }), name: { zh: '申请', en: 'Request' } })
    expect((await readResource({ kind: 'form', content })).parts).toMatchObject([{ id: 'ask', name: '申请' }])
  })
})
