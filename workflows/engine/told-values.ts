import type { Expression } from '../expressions/compile.ts'
import type { JsonValue } from '../model/json.ts'

/** Stands in a history or an incident for what nobody should read there. */
export const hidden = '•••'

/** Names whose values are secrets or say who somebody is; a part of a path is enough. */
const sensitive =
  /(?:passw|pwd|secret|token|credential|api_?key|private_?key|authorization|cookie|session_?id|cvv|phone|mobile|telephone|e_?mail|address|id_?card|identity_?no|passport|card_?no|card_?number|bank_?account|account_?no|iban|real_?name|full_?name|(?:customer|buyer|user|receiver|contact|consignee)_?name|receiver|consignee|birth|密码|口令|密钥|令牌|手机|电话|邮箱|地址|身份证|护照|银行卡|卡号|账号|姓名|收货人|联系人|生日)/i

/** Mobile numbers, mail addresses, identity cards and bank cards, wherever they stand in a text. */
const personal =
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx](?![\dXx])|(?<!\d)\d{16,19}(?!\d)/g

const longest = 100

/** A text without the personal data in it. */
export const toldText = (text: string): string => text.replaceAll(personal, hidden)

/** A value as a history or an incident may tell it; undefined for what is not plain. */
export const toldValue = (path: string, value: unknown): JsonValue | undefined => told(sensitive.test(path), value)

function told(isSensitive: boolean, value: unknown): JsonValue | undefined {
  const plain = value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string'
  if (!plain) return undefined
  if (isSensitive) return hidden
  if (typeof value !== 'string') return value
  const text = toldText(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const escaped = (name: string) => name.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)

/** What an expression reads: a variable, or a path into one (`amount`, `order.lines`). */
interface ReadPath {
  name: string
  parts: readonly string[]
  isSensitive: boolean
}

const pathsOf = (expression: Expression): ReadPath[] =>
  partsOf(expression).map((parts) => {
    const name = parts.join('.')
    return { name, parts, isSensitive: sensitive.test(name) }
  })

function partsOf({ source, variables }: Expression): string[][] {
  return variables.flatMap((name) => {
    const inside = new RegExp(
      String.raw`(?<![\p{L}\p{N}_.])${escaped(name)}((?:\s*\.\s*[\p{L}_][\p{L}\p{N}_]*)+)`,
      'gu',
    )
    const paths = [...source.matchAll(inside)].map(([, rest = '']) => [
      name,
      ...rest
        .split('.')
        .map((part) => part.trim())
        .filter(Boolean),
    ])
    return [[name], ...paths]
  })
}

const known = new WeakMap<Expression, readonly ReadPath[]>()

function pathsIn(expression: Expression): readonly ReadPath[] {
  const paths = known.get(expression) ?? pathsOf(expression)
  known.set(expression, paths)
  return paths
}

type Get = (name: string) => unknown

function valueAt([name = '', ...inside]: readonly string[], get: Get): unknown {
  let value = get(name)
  for (const part of inside)
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string, unknown>)[part]
        : undefined
  return value
}

/** What an expression read, as it may be told: plain values by path, long texts cut, secrets and personal data hidden. */
export function valuesOf(expression: Expression, get: Get): Record<string, JsonValue> {
  const values: Record<string, JsonValue> = {}
  for (const { name, parts, isSensitive } of pathsIn(expression)) {
    const value = told(isSensitive, valueAt(parts, get))
    if (value !== undefined) values[name] = value
  }
  return values
}

/**
 * What an expression reads and nobody has given, by path: null for each, since that is what it was read as. An incident
 * tells it, so that a person sees what to set.
 */
export function valuesAbsent(expression: Expression, get: Get): Record<string, JsonValue> {
  const paths = pathsIn(expression)
  const isWhole = (name: string) => !paths.some((other) => other.name.startsWith(`${name}.`))
  const absent = paths.filter(({ name, parts }) => isWhole(name) && valueAt(parts, get) === undefined)
  return Object.fromEntries(absent.map(({ name }) => [name, null]))
}

/** A text about an expression, without the secrets that it read. */
export function withoutSecrets(text: string, expression: Expression, get: Get): string {
  let left = toldText(text)
  for (const { parts, isSensitive } of pathsIn(expression)) {
    const value = valueAt(parts, get)
    const isShown = (typeof value === 'string' && value !== '') || typeof value === 'number'
    if (isShown && isSensitive) left = left.replaceAll(String(value), hidden)
  }
  return left
}

/** The values of an incident as they may be told, also what is nested in them. */
export function toldValues(values: Record<string, JsonValue>): Record<string, JsonValue> {
  const told: Record<string, JsonValue> = {}
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') told[name] = toldText(value)
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) told[name] = toldValues(value)
    else told[name] = value
  }
  return told
}
