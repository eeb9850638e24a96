import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import EvalFreeValidator, { validate } from '../../../client/forms/validator.ts'

describe('the validator of the browser', () => {
  it('judges rules without a value like a value that says nothing', () => {
    const validator = new EvalFreeValidator()

    expect(validator.validate({ const: 'supplier' }, undefined)).toBe(false)
    expect(validator.validate({ not: { const: 'supplier' } }, undefined)).toBe(true)
    expect(validator.compile({ minimum: 3 })(4)).toBe(true)
  })

  it('lists every failure, not only the first', () => {
    const failures = validate({ type: 'object', required: ['a', 'b'] }, {})

    expect(failures.map((failure) => failure.keyword)).toEqual(['required', 'required'])
  })

  it('needs no code generation', () => {
    const folder = 'node_modules/@cfworker/json-schema/dist/esm'
    const generating = readdirSync(folder)
      .filter((file) => file.endsWith('.js'))
      .filter((file) => /\bnew Function\b|\beval\(/.test(readFileSync(`${folder}/${file}`, 'utf8')))

    expect(generating).toEqual([])
  })
})
