import type { FieldAccess, FieldRights } from '../../workflows/model/approval.ts'
import { sentenceOf, type FormProblem, type SchemaFailure } from './form-problems.ts'

/**
 * The rules of forms that browser and server share, so that both give one verdict: which fields a step may see, write
 * and must fill, what of a submission counts, and what is wrong with it. Pure; the JSON Schema validator is given.
 */

/** A JSON Schema 2020-12 object with the few extensions of docs/forms.md. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  format?: string
  properties?: Record<string, JsonSchema>
  required?: string[]
  items?: JsonSchema
  oneOf?: JsonSchema[]
  readOnly?: boolean
  'x-title-en'?: string
  'x-description-en'?: string
  [keyword: string]: unknown
}

export interface UiCondition {
  type?: string
  scope?: string
  schema?: JsonSchema
  expectedValue?: unknown
  failWhenUndefined?: boolean
  conditions?: UiCondition[]
}

/** A JSON Forms UI schema element: a layout, a group or a control. */
export interface UiElement {
  type: string
  scope?: string
  label?: string | boolean
  elements?: UiElement[]
  rule?: { effect: string; condition: UiCondition }
  options?: Record<string, unknown>
}

export interface FormDefinition {
  id: string
  name: string | { zh: string; en?: string }
  schema: JsonSchema
  uiSchema: UiElement
}

/** One field of a form; columns of a sub-table are `table.column`. */
export interface FormField {
  path: string
  schema: JsonSchema
  titleZh: string
  titleEn: string
  /** The field holds rows whose columns are fields of their own. */
  table: boolean
}

/** Judges data by a schema and lists every failure. Both sides pass the same library. */
export type Validate = (schema: JsonSchema, data: unknown) => readonly SchemaFailure[]

/** Whoever only sees or edits without a step: everything may be written. */
export const everythingEditable: FieldRights = { default: 'editable', fields: [] }

type Data = Record<string, unknown>

const isData = (value: unknown): value is Data => value !== null && typeof value === 'object' && !Array.isArray(value)
const isTable = (schema: JsonSchema) => schema.type === 'array' && schema.items?.properties !== undefined
const join = (prefix: string, key: string) => (prefix ? `${prefix}.${key}` : key)

/** `lines.0.quantity`, `/lines/0/quantity` and `#/lines/0/quantity` are all the field `lines.quantity`. */
export const fieldPathOf = (dataPath: string): string =>
  dataPath
    .split(/[./]/)
    .filter((part) => part !== '' && part !== '#' && !/^\d+$/.test(part))
    .join('.')

/** All fields in the order of the schema, columns after their table. */
export function fieldsOf(schema: JsonSchema, prefix = ''): FormField[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const path = join(prefix, key)
    const field: FormField = {
      path,
      schema: child,
      titleZh: child.title ?? key,
      titleEn: child['x-title-en'] ?? child.title ?? key,
      table: isTable(child),
    }
    if (field.table) return [field, ...fieldsOf(child.items!, path)]
    return child.properties ? fieldsOf(child, path) : [field]
  })
}

/** What may be done with a field: the nearest entry from the field upward, else the default. */
export function accessOf(rights: FieldRights, path: string): FieldAccess {
  const entry = (at: string) => rights.fields.find((field) => field.path === at)?.access
  const own = entry(path)
  const parts = path.split('.')
  for (let length = parts.length - 1; length > 0; length--) {
    const above = entry(parts.slice(0, length).join('.'))
    if (above === 'hidden') return 'hidden'
    if (above && !own) return above === 'required' ? 'editable' : above
  }
  return own ?? rights.default
}

const canWrite = (access: FieldAccess) => access === 'editable' || access === 'required'

/** Fields that a step may write, computed ones (`readOnly`) excepted. */
export const canWriteField = (rights: FieldRights, field: Pick<FormField, 'path' | 'schema'>): boolean =>
  field.schema.readOnly !== true && canWrite(accessOf(rights, field.path))

function valueAt(data: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (isData(value) ? value[key] : undefined), data)
}

/** The field that a scope of a UI schema names: `#/properties/a/properties/b` -> `a.b`. */
export const pathOfScope = (scope: string): string =>
  scope
    .replace(/^#\/?/, '')
    .split('/')
    .filter((part) => part !== 'properties' && part !== 'items' && part !== '')
    .join('.')

function holds(condition: UiCondition, data: unknown, validate: Validate): boolean {
  if (condition.type === 'AND') return (condition.conditions ?? []).every((one) => holds(one, data, validate))
  if (condition.type === 'OR') return (condition.conditions ?? []).some((one) => holds(one, data, validate))
  const value = condition.scope === undefined ? data : valueAt(data, pathOfScope(condition.scope))
  if (condition.schema === undefined) return !('expectedValue' in condition) || value === condition.expectedValue
  if (condition.failWhenUndefined && value === undefined) return false
  return validate(condition.schema, value ?? null).length === 0
}

/** Paths that a SHOW or HIDE rule of the UI schema takes away for this data; a group takes all its fields along. */
export function hiddenByRule(uiSchema: UiElement, data: unknown, validate: Validate): ReadonlySet<string> {
  const hidden = new Set<string>()
  function walk(element: UiElement, gone: boolean) {
    const rule = element.rule
    const fulfilled = rule === undefined || holds(rule.condition, data, validate)
    const away = gone || (rule?.effect === 'SHOW' && !fulfilled) || (rule?.effect === 'HIDE' && fulfilled)
    if (away && element.scope !== undefined) hidden.add(pathOfScope(element.scope))
    for (const child of element.elements ?? []) walk(child, away)
  }
  walk(uiSchema, false)
  return hidden
}

/**
 * Data without what says nothing: absent, null and blank values. Both sides judge this, so a blank required text is
 * missing and a blank optional one is no fault. Rows and their places stay, so that a problem names the row one sees.
 */
export function withoutBlanks(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutBlanks(item) ?? null)
  if (isData(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, child]) => [key, withoutBlanks(child)] as const)
        .filter(([, child]) => child !== undefined),
    )
  }
  if (value === null || (typeof value === 'string' && value.trim() === '')) return undefined
  return value
}

const anything: JsonSchema = {}

/** Amounts are whole minor units that a double carries exactly; below zero only where the form says so. */
const bounds: Record<string, (schema: JsonSchema) => JsonSchema> = {
  money: (schema) => ({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, ...schema, type: 'integer' }),
}

/** A required field needs content: one character, one row, one choice. */
const withContent: Record<string, (schema: JsonSchema) => JsonSchema> = {
  string: (schema) => ({ ...schema, minLength: Math.max(1, Number(schema['minLength'] ?? 0)) }),
  array: (schema) => ({ ...schema, minItems: Math.max(1, Number(schema['minItems'] ?? 0)) }),
}

const typeOf = (schema: JsonSchema) => (typeof schema.type === 'string' ? schema.type : '')

/**
 * The schema of one step: only what may be written is judged, hidden and read-only fields are nobody's fault here, and
 * `required` of the step is added to that of the form. `gone` are fields that a rule hides for this data.
 */
export function schemaOfStep(
  schema: JsonSchema,
  rights: FieldRights,
  gone: ReadonlySet<string> = new Set(),
  prefix = '',
): JsonSchema {
  const away = (path: string) => [...gone].some((one) => path === one || path.startsWith(`${one}.`))
  const judged = (path: string, child: JsonSchema) =>
    child.readOnly !== true && !away(path) && canWrite(accessOf(rights, path))
  const must = (path: string, key: string) =>
    accessOf(rights, path) === 'required' || (schema.required ?? []).includes(key)

  const properties: Record<string, JsonSchema> = {}
  const required: string[] = []
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const path = join(prefix, key)
    if (child.properties) {
      properties[key] = schemaOfStep(child, rights, gone, path)
    } else if (isTable(child)) {
      const { items, ...table } = child
      const rows = schemaOfStep(items!, rights, gone, path)
      properties[key] = away(path) ? anything : { ...(judged(path, child) ? table : { type: 'array' }), items: rows }
    } else {
      properties[key] = judged(path, child) ? (bounds[child.format ?? '']?.(child) ?? child) : anything
    }
    if (judged(path, child) && !child.properties && must(path, key)) {
      required.push(key)
      properties[key] = withContent[typeOf(child)]?.(properties[key]) ?? properties[key]
    }
  }
  return { ...schema, properties, required }
}

/** Everything that is wrong with a submission in this step, at most one problem for each place. */
export function checkForm(
  definition: Pick<FormDefinition, 'schema' | 'uiSchema'>,
  rights: FieldRights,
  data: unknown,
  validate: Validate,
): FormProblem[] {
  const plain = withoutBlanks(data) ?? {}
  const schema = schemaOfStep(definition.schema, rights, hiddenByRule(definition.uiSchema, plain, validate))
  const fields = new Map(fieldsOf(definition.schema).map((field) => [field.path, field]))
  const problems = new Map<string, FormProblem>()
  for (const failure of validate(schema, plain)) {
    const problem = sentenceOf(failure, schema, (path) => fields.get(fieldPathOf(path)))
    if (problem && !problems.has(problem.path)) problems.set(problem.path, problem)
  }
  return [...problems.values()]
}

/** How many fields a step asks for: to fill, of them required, and read-only. Tables count as one field. */
export function countFields(
  definition: Pick<FormDefinition, 'schema'>,
  rights: FieldRights,
  gone: ReadonlySet<string> = new Set(),
): { fill: number; required: number; readOnly: number } {
  const fields = fieldsOf(definition.schema)
  const tables = fields.filter((field) => field.table).map((field) => field.path)
  const counts = { fill: 0, required: 0, readOnly: 0 }
  for (const field of fields) {
    if (gone.has(field.path) || tables.some((table) => field.path.startsWith(`${table}.`))) continue
    const access = accessOf(rights, field.path)
    if (access === 'hidden') continue
    const columns = fields.filter((column) => column.path.startsWith(`${field.path}.`))
    const writable = canWriteField(rights, field) || columns.some((column) => canWriteField(rights, column))
    if (!writable) counts.readOnly += 1
    else {
      counts.fill += 1
      const parent = field.path.split('.').slice(0, -1)
      const holder = parent.reduce<JsonSchema | undefined>((at, key) => at?.properties?.[key], definition.schema)
      const inSchema = (holder?.required ?? []).includes(field.path.split('.').at(-1) ?? '')
      if (access === 'required' || (inSchema && canWriteField(rights, field))) counts.required += 1
    }
  }
  return counts
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => same(item, b[index]))
  if (!isData(a) || !isData(b)) return false
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => same(a[key], b[key]))
}

const equal = (a: unknown, b: unknown) => same(withoutBlanks(a), withoutBlanks(b))

/** What a person may see of the data: hidden fields and hidden columns are gone. */
export function visibleData(schema: JsonSchema, rights: FieldRights, data: Data, prefix = ''): Data {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]) => {
      const path = join(prefix, key)
      const child = schema.properties?.[key]
      if (!child) return []
      if (isTable(child) && Array.isArray(value)) {
        if (accessOf(rights, path) === 'hidden') return []
        return [[key, value.map((row) => (isData(row) ? visibleData(child.items!, rights, row, path) : row))]]
      }
      if (child.properties && isData(value)) return [[key, visibleData(child, rights, value, path)]]
      return accessOf(rights, path) === 'hidden' ? [] : [[key, value]]
    }),
  )
}

/**
 * Adds null for what a person emptied: written before, writable, and gone now. The server then empties it too, while a
 * field that was not sent keeps its value.
 */
export function withEmptied(schema: JsonSchema, rights: FieldRights, before: Data, written: Data, prefix = ''): Data {
  const data = { ...written }
  for (const key of Object.keys(before)) {
    const child = schema.properties?.[key]
    const path = join(prefix, key)
    const old = before[key]
    if (child?.properties && isData(old)) {
      const inner = withEmptied(child, rights, old, isData(data[key]) ? data[key] : {}, path)
      if (Object.keys(inner).length > 0) data[key] = inner
    } else if (child && data[key] === undefined && canWriteField(rights, { path, schema: child })) {
      data[key] = null
    }
  }
  return data
}

export interface Written {
  /** The data after the submission. */
  data: Data
  /** Fields that were changed though the step may not write them; empty when the submission is clean. */
  refused: string[]
}

/**
 * What of the data a step may write, and nothing that stands around it: objects and sub-tables in which it writes no
 * field are left out, because to send them would claim a change.
 */
export function writableData(schema: JsonSchema, rights: FieldRights, data: Data, prefix = ''): Data {
  return Object.fromEntries(
    Object.entries(data).flatMap(([key, value]): [string, unknown][] => {
      const path = join(prefix, key)
      const child = schema.properties?.[key]
      if (!child) return []
      if (child.properties && isData(value)) {
        const inner = writableData(child, rights, value, path)
        return Object.keys(inner).length > 0 ? [[key, inner]] : []
      }
      const columns = isTable(child) ? fieldsOf(child.items!, path) : []
      return canWriteField(rights, { path, schema: child }) || columns.some((column) => canWriteField(rights, column))
        ? [[key, value]]
        : []
    }),
  )
}

/**
 * Lays a submission over the data of the case. Only what the step may write is taken; a read-only field sent back
 * unchanged is accepted. Rows of a sub-table are matched by their id (else by place) and keep the columns that the
 * person does not write.
 */
export function writeForm(
  schema: JsonSchema,
  rights: FieldRights,
  before: Data,
  sent: Data,
  gone: ReadonlySet<string> = new Set(),
  prefix = '',
): Written {
  const data: Data = { ...before }
  const refused: string[] = []
  for (const [key, value] of Object.entries(sent)) {
    const path = join(prefix, key)
    const child = schema.properties?.[key]
    if (!child) {
      if (!equal(before[key], value)) refused.push(path)
    } else if (gone.has(path)) {
      continue
    } else if (child.properties && isData(value)) {
      const inner = writeForm(child, rights, isData(before[key]) ? before[key] : {}, value, gone, path)
      if (key in before || Object.keys(inner.data).length > 0) data[key] = inner.data
      refused.push(...inner.refused)
    } else if (isTable(child) && Array.isArray(value)) {
      const inner = writeRows(child, rights, Array.isArray(before[key]) ? before[key] : [], value, path)
      if (key in before || writesRows(child, rights, path)) data[key] = inner.rows
      refused.push(...inner.refused)
    } else if (canWriteField(rights, { path, schema: child })) {
      data[key] = value
    } else if (!equal(before[key], value)) {
      refused.push(path)
    }
  }
  return { data, refused }
}

/** Whether the step may change anything of a sub-table: its rows, or one of its columns. */
const writesRows = (table: JsonSchema, rights: FieldRights, path: string): boolean =>
  canWriteField(rights, { path, schema: table }) ||
  Object.entries(table.items?.properties ?? {}).some(([column, schema]) =>
    canWriteField(rights, { path: join(path, column), schema }),
  )

/** What names a row: its own id, or the order line that it speaks of. */
const rowKeys = ['id', 'orderLineId']

function writeRows(table: JsonSchema, rights: FieldRights, before: unknown[], sent: unknown[], path: string) {
  const mayShape = canWriteField(rights, { path, schema: table })
  const refused = new Set<string>()
  const key = rowKeys.find((one) => table.items?.properties?.[one]) ?? 'id'
  const rows = sent.map((row, index) => {
    if (!isData(row)) return row
    const old = before.find((one) => isData(one) && row[key] !== undefined && one[key] === row[key])
    const base = old ?? (row[key] === undefined ? before[index] : undefined)
    const isNew = !isData(base)
    if (isNew && !mayShape) refused.add(path)
    const inner = writeForm(table.items!, rights, isNew ? {} : base, row, new Set(), path)
    const identity = row[key] === undefined ? {} : { [key]: row[key] }
    for (const problem of inner.refused) if (problem !== `${path}.${key}`) refused.add(problem)
    return { ...inner.data, ...identity }
  })
  if (!mayShape && sent.length !== before.length) refused.add(path)
  return { rows, refused: [...refused] }
}
