import type { FieldAccess, FieldRights } from '../../model/approval.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import { refuse, ok, type Refusal, type Result } from '../../model/problem.ts'
import { refusals } from './refusals.ts'
import { canonical, isEmpty, isObject, isTable, sameValue } from './values.ts'

/** What a step grants on a path; a column follows its table where it is not named itself. */
export function accessOf(rights: FieldRights | null, path: string): FieldAccess {
  if (rights === null) return 'editable'
  const named = (wanted: string) => rights.fields.find((field) => field.path === wanted)?.access
  const own = named(path)
  if (own !== undefined) return own
  const dot = path.lastIndexOf('.')
  if (dot < 0) return rights.default
  const parent = accessOf(rights, path.slice(0, dot))
  return parent === 'required' ? 'editable' : parent
}

const mayWrite = (access: FieldAccess) => access === 'editable' || access === 'required'

export interface FieldCheck {
  rights: FieldRights | null
  /** Names that the form has; null: no form, every name will do. */
  known: readonly string[] | null
  /** Names that nobody may send. */
  reserved: readonly string[]
  before: JsonObject
  sent: JsonObject
  /** Only approve, custom and complete ask for the required fields. */
  demandRequired: boolean
}

/**
 * What of the data sent may be written: read-only fields may come back unchanged, hidden ones are unknown to the sender.
 * Rows of a sub-table are matched by their `id`; hidden columns keep their values.
 * Refuses with `task.field_not_editable` or `task.field_required`, naming each field.
 */
export function checkFields(check: FieldCheck): Result<JsonObject> {
  const wrong: string[] = []
  const accepted: [string, JsonValue][] = []
  for (const [name, value] of Object.entries(check.sent)) {
    const before = Object.hasOwn(check.before, name) ? check.before[name] : undefined
    const listed = check.rights?.fields.some((field) => field.path.split('.')[0] === name) ?? false
    const isKnown = check.known === null || check.known.includes(name) || listed
    if (check.reserved.includes(name) || !isKnown) wrong.push(name)
    else if (hasInnerRights(check.rights, name)) {
      const merged = mergeInside(check.rights, name, before, value, wrong)
      if (!sameValue(merged, before)) accepted.push([name, merged])
    } else if (mayWrite(accessOf(check.rights, name))) accepted.push([name, value])
    else if (accessOf(check.rights, name) === 'hidden' || !sameValue(before, value)) wrong.push(name)
  }
  if (wrong.length > 0) return refusedFields(wrong, refusals.fieldNotEditable)

  // Entries rather than assignment: a name like __proto__ stays an ordinary name.
  const variables = Object.fromEntries(accepted)
  if (check.demandRequired) {
    const missing = missingFields(check.rights, { ...check.before, ...variables })
    if (missing.length > 0) return refusedFields(missing, refusals.fieldRequired)
  }
  return ok(variables)
}

function refusedFields(paths: string[], refusal: (path: string) => Refusal) {
  const fields = [...new Set(paths)].map((path) => {
    const { code, message } = refusal(path)
    return { path, code, message }
  })
  const first = refusal(paths[0]!)
  return refuse(first.code, first.message, { where: paths[0]!, fields, params: { fields: fields.map((f) => f.path) } })
}

/** Whether rights are given for parts of a field: columns of a sub-table, or fields of an object. */
export const hasInnerRights = (rights: FieldRights | null, name: string) =>
  rights?.fields.some((field) => field.path.startsWith(`${name}.`)) ?? false

/** Takes what was sent of a field with parts over what there is, part by part; what may not be written is told. */
function mergeInside(
  rights: FieldRights | null,
  name: string,
  before: JsonValue | undefined,
  sent: JsonValue,
  wrong: string[],
): JsonValue {
  if (isObject(sent) && (isObject(before) || before === undefined || before === null))
    return mergeParts(rights, name, before ?? {}, sent, false, wrong)
  const rowsBefore = isTable(before) ? before : []
  const table = accessOf(rights, name)
  if (!Array.isArray(sent) || !sent.every(isObject)) {
    if (!sameValue(before, sent) || table === 'hidden') wrong.push(name)
    return sent
  }
  // Rows that show no id are told by their place.
  const keyOf = (row: JsonObject, index: number) => canonical(row['id'] ?? rowsBefore[index]?.['id'] ?? `#${index}`)
  const left = new Map(rowsBefore.map((row, index) => [keyOf(row, index), row]))
  const rows = sent.map((row, index) => {
    const old = left.get(keyOf(row, index))
    left.delete(keyOf(row, index))
    if (!old && !mayWrite(table)) wrong.push(name)
    return mergeParts(rights, name, old ?? {}, row, old === undefined, wrong)
  })
  if (left.size > 0 && !mayWrite(table)) wrong.push(name)
  return rows
}

/** One row of a sub-table, or an object: what is hidden or read-only in it keeps its value. */
function mergeParts(
  rights: FieldRights | null,
  around: string,
  old: JsonObject,
  sent: JsonObject,
  isNew: boolean,
  wrong: string[],
): JsonObject {
  const merged = new Map(Object.entries(old))
  for (const column of new Set([...Object.keys(old), ...Object.keys(sent)])) {
    const path = `${around}.${column}`
    const access = accessOf(rights, path)
    const isSent = Object.hasOwn(sent, column)
    if (isSent && hasInnerRights(rights, path))
      merged.set(column, mergeInside(rights, path, old[column], sent[column]!, wrong))
    else if (access === 'hidden') {
      if (isSent) wrong.push(path)
    } else if (mayWrite(access) || (isNew && column === 'id')) {
      if (isSent) merged.set(column, sent[column]!)
      else if (!hasInnerRights(rights, path)) merged.delete(column)
    } else if (isSent && !sameValue(old[column], sent[column])) wrong.push(path)
  }
  return Object.fromEntries(merged)
}

function missingFields(rights: FieldRights | null, data: JsonObject): string[] {
  const required = (rights?.fields ?? []).filter((field) => field.access === 'required')
  return required.filter(({ path }) => isMissing(data, path.split('.'))).map(({ path }) => path)
}

/** Whether a field is empty; of a column in any of its rows. */
function isMissing(value: JsonValue | undefined, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return isEmpty(value)
  if (Array.isArray(value)) return value.some((row) => isMissing(row, [name, ...rest]))
  return !isObject(value) || !Object.hasOwn(value, name) || isMissing(value[name], rest)
}
