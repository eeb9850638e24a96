import type { FieldRights } from '../../workflows/model/approval.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { ok, refuse, type Refusal, type Result, type Sentence } from '../../workflows/model/problem.ts'
import type { TaskDocument } from '../../workflows/runtime/face.ts'
import {
  checkForm,
  everythingEditable,
  fieldsOf,
  hiddenByRule,
  writeForm,
  type FormDefinition,
} from '../contract/form-schema.ts'
import { withoutHidden } from '../cases/given.rules.ts'
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
 * Refusals: task.field_not_editable, task.field_required, request.invalid.
 */
export function checkSubmission(
  form: Pick<FormDefinition, 'schema' | 'uiSchema'> | null,
  task: Pick<TaskDocument, 'fields' | 'locals'>,
  variables: JsonObject,
  action: string,
  sent: JsonObject,
): Result<JsonObject> {
  const known = new Set(Object.keys(form?.schema.properties ?? {}))
  const named = new Set((task.fields?.fields ?? []).map(({ path }) => path.split('.')[0]!))
  const unknown = Object.keys(sent).filter((name) => !known.has(name) && !named.has(name))
  if (unknown.length > 0) return notEditable(unknown, said.unknown)
  // What only the rights name is judged by the runner alone.
  if (!form) return ok(sent)

  const rights: FieldRights = task.fields ?? everythingEditable
  const hidden = hiddenIn(rights, sent)
  if (hidden.length > 0) return notEditable(hidden, said.notEditable)
  const [inForm, beside] = [true, false].map((isKnown) =>
    Object.fromEntries(Object.entries(sent).filter(([name]) => known.has(name) === isKnown)),
  ) as [JsonObject, JsonObject]
  const all: JsonObject = { ...variables, ...task.locals }
  const before = Object.fromEntries(Object.entries(all).filter(([name]) => known.has(name)))
  const gone = hiddenByRule(form.uiSchema, { ...before, ...inForm }, validateForm)
  const { data, refused } = writeForm(form.schema, rights, before, inForm, gone)
  if (refused.length > 0) return notEditable(refused, said.notEditable)

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
  // What is hidden was filled in for the check alone: the runner keeps its own.
  const shown = withoutHidden(rights, data as JsonObject)
  const written = Object.keys(inForm).filter((name) => shown[name] !== undefined)
  return ok({ ...beside, ...Object.fromEntries(written.map((name) => [name, shown[name]])) } as JsonObject)
}

function notEditable(paths: readonly string[], message: Sentence): Result<never> {
  const fields: Fields = paths.map((path) => ({ path: at(path), code: 'task.field_not_editable', message }))
  return refuse('task.field_not_editable', message, { where: fields[0]!.path, fields })
}

/** Paths of what was sent and is hidden from its sender: he cannot have meant it, and must not find it out by trying. */
function hiddenIn(rights: FieldRights, sent: JsonObject): string[] {
  const missing = (all: unknown, seen: unknown, path: string): string[] => {
    if (Array.isArray(all) && Array.isArray(seen)) return all.flatMap((row, index) => missing(row, seen[index], path))
    if (!isRecord(all) || !isRecord(seen)) return []
    return Object.entries(all).flatMap(([name, value]) => {
      const inside = path === '' ? name : `${path}.${name}`
      return Object.hasOwn(seen, name) ? missing(value, seen[name], inside) : [inside]
    })
  }
  return [...new Set(missing(sent, withoutHidden(rights, sent), ''))]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
