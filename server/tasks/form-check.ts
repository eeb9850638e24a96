import type { FieldRights } from '../../workflows/model/approval.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { ok, refuse, type Refusal, type Result } from '../../workflows/model/problem.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import { refusalOf } from '../contract/errors.ts'
import {
  checkForm,
  everythingEditable,
  fieldsOf,
  hiddenByRule,
  writeForm,
  type FormDefinition,
} from '../contract/form-schema.ts'
import { validateForm } from './form-validator.ts'

type Fields = NonNullable<Refusal['fields']>

/** Ids of files in what was written: of fields that hold files, as ids or as cards with an id. */
export function filesIn(form: Pick<FormDefinition, 'schema'> | null, data: JsonObject): string[] {
  if (!form) return []
  return fieldsOf(form.schema)
    .filter(({ path, schema }) => schema.format === 'files' && !path.includes('.'))
    .flatMap(({ path }) => (Array.isArray(data[path]) ? (data[path] as unknown[]) : []))
    .flatMap((file) => (typeof file === 'string' ? [file] : isCard(file) ? [file.id] : []))
}

const isCard = (value: unknown): value is { id: string } =>
  value !== null && typeof value === 'object' && 'id' in value && typeof value.id === 'string'

/** Acts that answer for the whole form; the others only for what they send. */
const answersForAll = new Set(['approve', 'custom', 'complete'])

const at = (path: string) => `variables.${path}`

const said = {
  notEditable: { zh: '这一项在这一步不能改。', en: 'This cannot be changed at this step.' },
  unknown: { zh: '这张表单没有这一项。', en: 'The form has no such field.' },
}

/**
 * What of a submission may be written, judged by the same rules as on the page (docs/forms.md): unknown fields, fields
 * that the step does not open, and everything that is wrong with what was written. Problems stand at `variables.<field>`.
 * Refusals: unknown_field, task.field_not_editable, task.field_required, request.invalid.
 */
export function checkSubmission(
  form: Pick<FormDefinition, 'schema' | 'uiSchema'> | null,
  task: Pick<TaskDocument, 'fields' | 'locals'>,
  variables: JsonObject,
  action: string,
  sent: JsonObject,
): Result<JsonObject> {
  const known = new Set(Object.keys(form?.schema.properties ?? {}))
  const unknown = Object.keys(sent).filter((name) => !known.has(name))
  if (unknown.length > 0) {
    const fields: Fields = unknown.map((name) => ({ path: at(name), code: 'unknown_field', message: said.unknown }))
    return { ok: false, refusal: refusalOf('unknown_field', { where: fields[0]!.path, fields }) }
  }
  if (!form) return ok({})

  const rights: FieldRights = task.fields ?? everythingEditable
  const all: JsonObject = { ...variables, ...task.locals }
  const before = Object.fromEntries(Object.entries(all).filter(([name]) => known.has(name)))
  const gone = hiddenByRule(form.uiSchema, { ...before, ...sent }, validateForm)
  const { data, refused } = writeForm(form.schema, rights, before, sent, gone)
  if (refused.length > 0) {
    const fields: Fields = refused.map((path) => ({
      path: at(path),
      code: 'task.field_not_editable',
      message: said.notEditable,
    }))
    return refuse('task.field_not_editable', said.notEditable, { where: fields[0]!.path, fields })
  }

  const problems = checkForm(form, rights, data, validateForm)
  const counted = problems.filter(
    ({ path, code }) =>
      answersForAll.has(action) || (code !== 'form.required' && Object.hasOwn(sent, path.split('/')[1] ?? '')),
  )
  if (counted.length > 0) {
    const fields: Fields = counted.map(({ path, code, message }) => ({
      path: at(path.replace(/^\//, '').replaceAll('/', '.')),
      code,
      message,
    }))
    const first = fields[0]!
    const onlyMissing = fields.every(({ code }) => code === 'form.required')
    return refuse(onlyMissing ? 'task.field_required' : 'request.invalid', first.message, { where: first.path, fields })
  }
  const written = Object.keys(sent).filter((name) => data[name] !== undefined)
  return ok(Object.fromEntries(written.map((name) => [name, data[name]])) as JsonObject)
}
