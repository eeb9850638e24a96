import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { changedSince, fingerprint } from '../../../../workflows/engine/approval/seen.ts'
import { sha256 } from '../../../../workflows/engine/approval/sha256.ts'
import type { FieldAccess } from '../../../../workflows/model/approval.ts'
import type { JsonObject } from '../../../../workflows/model/json.ts'
import { aStep, actions, participants, user } from '../../../support/approval-step.ts'

const fields = (listed: Record<string, FieldAccess>) => ({
  default: 'readonly' as const,
  fields: Object.entries(listed).map(([path, access]) => ({ path, access })),
})

describe('what an approval is bound to', () => {
  const changed = (
    before: JsonObject,
    variables: JsonObject,
    listed: Record<string, FieldAccess> | null,
    form?: string[],
  ) => {
    const { context } = aStep({
      participants: participants([user('wang')]),
      variables,
      ...(listed && { fields: fields(listed) }),
      ...(form && { formFields: form }),
    })
    return changedSince(fingerprint(before, context.policy.fields), context, 'nothing')
  }

  it('is the fields of the form that the person may see', () => {
    expect(changed({ fee: 1 }, { fee: 2 }, null, ['fee'])).toBe('fee')
    expect(changed({ fee: 1, n: 1 }, { fee: 1, n: 2 }, null, ['fee'])).toBeNull()
    expect(changed({ fee: 1 }, { fee: 2 }, { fee: 'hidden' }, ['fee'])).toBeNull()
    expect(changed({}, { fee: 2 }, null, ['fee'])).toBe('fee')
  })

  it('is what the step’s rights name when there is no form, and nothing without either', () => {
    expect(changed({ fee: 1 }, { fee: 2 }, { fee: 'readonly' })).toBe('fee')
    expect(changed({ fee: 1 }, { fee: 2 }, null)).toBeNull()
  })

  it('leaves out hidden columns and the steps’ own results', () => {
    const rows = (cost: number, qty: number) => ({ lines: [{ id: 'a', cost, qty }] })
    expect(changed(rows(1, 1), rows(2, 1), { 'lines.cost': 'hidden' })).toBeNull()
    expect(changed(rows(1, 1), rows(1, 2), { 'lines.cost': 'hidden' })).toBe('lines.qty')
    expect(changed(rows(1, 1), { lines: [] }, { 'lines.cost': 'hidden' })).not.toBeNull()
    expect(changed({ check: 1 }, { check: 2 }, { fee: 'readonly' })).toBeNull()
  })

  it('does not depend on the order of keys', () => {
    expect(changed({ fee: { a: 1, b: 2 } }, { fee: { b: 2, a: 1 } }, { fee: 'readonly' })).toBeNull()
  })
})

describe('a signer’s own edit', () => {
  it('asks those again who had approved something else, and only those', () => {
    const step = aStep({
      participants: participants([user('wang'), user('zhao'), user('chen')]),
      approval: { mode: 'all', rejectAt: 'first' },
      actions: actions('approve'),
      variables: { fee: 1, note: '' },
      fields: { default: 'readonly', fields: [{ path: 'fee', access: 'editable' }] },
    })
    step.act('wang', 'approve')
    step.act('zhao', 'approve', { variables: { fee: 2 } })
    expect(step.items).toEqual(['wang open', 'zhao approved', 'chen open'])
    expect(step.log).toContain('system reopened')
    expect(step.last.log.at(-1)?.comment).toBe('fee')
    step.act('chen', 'approve')
    expect(step.outcome).toBeNull()
    step.act('wang', 'approve')
    expect(step.outcome).toBe('approved')
  })
})

describe('sha256', () => {
  it('agrees with the platform’s own for texts of every length around a block', () => {
    const texts = ['', 'abc', '取消订单', '🙂', ...Array.from({ length: 70 }, (_, length) => 'x'.repeat(length + 50))]
    for (const text of texts) expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'))
  })
})
