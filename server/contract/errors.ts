import type { Refusal, Sentence } from '../../workflows/model/problem.ts'

/** What a code means over HTTP, and the sentence when the refusal brings none of its own. */
export interface CatalogEntry {
  status: number
  message: Sentence
}

/**
 * The one catalogue of the platform's errors. A domain's refusal carries its own sentence and needs an entry here only
 * when its status is not the one of its kind (see `statusByKind`). Statuses: 400 syntax, 401 who, 403 not allowed,
 * 404 absent or not yours, 409 state, 413 size, 415 type, 422 meaning, 429 too many.
 */
export const errorCatalog = {
  'json.syntax': entry(400, '请求的 JSON 写法有误', 'Expected valid JSON, but it cannot be read'),
  'json.depth': entry(400, '请求的 JSON 嵌套超过 32 层', 'Expected JSON at most 32 levels deep, but it goes deeper'),
  'json.duplicate_key': entry(400, '请求里同一个字段出现了两次', 'Expected each key once, but one appears twice'),
  'json.encoding': entry(400, '请求不是合法的 UTF-8', 'Expected UTF-8, but the bytes are something else'),
  'json.text': entry(400, '文字里有不允许的字符', 'Expected text, but it holds a NUL or half of a character'),
  'json.number': entry(422, '数字超出可表示的范围', 'Expected a number in range, but it cannot be held exactly'),
  'body.unexpected': entry(400, '这个请求不应带正文', 'Expected no body, but one was sent'),
  'body.too_large': entry(413, '请求太大', 'Expected a smaller request, but it is over the limit'),
  'body.type': entry(415, '请求的内容类型不对', 'Expected application/json in UTF-8, but the content type differs'),
  'request.aborted': entry(400, '请求没有传完', 'Expected the whole request, but it broke off'),
  'request.invalid': entry(422, '有内容需要改正', 'Expected other values in the marked fields'),
  'request.headers': entry(431, '请求头太多', 'Expected fewer headers'),
  'request.timeout': entry(408, '请求太慢', 'Expected the request within 15 seconds'),
  'url.invalid': entry(400, '地址写法有误', 'Expected a valid address, but it cannot be read'),
  unknown_field: entry(422, '请求里有不认识的字段', 'Expected known fields only, but there is another one'),
  'route.not_found': entry(404, '没有这个地址', 'Expected a known address, but there is nothing here'),
  'route.method': entry(405, '这个地址不支持这种操作', 'Expected another method for this address'),
  not_found: entry(404, '没有找到', 'Expected something that exists and is yours to see, but there is none'),
  'session.required': entry(401, '请先登录', 'Expected you to be signed in, but you are not'),
  'capability.required': entry(
    401,
    '链接已失效，请重新查询订单',
    'Expected a valid private link, but it is missing or has expired',
  ),
  'signature.invalid': entry(401, '签名不对', 'Expected a valid signature'),
  'role.required': entry(403, '您的角色不能做这件事', 'Expected a role that you do not have'),
  'csrf.invalid': entry(
    403,
    '页面已过期，请刷新后再试',
    'Expected a request from this site, but it cannot be told; reload the page',
  ),
  'login.failed': entry(401, '用户名或密码不对', 'Expected a known user name with its password'),
  'rate.limited': entry(429, '操作太频繁，请稍后再试', 'Expected fewer requests; try again a little later'),
  'idempotency.missing': entry(
    400,
    '请求缺少 Idempotency-Key',
    'Expected the header Idempotency-Key, but it is missing',
  ),
  'idempotency.invalid': entry(
    400,
    'Idempotency-Key 应为 8 到 128 个可见字符',
    'Expected an Idempotency-Key of 8 to 128 visible characters',
  ),
  'idempotency.reused': entry(
    422,
    '这个操作编号已用于另一个请求',
    'Expected a new Idempotency-Key, but this one was used for another request',
  ),
  'idempotency.in_flight': entry(409, '同一个操作正在处理', 'Expected to wait: the same command is being worked on'),
  'version.conflict': entry(
    409,
    '别人刚改过，请刷新后再试',
    'Expected the newest version, but somebody changed it meanwhile',
  ),
  'cursor.invalid': entry(422, '翻页位置已失效，请从头查看', 'Expected a page cursor of this list'),
  storage_full: entry(
    503,
    '存储空间已满，暂时只能查看',
    'Expected room on the disk, but it is full; reading still works',
  ),
  'server.stopping': entry(503, '系统正在重启，请稍后再试', 'Expected a moment of patience: the server is restarting'),
  'server.failed': entry(500, '系统出错，已记录', 'Something went wrong here, and it was recorded'),
} satisfies Record<string, CatalogEntry>

export type PlatformCode = keyof typeof errorCatalog

/** By the last word of a code, `order.not_found`; the rest is a state that does not allow it, 409. */
const statusByKind: Record<string, number> = {
  not_found: 404,
  forbidden: 403,
  not_yours: 403,
  token_required: 403,
  invalid: 422,
  unknown: 422,
  required: 422,
  field_required: 422,
  comment_required: 422,
  signature_required: 422,
  reason_text_required: 422,
  field_not_editable: 422,
  missing: 422,
  too_long: 422,
  has_problems: 422,
  element_unknown: 422,
  mapping_failed: 422,
  no_changes: 422,
  reserved_name: 422,
  too_large: 413,
}

/** By the first word of a code, when the last one says nothing. */
const statusBySubject: Record<string, number> = {
  substitute: 422,
  calendar: 422,
  field: 422,
  form: 422,
  xml: 400,
  bpmn: 422,
  dmn: 422,
  feel: 422,
  schema: 422,
  pattern: 422,
  comment: 422,
  file: 422,
  password: 422,
  manager: 422,
}

/** HTTP status of a refusal's code: from the catalogue, else by its kind, else 409. */
export function statusOf(code: string): number {
  const known = (errorCatalog as Record<string, CatalogEntry>)[code]
  if (known) return known.status
  const words = code.split('.')
  return statusByKind[words.at(-1) ?? ''] ?? statusBySubject[words[0] ?? ''] ?? 409
}

/** A refusal of the platform with the catalogue's sentence. */
export function refusalOf(code: PlatformCode, more: Omit<Refusal, 'code' | 'message'> = {}): Refusal {
  return { code, message: errorCatalog[code].message, ...more }
}

/** What is wrong with one field, by schema keyword. `{limit}` is the keyword's value. */
export const fieldProblems: Record<string, { code: string; message: Sentence }> = {
  required: { code: 'field.required', message: { zh: '必填', en: 'Expected a value' } },
  additionalProperties: { code: 'unknown_field', message: { zh: '不认识的字段', en: 'Expected no such field' } },
  type: { code: 'field.type', message: { zh: '类型应为 {limit}', en: 'Expected {limit}' } },
  minLength: {
    code: 'field.too_short',
    message: { zh: '至少 {limit} 个字', en: 'Expected at least {limit} characters' },
  },
  maxLength: {
    code: 'field.too_long',
    message: { zh: '最多 {limit} 个字', en: 'Expected at most {limit} characters' },
  },
  minimum: { code: 'field.too_small', message: { zh: '不小于 {limit}', en: 'Expected at least {limit}' } },
  maximum: { code: 'field.too_large', message: { zh: '不大于 {limit}', en: 'Expected at most {limit}' } },
  exclusiveMinimum: { code: 'field.too_small', message: { zh: '大于 {limit}', en: 'Expected more than {limit}' } },
  exclusiveMaximum: { code: 'field.too_large', message: { zh: '小于 {limit}', en: 'Expected less than {limit}' } },
  multipleOf: { code: 'field.step', message: { zh: '应为 {limit} 的倍数', en: 'Expected a multiple of {limit}' } },
  minItems: { code: 'field.too_few', message: { zh: '至少 {limit} 项', en: 'Expected at least {limit} entries' } },
  maxItems: { code: 'field.too_many', message: { zh: '最多 {limit} 项', en: 'Expected at most {limit} entries' } },
  uniqueItems: { code: 'field.duplicate', message: { zh: '有重复项', en: 'Expected no entry twice' } },
  pattern: { code: 'field.pattern', message: { zh: '格式不对', en: 'Expected another format' } },
  format: { code: 'field.format', message: { zh: '格式应为 {limit}', en: 'Expected the format {limit}' } },
  choice: { code: 'field.choice', message: { zh: '不在可选范围内', en: 'Expected one of the offered values' } },
}

function entry(status: number, zh: string, en: string): CatalogEntry {
  return { status, message: { zh, en } }
}
