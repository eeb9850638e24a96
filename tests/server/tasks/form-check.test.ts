import { describe, expect, it } from 'vitest'
import type { FormDefinition } from '../../../server/contract/form-schema.ts'
import { checkSubmission, filesIn } from '../../../server/tasks/form-check.ts'
import { validateForm } from '../../../server/tasks/form-validator.ts'

const form: Pick<FormDefinition, 'schema' | 'uiSchema'> = {
  schema: {
    type: 'object',
    required: ['tracking'],
    properties: {
      tracking: { type: 'string', title: '运单号', pattern: '^SF[0-9]{4}$' },
      proofs: { type: 'array', format: 'files', title: '凭证', items: { type: 'string' } },
      cost: { type: 'integer', format: 'money', title: '成本' },
    },
  },
  uiSchema: { type: 'VerticalLayout', elements: [] },
}
const task = { fields: null, locals: {} }
const submit = (sent: Parameters<typeof checkSubmission>[4], action = 'complete') =>
  checkSubmission(form, task, { tracking: 'SF0001' }, action, sent)

describe('a submission', () => {
  it('is judged with what the case already holds', () => {
    expect(submit({ cost: 12 })).toEqual({ ok: true, value: { cost: 12 } })
  })

  it('of a field that is emptied although it must be there is refused at it', () => {
    expect(submit({ tracking: null })).toMatchObject({
      refusal: { code: 'task.field_required', where: 'variables.tracking' },
    })
  })

  it('that misses a pattern is refused with the field', () => {
    expect(submit({ tracking: 'YT0001' })).toMatchObject({
      refusal: { code: 'request.invalid', fields: [{ path: 'variables.tracking', code: 'form.pattern' }] },
    })
  })

  it('of a step without a form takes nothing', () => {
    expect(checkSubmission(null, task, {}, 'complete', {})).toEqual({ ok: true, value: {} })
    expect(checkSubmission(null, task, {}, 'complete', { refund: 1 })).toMatchObject({
      refusal: { code: 'task.field_not_editable', where: 'variables.refund' },
    })
  })

  it('names the files that it brings, as ids or as cards', () => {
    expect(filesIn(form, { proofs: ['f-1', { id: 'f-2', name: 'a.png' }, 7] })).toEqual(['f-1', 'f-2'])
  })
})

describe('a pattern that was written to take for ever', () => {
  it('is decided at once', () => {
    const schema = { type: 'object', properties: { code: { type: 'string', pattern: '^(a+)+$' } } }
    const started = performance.now()

    const failures = validateForm(schema, { code: `${'a'.repeat(5_000)}!` })

    expect(failures).toMatchObject([{ keyword: 'pattern', instanceLocation: '#/code' }])
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})
