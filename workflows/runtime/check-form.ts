import { patternFault } from '../expressions/linear-pattern.ts'
import { entryOf, reservedNames } from '../model/json.ts'
import type { Problem, Sentence } from '../model/problem.ts'

/**
 * What a form may say (reliability 8.4): a closed list of keywords, so that nothing a form holds can stall, leave this
 * machine or reach what every object has. Field paths stand where diagrams have element ids.
 */

const limits = { characters: 65_536, nodes: 500, depth: 12, branches: 8, choices: 500, uniqueItems: 1000 } as const

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])

const words = (text: string): string[] => text.split(' ')

/** Those of JSON Schema that both validators know, and those of docs/forms.md. */
const formats = new Set(
  words(
    'date date-time time duration email uri uuid ipv4 ipv6 hostname money long-text member order-lines files tel phone',
  ),
)

type How = 'plain' | 'schema' | 'schemas' | 'named'

const readAs = (how: How, names: string) => words(names).map((name) => [name, how] as const)

/** How a keyword's value is read further; `plain` is data of its own. */
const keywords: ReadonlyMap<string, How> = new Map([
  ...readAs('named', 'properties $defs'),
  ...readAs('schema', 'items if then else not contains'),
  ...readAs('schemas', 'anyOf oneOf allOf'),
  ...readAs('plain', '$schema $comment $ref type title description default examples deprecated readOnly writeOnly'),
  ...readAs('plain', 'required additionalProperties enum const format pattern multipleOf uniqueItems'),
  ...readAs('plain', 'minimum maximum exclusiveMinimum exclusiveMaximum minLength maxLength minItems maxItems'),
  ...readAs('plain', 'minProperties maxProperties minContains maxContains'),
])

const sentences: Record<string, (detail: string, where: string) => Sentence> = {
  'schema.size': (d) => ({
    zh: `表单太大：${d}。`,
    en: `Expected a smaller form, but it has ${d}.`,
  }),
  'schema.keyword': (d, w) => ({
    zh: `「${w}」用了表单不支持的写法 ${d}。`,
    en: `Expected only known keywords on "${w}", but there is ${d}.`,
  }),
  'schema.value': (d, w) => ({
    zh: `「${w}」的 ${d} 写法不对。`,
    en: `Expected another value of ${d} on "${w}".`,
  }),
  'schema.type': (d, w) => ({
    zh: `「${w}」的类型 ${d} 不存在。`,
    en: `Expected a JSON type on "${w}", but got ${d}.`,
  }),
  'schema.format': (d, w) => ({
    zh: `「${w}」的格式 ${d} 不存在。`,
    en: `Expected a known format on "${w}", but got ${d}.`,
  }),
  'schema.reserved_name': (d) => ({
    zh: `字段名「${d}」是保留字。`,
    en: `Expected another field name, because "${d}" is reserved.`,
  }),
  'schema.ref': (d, w) => ({
    zh: `「${w}」只能引用表单自己的 $defs，不能引用 ${d}。`,
    en: `Expected "${w}" to refer to $defs of this form, but it refers to ${d}.`,
  }),
  'schema.ref_cycle': (d, w) => ({
    zh: `「${w}」的引用绕成了圈：${d}。`,
    en: `Expected references that end, but "${w}" comes back to ${d}.`,
  }),
  'schema.unbounded': (d, w) => ({
    zh: `「${w}」要求各项不重复，需要用 maxItems 限制在 ${d} 项以内。`,
    en: `Expected maxItems of at most ${d} on "${w}", because its entries are compared with each other.`,
  }),
  'schema.range': (d, w) => ({
    zh: `「${w}」没有值能满足：${d}。`,
    en: `Expected a range that some value fits on "${w}", but there is ${d}.`,
  }),
  'pattern.too_long': (_, w) => ({
    zh: `「${w}」的正则表达式超过 256 个字符。`,
    en: `Expected a pattern of at most 256 characters on "${w}".`,
  }),
  'pattern.unsupported': (d, w) => ({
    zh: `「${w}」的正则表达式用了环视或反向引用，请换一种写法：${d}`,
    en: `Expected a pattern without look-around and back-references on "${w}", but got ${d}`,
  }),
  'pattern.invalid': (d, w) => ({
    zh: `「${w}」的正则表达式写法有误：${d}`,
    en: `Expected a valid pattern on "${w}", but got ${d}`,
  }),
  'form.ui': (d) => ({
    zh: `表单的排版 ${d} 写法不对。`,
    en: `Expected elements with a type in the layout, but ${d} is none.`,
  }),
  'form.control_unknown': (d) => ({
    zh: `排版里的 ${d} 不是表单的字段。`,
    en: `Expected a field of the form in the layout, but ${d} is none.`,
  }),
}

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value)

interface Reading {
  schema: Json
  nodes: number
  problems: Problem[]
}

function tell({ problems }: Reading, code: string, path: string, detail = ''): void {
  const sentence = sentences[code]
  if (!sentence) throw new Error(`no sentence for ${code}`)
  const message = sentence(detail.slice(0, 100), path || 'schema')
  problems.push({ elementId: path || null, severity: 'error', code, message })
}

/** Everything wrong with a form's schema and layout; `content` is its text. */
export function checkForm(form: { schema: Json; uiSchema?: unknown }, content: string): Problem[] {
  const reading: Reading = { schema: form.schema, nodes: 0, problems: [] }
  if (content.length > limits.characters) tell(reading, 'schema.size', '', `${content.length} > ${limits.characters}`)
  readSchema(reading, form.schema, '', 1)
  if (reading.nodes > limits.nodes) tell(reading, 'schema.size', '', `${reading.nodes} > ${limits.nodes}`)
  // Without a layout the fields stand one after the other.
  const hasLayout = isObject(form.uiSchema) ? Object.keys(form.uiSchema).length > 0 : (form.uiSchema ?? null) !== null
  if (hasLayout) readLayout(reading, form.uiSchema, 1)
  return reading.problems
}

function readSchema(reading: Reading, schema: unknown, path: string, depth: number): void {
  reading.nodes += 1
  // What is told once for the whole form is not told of every node beyond it.
  if (reading.nodes > limits.nodes) return
  if (typeof schema === 'boolean') return
  if (!isObject(schema)) return tell(reading, 'schema.value', path, 'schema')
  if (depth > limits.depth) return tell(reading, 'schema.size', path, `${depth} > ${limits.depth}`)
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword.startsWith('x-')) continue
    const how = keywords.get(keyword)
    if (how === undefined) tell(reading, 'schema.keyword', path, keyword)
    else readKeyword(reading, { keyword, value, how, path, depth })
  }
  readLimits(reading, schema, path)
}

interface Told {
  keyword: string
  value: unknown
  how: How
  path: string
  depth: number
}

function readKeyword(reading: Reading, { keyword, value, how, path, depth }: Told): void {
  if (how === 'schema') return readSchema(reading, value, path, depth + 1)
  if (how === 'schemas') return readBranches(reading, { keyword, value, path, depth })
  if (how === 'plain') return readPlain(reading, keyword, value, path)
  if (!isObject(value)) return tell(reading, 'schema.value', path, keyword)
  for (const [name, inner] of Object.entries(value)) {
    const at = keyword === '$defs' ? path : path === '' ? name : `${path}.${name}`
    if (reservedNames.has(name)) tell(reading, 'schema.reserved_name', path, name)
    else readSchema(reading, inner, at, depth + 1)
  }
}

/** Choices are constants with a name, many of them; other alternatives are judged one by one, so there are few. */
function readBranches(reading: Reading, { keyword, value, path, depth }: Omit<Told, 'how'>): void {
  if (!Array.isArray(value) || value.length === 0) return tell(reading, 'schema.value', path, keyword)
  const areChoices = value.every((branch) => isObject(branch) && 'const' in branch)
  const most = areChoices ? limits.choices : limits.branches
  if (value.length > most) return tell(reading, 'schema.size', path, `${value.length} > ${most}`)
  if (!areChoices) for (const branch of value) readSchema(reading, branch, path, depth + 1)
}

function readPlain(reading: Reading, keyword: string, value: unknown, path: string): void {
  const wrong = () => tell(reading, 'schema.value', path, keyword)
  switch (keyword) {
    case 'type': {
      const named = Array.isArray(value) ? value : [value]
      for (const name of named) if (!types.has(String(name))) tell(reading, 'schema.type', path, String(name))
      return
    }
    case 'format':
      return formats.has(String(value)) ? undefined : tell(reading, 'schema.format', path, String(value))
    case 'pattern': {
      if (typeof value !== 'string') return wrong()
      const fault = patternFault(value)
      return fault ? tell(reading, `pattern.${fault}`, path, value) : undefined
    }
    case '$ref':
      return readReference(reading, value, path)
    case 'required':
      return Array.isArray(value) && value.every((name) => typeof name === 'string') ? undefined : wrong()
    case 'enum':
      return Array.isArray(value) && value.length > 0 && value.length <= limits.choices ? undefined : wrong()
    case 'additionalProperties':
      return typeof value === 'boolean' ? undefined : wrong()
    default:
      if (/^(?:min|max|exclusive|multiple)/.test(keyword) && typeof value !== 'number') wrong()
  }
}

const localRef = /^#\/\$defs\/([\w-]{1,60})$/

/** Only to definitions of the form itself, and to none that comes back. `sound`: those that were looked at. */
function readReference(
  reading: Reading,
  ref: unknown,
  path: string,
  way: string[] = [],
  sound = new Set<string>(),
): void {
  const name = typeof ref === 'string' ? localRef.exec(ref)?.[1] : undefined
  if (ref === '#' || (name !== undefined && way.includes(name)))
    return tell(reading, 'schema.ref_cycle', path, String(ref))
  const defs = reading.schema['$defs']
  const target = name !== undefined && isObject(defs) ? entryOf(defs, name) : undefined
  if (name === undefined || target === undefined) return tell(reading, 'schema.ref', path, JSON.stringify(ref))
  if (sound.has(name)) return
  for (const inner of referencesIn(target)) readReference(reading, inner, path, [...way, name], sound)
  sound.add(name)
}

function referencesIn(schema: unknown): unknown[] {
  if (Array.isArray(schema)) return schema.flatMap(referencesIn)
  if (!isObject(schema)) return []
  return Object.entries(schema).flatMap(([key, value]) => (key === '$ref' ? [value] : referencesIn(value)))
}

const pairs = [
  ['minimum', 'maximum'],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
] as const

function readLimits(reading: Reading, schema: Json, path: string): void {
  for (const [least, most] of pairs) {
    const [from, to] = [schema[least], schema[most]]
    if (typeof from === 'number' && typeof to === 'number' && from > to)
      tell(reading, 'schema.range', path, `${least} ${from} > ${most} ${to}`)
  }
  const isCompared = schema['uniqueItems'] === true
  const most = schema['maxItems']
  if (isCompared && !(typeof most === 'number' && most <= limits.uniqueItems))
    tell(reading, 'schema.unbounded', path, String(limits.uniqueItems))
}

function readLayout(reading: Reading, element: unknown, depth: number): void {
  if (!isObject(element) || typeof element['type'] !== 'string' || depth > limits.depth)
    return tell(reading, 'form.ui', '', JSON.stringify(element) ?? 'nothing')
  const { scope, elements } = element
  if (element['type'] === 'Control' && !isField(reading.schema, scope))
    tell(reading, 'form.control_unknown', '', String(scope))
  if (elements === undefined) return
  if (!Array.isArray(elements)) return tell(reading, 'form.ui', '', 'elements')
  for (const inner of elements) readLayout(reading, inner, depth + 1)
}

/** Whether `#/properties/a/properties/b` leads to a field. */
function isField(schema: Json, scope: unknown): boolean {
  if (typeof scope !== 'string' || !scope.startsWith('#/')) return false
  let at: unknown = schema
  for (const part of scope.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    at = isObject(at) ? entryOf(at, name) : undefined
  }
  return isObject(at)
}
