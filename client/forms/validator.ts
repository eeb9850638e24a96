import { Validator, type Schema } from '@cfworker/json-schema'
import type { JsonSchema, Validate } from '../../server/contract/form-schema.ts'

const validators = new WeakMap<object, Validator>()

function validatorOf(schema: object): Validator {
  let validator = validators.get(schema)
  if (!validator) {
    validator = new Validator(schema as Schema, '2020-12', false)
    validators.set(schema, validator)
  }
  return validator
}

/** Judges without generating code, so the page needs no unsafe-eval. The server runs the same library. */
export const validate: Validate = (schema, data) => validatorOf(schema).validate(data ?? null).errors

/**
 * What JSON Forms asks of Ajv, and no more: rules are evaluated with `validate`, problems are ours (check-form). It
 * also stands in for the package itself (vite.config.ts), which would generate code and weigh 35 KB.
 */
export default class EvalFreeValidator {
  readonly errors = null

  validate(schema: object, data: unknown): boolean {
    return validate(schema as JsonSchema, data).length === 0
  }

  compile(schema: object): (data: unknown) => boolean {
    return (data) => this.validate(schema, data)
  }

  addFormat(): this {
    return this
  }

  addKeyword(): this {
    return this
  }
}
