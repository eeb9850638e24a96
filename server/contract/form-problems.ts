import type { FormField, JsonSchema } from './form-schema.ts'
import type { Localized } from './shared.ts'

/** One failure as the validator reports it: pointers with a leading `#`. */
export interface SchemaFailure {
  instanceLocation: string
  keyword: string
  keywordLocation: string
  error: string
}

/** What is wrong at one place of a form, in words for the person who fills it. `path` is a JSON pointer. */
export interface FormProblem {
  path: string
  code: string
  message: Localized
}

type Sentence = (title: Localized, limit: string, schema: JsonSchema) => Localized

const isChoice = (schema: JsonSchema) =>
  schema.oneOf !== undefined ||
  schema['enum'] !== undefined ||
  schema.type === 'array' ||
  schema.format === 'date' ||
  schema.format === 'date-time'

const withTitle =
  (zh: (title: string, limit: string) => string, en: (title: string, limit: string) => string): Sentence =>
  (title, limit) => ({ zh: zh(title.zh, limit), en: en(title.en, limit) })

const formats: Record<string, Localized> = {
  date: { zh: '日期', en: 'a date' },
  'date-time': { zh: '日期和时间', en: 'a date and time' },
  email: { zh: '邮箱地址', en: 'an e-mail address' },
  uri: { zh: '网址', en: 'a web address' },
}

const kinds: Record<string, Localized> = {
  money: { zh: '金额，像 12.50，最多两位小数', en: 'an amount such as 12.50, with at most two decimals' },
  integer: { zh: '整数', en: 'a whole number' },
  number: { zh: '数字', en: 'a number' },
}

/** Code and sentence for each keyword of JSON Schema that a person can break. */
const catalog: Record<string, { code: string; say: Sentence }> = {
  required: {
    code: 'form.required',
    say: (title, _, schema) =>
      isChoice(schema)
        ? { zh: `选择${title.zh}`, en: `Choose: ${title.en}` }
        : { zh: `填写${title.zh}`, en: `Fill in: ${title.en}` },
  },
  minLength: {
    code: 'form.too_short',
    say: withTitle(
      (title, limit) => `${title}至少写 ${limit} 个字`,
      (title, limit) => `${title} needs at least ${limit} characters`,
    ),
  },
  maxLength: {
    code: 'form.too_long',
    say: withTitle(
      (title, limit) => `${title}最多 ${limit} 个字，删掉一些`,
      (title, limit) => `${title} takes at most ${limit} characters; please shorten it`,
    ),
  },
  minimum: {
    code: 'form.too_small',
    say: withTitle(
      (title, limit) => `${title}不能少于 ${limit}`,
      (title, limit) => `${title} must be at least ${limit}`,
    ),
  },
  exclusiveMinimum: {
    code: 'form.too_small',
    say: withTitle(
      (title, limit) => `${title}要大于 ${limit}`,
      (title, limit) => `${title} must be more than ${limit}`,
    ),
  },
  maximum: {
    code: 'form.too_large',
    say: withTitle(
      (title, limit) => `${title}最多 ${limit}`,
      (title, limit) => `${title} can be at most ${limit}`,
    ),
  },
  exclusiveMaximum: {
    code: 'form.too_large',
    say: withTitle(
      (title, limit) => `${title}要小于 ${limit}`,
      (title, limit) => `${title} must be less than ${limit}`,
    ),
  },
  multipleOf: {
    code: 'form.not_multiple',
    say: withTitle(
      (title, limit) => `${title}要是 ${limit} 的倍数`,
      (title, limit) => `${title} must be a multiple of ${limit}`,
    ),
  },
  minItems: {
    code: 'form.too_few',
    say: withTitle(
      (title, limit) => `${title}至少选 ${limit} 项`,
      (title, limit) => `${title} needs at least ${limit}`,
    ),
  },
  maxItems: {
    code: 'form.too_many',
    say: withTitle(
      (title, limit) => `${title}最多 ${limit} 项`,
      (title, limit) => `${title} takes at most ${limit}`,
    ),
  },
  uniqueItems: {
    code: 'form.repeated',
    say: withTitle(
      (title) => `${title}里有重复的，留一个就够`,
      (title) => `${title} has something twice; keep one`,
    ),
  },
  format: {
    code: 'form.format',
    say: (title, limit) => {
      const format = formats[limit] ?? { zh: limit, en: limit }
      return { zh: `${title.zh}要写成${format.zh}`, en: `${title.en} must be ${format.en}` }
    },
  },
  pattern: {
    code: 'form.pattern',
    say: (title, _, schema) => {
      const zh = schema['x-pattern-message']
      const en = schema['x-pattern-message-en']
      return {
        zh: typeof zh === 'string' ? zh : `${title.zh}的写法不对`,
        en: typeof en === 'string' ? en : `${title.en} is not written as expected`,
      }
    },
  },
  choice: {
    code: 'form.not_offered',
    say: withTitle(
      (title) => `从列出的里面选一个${title}`,
      (title) => `Choose one of the listed: ${title}`,
    ),
  },
  type: {
    code: 'form.type',
    say: (title, _, schema) => {
      const kind = kinds[schema.format ?? ''] ?? kinds[String(schema.type)]
      return kind
        ? { zh: `${title.zh}要写成${kind.zh}`, en: `${title.en} must be ${kind.en}` }
        : { zh: `${title.zh}填得不对，重新填一次`, en: `${title.en} is not right; please enter it again` }
    },
  },
  false: {
    code: 'form.unknown_field',
    say: withTitle(
      (title) => `这张表单没有${title}`,
      (title) => `This form has no field ${title}`,
    ),
  },
  other: {
    code: 'form.invalid',
    say: withTitle(
      (title) => `${title}填得不对，再核对一下`,
      (title) => `${title} is not right; please check it`,
    ),
  },
}

/** Keywords that only say that something inside failed; the inside is reported by itself. */
const wrappers = new Set([
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'items',
  'prefixItems',
  'allOf',
  'if',
  'then',
  'else',
  '$ref',
  'dependentSchemas',
])
const aliases: Record<string, string> = { const: 'choice', enum: 'choice', oneOf: 'choice', anyOf: 'choice' }

const decode = (part: string) => decodeURIComponent(part.replaceAll('~1', '/').replaceAll('~0', '~'))

function schemaAt(root: JsonSchema, location: string): { schema: JsonSchema; value: unknown } {
  const parts = location.replace(/^#\/?/, '').split('/').filter(Boolean).map(decode)
  const step = (value: unknown, part: string) => (value as Record<string, unknown> | undefined)?.[part]
  return {
    schema: (parts.slice(0, -1).reduce<unknown>(step, root) ?? {}) as JsonSchema,
    value: parts.reduce<unknown>(step, root),
  }
}

const shown = (value: unknown, schema: JsonSchema) =>
  schema.format === 'money' && typeof value === 'number' ? (value / 100).toFixed(2) : String(value)

/** 第 2 行的数量: a column names its row, because the sentence may stand away from it. */
function titled(path: string, field: FormField | undefined): Localized {
  const name = path.split('/').findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? ''
  const title = { zh: field?.titleZh ?? name, en: field?.titleEn ?? name }
  const row = /\/(\d+)\/[^/]+$/.exec(path)?.[1]
  if (row === undefined) return title
  return { zh: `第 ${Number(row) + 1} 行的${title.zh}`, en: `${title.en} in row ${Number(row) + 1}` }
}

/** The problem that a failure means for a person; null when another failure says it better. */
export function sentenceOf(
  failure: SchemaFailure,
  root: JsonSchema,
  fieldAt: (path: string) => FormField | undefined,
): FormProblem | null {
  if (wrappers.has(failure.keyword) || /\/(oneOf|anyOf|not|contains)\/./.test(failure.keywordLocation)) return null
  const { schema, value } = schemaAt(root, failure.keywordLocation)
  const missing = failure.keyword === 'required' ? /property "(.*)"\.$/.exec(failure.error)?.[1] : undefined
  const base = failure.instanceLocation.replace(/^#/, '').split('/').map(decode).join('/')
  const path = missing === undefined ? base : `${base}/${missing}`
  const field = fieldAt(path)
  const entry = catalog[aliases[failure.keyword] ?? failure.keyword] ?? catalog['other']!
  const own = missing === undefined ? schema : (schema.properties?.[missing] ?? field?.schema ?? {})
  const isMissing = failure.keyword === 'required' || (failure.keyword === 'minItems' && value === 1)
  const said = isMissing ? catalog['required']! : entry
  return { path, code: said.code, message: said.say(titled(path, field), shown(value, schema), own) }
}
