import {
  pathOfScope,
  type FormDefinition,
  type JsonSchema,
  type UiElement,
} from '../../../server/contract/form-schema.ts'

/** What a person can add to a form. */
export const fieldKinds = [
  'text',
  'longText',
  'number',
  'money',
  'date',
  'dateTime',
  'choice',
  'choices',
  'boolean',
  'member',
  'orderLines',
  'files',
] as const
export type FieldKind = (typeof fieldKinds)[number]

/** Where an element stands in the layout: an index for each level. */
export type Place = readonly number[]

export interface PlacedElement {
  readonly at: Place
  readonly element: UiElement
  /** Of a control: its field, what it is, and whether the form itself requires it. */
  readonly field: {
    readonly path: string
    readonly schema: JsonSchema
    readonly kind: FieldKind | 'other'
    readonly required: boolean
  } | null
}

const kindTests: readonly [FieldKind, (schema: JsonSchema, element: UiElement) => boolean][] = [
  ['money', ({ format }) => format === 'money'],
  ['date', ({ format }) => format === 'date'],
  ['dateTime', ({ format }) => format === 'date-time'],
  ['member', ({ format }, { options }) => format === 'member' || options?.['control'] === 'member'],
  ['orderLines', ({ format }, { options }) => format === 'order-lines' || options?.['control'] === 'orderLines'],
  ['files', ({ format }, { options }) => format === 'files' || options?.['control'] === 'files'],
  ['boolean', ({ type }) => type === 'boolean'],
  [
    'choices',
    ({ type, items }) => type === 'array' && (items?.oneOf !== undefined || items?.['x-catalog'] !== undefined),
  ],
  [
    'choice',
    ({ oneOf, ...schema }, { options }) =>
      oneOf !== undefined || schema['x-catalog'] !== undefined || options?.['catalog'] !== undefined,
  ],
  [
    'longText',
    ({ type, format, ...schema }, { options }) =>
      type === 'string' &&
      (format === 'long-text' ||
        options?.['control'] === 'longText' ||
        options?.['multi'] === true ||
        Number(schema['maxLength'] ?? 0) >= 200),
  ],
  ['number', ({ type }) => type === 'number' || type === 'integer'],
  ['text', ({ type }) => type === 'string'],
]
export const kindOf = (schema: JsonSchema, element: UiElement): FieldKind | 'other' =>
  kindTests.find(([, holds]) => holds(schema, element))?.[0] ?? 'other'

const keysOf = (scope: string) => pathOfScope(scope).split('.')

/** The schema that holds a field, and the field itself. */
function holderOf(schema: JsonSchema, scope: string): { holder: JsonSchema; key: string; field: JsonSchema } | null {
  const keys = keysOf(scope)
  const key = keys.pop()
  let holder: JsonSchema | undefined = schema
  for (const one of keys) holder = holder?.properties?.[one]
  const field = key === undefined ? undefined : holder?.properties?.[key]
  return holder && key !== undefined && field ? { holder, key, field } : null
}

/** Everything of the layout in the order of the page, groups before what is in them. */
export function elementsOf({ schema, uiSchema }: FormDefinition): PlacedElement[] {
  const walk = (element: UiElement, at: Place): PlacedElement[] =>
    (element.elements ?? []).flatMap((child, index) => {
      const place = [...at, index]
      const found = child.scope === undefined ? null : holderOf(schema, child.scope)
      const field = found && {
        path: pathOfScope(child.scope!),
        schema: found.field,
        kind: kindOf(found.field, child),
        required: found.holder.required?.includes(found.key) ?? false,
      }
      return [{ at: place, element: child, field }, ...walk(child, place)]
    })
  return walk(uiSchema, [])
}

/** A form without a layout shows its fields one after the other; the designer writes that out. */
export function withLayout(definition: FormDefinition): FormDefinition {
  if (definition.uiSchema?.type) return definition
  const elements = Object.keys(definition.schema.properties ?? {}).map((key) => ({
    type: 'Control',
    scope: `#/properties/${key}`,
  }))
  return { ...definition, uiSchema: { type: 'VerticalLayout', elements } }
}

const elementAt = (root: UiElement, at: Place): UiElement | undefined =>
  at.reduce<UiElement | undefined>((element, index) => element?.elements?.[index], root)

function changeAt(root: UiElement, at: Place, change: (element: UiElement) => UiElement): UiElement {
  const [index, ...rest] = at
  if (index === undefined) return change(root)
  return {
    ...root,
    elements: (root.elements ?? []).map((child, place) => (place === index ? changeAt(child, rest, change) : child)),
  }
}
const insertAt = (root: UiElement, at: Place, element: UiElement) =>
  changeAt(root, at.slice(0, -1), (parent) => {
    const elements = [...(parent.elements ?? [])]
    elements.splice(at.at(-1) ?? 0, 0, element)
    return { ...parent, elements }
  })
const takeAt = (root: UiElement, at: Place) =>
  changeAt(root, at.slice(0, -1), (parent) => ({
    ...parent,
    elements: (parent.elements ?? []).filter((_, index) => index !== at.at(-1)),
  }))

/** The schema with the field of a scope, or what holds it, changed. Undefined takes it away. */
function withField(
  schema: JsonSchema,
  keys: readonly string[],
  change: (holder: JsonSchema, key: string) => JsonSchema,
): JsonSchema {
  const [key = '', ...rest] = keys
  if (rest.length === 0) return change(schema, key)
  return {
    ...schema,
    properties: { ...schema.properties, [key]: withField(schema.properties?.[key] ?? {}, rest, change) },
  }
}

/** Leaves out what is undefined or blank. */
const tidy = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== '')) as T

export function changeField(definition: FormDefinition, scope: string, patch: Partial<JsonSchema>): FormDefinition {
  const schema = withField(definition.schema, keysOf(scope), (holder, key) => ({
    ...holder,
    properties: { ...holder.properties, [key]: tidy({ ...holder.properties?.[key], ...patch }) },
  }))
  return { ...definition, schema }
}

export function requireField(definition: FormDefinition, scope: string, on: boolean): FormDefinition {
  const schema = withField(definition.schema, keysOf(scope), (holder, key) => {
    const others = (holder.required ?? []).filter((one) => one !== key)
    return { ...holder, required: on ? [...others, key] : others }
  })
  return { ...definition, schema }
}

export const changeElement = (definition: FormDefinition, at: Place, patch: Partial<UiElement>): FormDefinition => ({
  ...definition,
  uiSchema: changeAt(definition.uiSchema, at, (element) => tidy({ ...element, ...patch })),
})

export const changeOptions = (
  definition: FormDefinition,
  at: Place,
  patch: Record<string, unknown>,
): FormDefinition => ({
  ...definition,
  uiSchema: changeAt(definition.uiSchema, at, (element) => {
    const options = tidy({ ...element.options, ...patch })
    const { options: _, ...rest } = element
    return Object.keys(options).length > 0 ? { ...rest, options } : rest
  }),
})

/** Words that a new field begins with, in the language of the page. */
export interface BeginWords {
  readonly title: string
  readonly first: string
  readonly second: string
}

const choices = ({ first, second }: BeginWords): JsonSchema[] => [
  { const: 'a', title: first },
  { const: 'b', title: second },
]
const begins: Record<FieldKind, (words: BeginWords) => JsonSchema> = {
  text: () => ({ type: 'string', maxLength: 100 }),
  longText: () => ({ type: 'string', format: 'long-text', maxLength: 500 }),
  number: () => ({ type: 'number' }),
  money: () => ({ type: 'integer', format: 'money', minimum: 0 }),
  date: () => ({ type: 'string', format: 'date' }),
  dateTime: () => ({ type: 'string', format: 'date-time' }),
  choice: (words) => ({ type: 'string', oneOf: choices(words) }),
  choices: (words) => ({ type: 'array', uniqueItems: true, items: { type: 'string', oneOf: choices(words) } }),
  boolean: () => ({ type: 'boolean' }),
  member: () => ({ type: 'string', format: 'member', maxLength: 80 }),
  orderLines: () => ({
    type: 'array',
    format: 'order-lines',
    maxItems: 200,
    items: {
      type: 'object',
      required: ['orderLineId', 'quantity'],
      properties: {
        orderLineId: { type: 'string', maxLength: 60 },
        quantity: { type: 'integer', minimum: 1, maximum: 100000 },
      },
    },
  }),
  files: () => ({ type: 'array', format: 'files', maxItems: 6, items: { type: 'string', maxLength: 80 } }),
}

function freeKey(schema: JsonSchema, kind: FieldKind): string {
  for (let number = 1; ; number++) if (schema.properties?.[`${kind}${number}`] === undefined) return `${kind}${number}`
}

/** A new field at a place of the layout; `at` is where it will stand. */
export function addField(definition: FormDefinition, kind: FieldKind, at: Place, words: BeginWords): FormDefinition {
  const key = freeKey(definition.schema, kind)
  const field = { ...begins[kind](words), title: words.title }
  return {
    ...definition,
    schema: { ...definition.schema, properties: { ...definition.schema.properties, [key]: field } },
    uiSchema: insertAt(definition.uiSchema, at, { type: 'Control', scope: `#/properties/${key}` }),
  }
}

export const addGroup = (definition: FormDefinition, at: Place, label: string): FormDefinition => ({
  ...definition,
  uiSchema: insertAt(definition.uiSchema, at, { type: 'Group', label, elements: [] }),
})

/** Takes an element out. The field goes too, once nothing in the layout shows it any more. */
export function removeElement(definition: FormDefinition, at: Place): FormDefinition {
  const gone = elementAt(definition.uiSchema, at)
  if (!gone) return definition
  const uiSchema = takeAt(definition.uiSchema, at)
  const scopes = (element: UiElement): string[] => [
    ...(element.scope ? [element.scope] : []),
    ...(element.elements ?? []).flatMap(scopes),
  ]
  const left = new Set(scopes(uiSchema))
  const schema = scopes(gone)
    .filter((scope) => !left.has(scope))
    .reduce(
      (result, scope) =>
        withField(result, keysOf(scope), (holder, key) => {
          const { [key]: _, ...properties } = holder.properties ?? {}
          return {
            ...holder,
            properties,
            ...(holder.required ? { required: holder.required.filter((one) => one !== key) } : {}),
          }
        }),
      definition.schema,
    )
  return { ...definition, schema, uiSchema }
}

const startsWith = (place: Place, prefix: Place) => prefix.every((index, level) => place[level] === index)

/** Moves an element so that it stands before what is at `to` now. Nothing moves into itself. */
export function moveElement(definition: FormDefinition, from: Place, to: Place): FormDefinition {
  const moved = elementAt(definition.uiSchema, from)
  if (!moved || startsWith(to, from)) return definition
  const level = from.length - 1
  const target = [...to]
  // What is taken out before the target, beside it or beside one of its parents, shifts the target.
  if (to.length > level && startsWith(to, from.slice(0, level)) && to[level]! > from[level]!) target[level]!--
  return { ...definition, uiSchema: insertAt(takeAt(definition.uiSchema, from), target, moved) }
}

/** One place up or down in the same list; at an edge nothing happens. */
export function shiftElement(
  definition: FormDefinition,
  at: Place,
  by: 1 | -1,
): { definition: FormDefinition; at: Place } {
  const parent = elementAt(definition.uiSchema, at.slice(0, -1))
  const index = (at.at(-1) ?? 0) + by
  if (index < 0 || index >= (parent?.elements?.length ?? 0)) return { definition, at }
  const to = [...at.slice(0, -1), by > 0 ? index + 1 : index]
  return { definition: moveElement(definition, at, to), at: [...at.slice(0, -1), index] }
}
