import { describe, expect, it } from 'vitest'
import { checkFields, type FieldCheck } from '../../../../workflows/engine/approval/fields.ts'
import type { FieldAccess, FieldRights } from '../../../../workflows/model/approval.ts'
import type { JsonObject } from '../../../../workflows/model/json.ts'

const rights = (fallback: FieldRights['default'], fields: Record<string, FieldAccess> = {}): FieldRights => ({
  default: fallback,
  fields: Object.entries(fields).map(([path, access]) => ({ path, access })),
})
function check(granted: FieldRights | null, before: JsonObject, sent: JsonObject, more: Partial<FieldCheck> = {}) {
  const result = checkFields({
    rights: granted,
    known: null,
    reserved: [],
    before,
    sent,
    demandRequired: true,
    ...more,
  })
  return result.ok
    ? result.value
    : `${result.refusal.code} ${result.refusal.fields?.map((field) => field.path).join(' ')}`
}

describe('fields at a step', () => {
  it('accepts what is editable, and a read-only value that comes back unchanged', () => {
    const granted = rights('readonly', { fee: 'editable' })
    expect(check(granted, { fee: 1, amount: 9 }, { fee: 2, amount: 9 })).toEqual({ fee: 2 })
  })

  it('refuses a change of a read-only field, and any mention of a hidden one', () => {
    const granted = rights('readonly', { cost: 'hidden' })
    expect(check(granted, { amount: 9 }, { amount: 8 })).toBe('task.field_not_editable amount')
    expect(check(granted, { cost: 5 }, { cost: 5 })).toBe('task.field_not_editable cost')
  })

  it('asks for required fields, which may have been filled in before', () => {
    const granted = rights('editable', { fee: 'required', reason: 'required' })
    expect(check(granted, {}, { fee: 0 })).toBe('task.field_required reason')
    expect(check(granted, { reason: '缺货' }, { fee: 0 })).toEqual({ fee: 0 })
    expect(check(granted, { reason: '  ' }, { fee: 0 })).toBe('task.field_required reason')
    expect(check(granted, {}, {}, { demandRequired: false })).toEqual({})
  })

  it('lets nobody write a step’s own result or a field that the form does not have', () => {
    expect(check(null, {}, { approve: { outcome: 'approved' } }, { reserved: ['approve'] })).toBe(
      'task.field_not_editable approve',
    )
    expect(check(null, {}, { fee: 1, paid: true }, { known: ['fee'] })).toBe('task.field_not_editable paid')
  })

  it('keeps a name like __proto__ an ordinary name', () => {
    const sent = JSON.parse('{"__proto__": {"polluted": true}}') as JsonObject
    const result = check(null, {}, sent) as JsonObject
    expect(Object.hasOwn(result, '__proto__')).toBe(true)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

describe('columns of a sub-table', () => {
  const lines = [
    { id: 'a', sku: 'S-1', qty: 1, cost: 100 },
    { id: 'b', sku: 'S-2', qty: 2, cost: 200 },
  ]
  const granted = rights('readonly', { 'lines.qty': 'editable', 'lines.cost': 'hidden' })
  const seen = lines.map(({ cost: _hidden, ...row }) => row)

  it('matches rows by id, changes editable columns and keeps hidden ones', () => {
    const sent = [{ ...seen[1]!, qty: 5 }, seen[0]!]
    expect(check(granted, { lines }, { lines: sent })).toEqual({ lines: [{ ...lines[1]!, qty: 5 }, lines[0]!] })
  })

  it('refuses a read-only or hidden column, a new row and a missing one', () => {
    expect(check(granted, { lines }, { lines: [{ ...seen[0]!, sku: 'X' }, seen[1]!] })).toBe(
      'task.field_not_editable lines.sku',
    )
    expect(check(granted, { lines }, { lines })).toBe('task.field_not_editable lines.cost')
    expect(check(granted, { lines }, { lines: [...seen, { id: 'c', qty: 1 }] })).toBe('task.field_not_editable lines')
    expect(check(granted, { lines }, { lines: [seen[0]!] })).toBe('task.field_not_editable lines')
    expect(check(granted, { lines }, { lines: 'none' })).toBe('task.field_not_editable lines')
  })

  it('lets rows come and go where the table is editable, hidden columns untouched', () => {
    const open = rights('readonly', { lines: 'editable', 'lines.cost': 'hidden' })
    expect(check(open, { lines }, { lines: [seen[1]!, { id: 'c', sku: 'S-3', qty: 1 }] })).toEqual({
      lines: [lines[1]!, { id: 'c', sku: 'S-3', qty: 1 }],
    })
  })

  it('asks for a required column in each row', () => {
    const open = rights('editable', { 'lines.reason': 'required' })
    expect(check(open, {}, { lines: [{ id: 'a', reason: 'CX1' }, { id: 'b' }] })).toBe(
      'task.field_required lines.reason',
    )
  })
})
