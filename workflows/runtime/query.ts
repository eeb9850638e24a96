/**
 * The query language of the store port: the MongoDB subset that the product needs. Every store reads filters and
 * cursors by the functions of this file, so that a query means the same on each of them.
 */

/** `a.b` path into a document's data; `id` is the document's id. */
export type Path = string

export type Scalar = string | number | boolean | null

/** The MongoDB query subset that the product needs. An array field matches a scalar when it contains it. */
export interface Filter {
  $and?: Filter[]
  $or?: Filter[]
  [path: Path]: Scalar | Condition | Filter[] | undefined
}

export interface Condition {
  $eq?: Scalar
  $ne?: Scalar
  $in?: Scalar[]
  $nin?: Scalar[]
  $gt?: string | number
  $gte?: string | number
  $lt?: string | number
  $lte?: string | number
  $exists?: boolean
  /** Case-insensitive substring, taken literally. */
  $contains?: string
}

export interface Query {
  filter?: Filter
  /** Fields and directions; the id is appended, so that the order is total. */
  sort?: [Path, 1 | -1][]
  /** 1 to 1000. */
  limit: number
  /** Cursor of the page before; refused with `cursor.invalid` when it is not one of this query's. */
  after?: string
}

export type StoreErrorCode =
  'cursor.invalid' | 'query.invalid' | 'collection.unknown' | 'field.list' | 'followUp.unique' | 'storage_full'

/** What a store throws when it was asked wrongly, or cannot write any more. */
export interface StoreError extends Error {
  code: StoreErrorCode
}

export function storeError(code: StoreErrorCode, message: string, cause?: unknown): StoreError {
  return Object.assign(new Error(message, cause === undefined ? {} : { cause }), { name: 'StoreError', code })
}

export function isStoreError(error: unknown): error is StoreError {
  return error instanceof Error && error.name === 'StoreError'
}

type Compared = 'gt' | 'gte' | 'lt' | 'lte'

/** A test of one path. */
export type PathTest =
  | { op: 'in'; path: Path; values: Scalar[] }
  | { op: 'nin'; path: Path; values: Scalar[] }
  | { [Op in Compared]: { op: Op; path: Path; value: string | number } }[Compared]
  | { op: 'exists'; path: Path; value: boolean }
  | { op: 'contains'; path: Path; value: string }

/** A filter as a tree without shorthands, checked; what the stores compile. */
export type Test = { op: 'and'; tests: Test[] } | { op: 'or'; tests: Test[] } | PathTest

const pathForm = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/
const reserved = /(^|\.)(__proto__|prototype|constructor)(\.|$)/

export function checkPath(path: string): Path {
  if (path.length > 200 || !pathForm.test(path) || reserved.test(path))
    throw storeError('query.invalid', `Expected a path like a.b, but got ${JSON.stringify(path.slice(0, 60))}`)
  return path
}

function checkScalar(value: unknown, path: Path): Scalar {
  const fits = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
  if (!fits)
    throw storeError('query.invalid', `Expected a plain value to compare ${path} with, but got ${typeof value}`)
  return value as Scalar
}

function checkComparable(value: unknown, path: Path): string | number {
  const scalar = checkScalar(value, path)
  if (typeof scalar !== 'string' && typeof scalar !== 'number')
    throw storeError('query.invalid', `Expected a text or number to compare ${path} with`)
  return scalar
}

function checkList(value: unknown, path: Path): Scalar[] {
  if (!Array.isArray(value)) throw storeError('query.invalid', `Expected a list of values for ${path}`)
  return value.map((item) => checkScalar(item, path))
}

const operators: Record<string, (path: Path, value: unknown) => Test> = {
  $eq: (path, value) => ({ op: 'in', path, values: [checkScalar(value, path)] }),
  $ne: (path, value) => ({ op: 'nin', path, values: [checkScalar(value, path)] }),
  $in: (path, value) => ({ op: 'in', path, values: checkList(value, path) }),
  $nin: (path, value) => ({ op: 'nin', path, values: checkList(value, path) }),
  $gt: (path, value) => ({ op: 'gt', path, value: checkComparable(value, path) }),
  $gte: (path, value) => ({ op: 'gte', path, value: checkComparable(value, path) }),
  $lt: (path, value) => ({ op: 'lt', path, value: checkComparable(value, path) }),
  $lte: (path, value) => ({ op: 'lte', path, value: checkComparable(value, path) }),
  $exists: (path, value) => ({ op: 'exists', path, value: value === true }),
  $contains: (path, value) => ({ op: 'contains', path, value: String(checkComparable(value, path)) }),
}

/** Reads a filter; throws `query.invalid` on anything that is not of the language, undefined values included. */
export function readFilter(filter: Filter | undefined, depth = 0): Test {
  if (depth > 8) throw storeError('query.invalid', 'Expected a filter nested at most 8 deep')
  const tests: Test[] = []
  for (const [key, value] of Object.entries(filter ?? {})) {
    if (key === '$and' || key === '$or') {
      if (!Array.isArray(value)) throw storeError('query.invalid', `Expected a list of filters in ${key}`)
      const inner = (value as Filter[]).map((part) => readFilter(part, depth + 1))
      tests.push({ op: key === '$and' ? 'and' : 'or', tests: inner })
      continue
    }
    const path = checkPath(key)
    if (value === undefined) throw storeError('query.invalid', `Expected a value for ${path}, but it is undefined`)
    if (value === null || typeof value !== 'object') {
      tests.push({ op: 'in', path, values: [checkScalar(value, path)] })
      continue
    }
    for (const [name, operand] of Object.entries(value)) {
      const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
      if (!operator) throw storeError('query.invalid', `Expected an operator like $in, but got ${name.slice(0, 40)}`)
      tests.push(operator(path, operand))
    }
  }
  return tests.length === 1 && tests[0] ? tests[0] : { op: 'and', tests }
}

/** The sort with the id at its end, and the limit, both checked. */
export function readOrder(query: Query): { sort: [Path, 1 | -1][]; limit: number } {
  if (!Number.isInteger(query.limit) || query.limit < 1 || query.limit > 1000)
    throw storeError('query.invalid', 'Expected a limit from 1 to 1000')
  const sort: [Path, 1 | -1][] = (query.sort ?? []).map(([path, direction]) => {
    if (direction !== 1 && direction !== -1) throw storeError('query.invalid', 'Expected a direction of 1 or -1')
    return [checkPath(path), direction]
  })
  return { sort: sort.some(([path]) => path === 'id') ? sort : [...sort, ['id', 1]], limit: query.limit }
}

/** Value at a path; undefined where there is none. Does not look into the items of an array. */
export function valueAt(id: string, data: unknown, path: Path): unknown {
  if (path === 'id') return id
  if (!path.includes('.')) return memberOf(data, path)
  let value: unknown = data
  for (const name of path.split('.')) {
    value = memberOf(value, name)
    if (value === undefined) return undefined
  }
  return value
}

function memberOf(value: unknown, name: string): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || !Object.hasOwn(value, name))
    return undefined
  return (value as Record<string, unknown>)[name]
}

/** Text in the form in which `$contains` compares. */
export const folded = (text: string): string => text.normalize('NFC').toLowerCase()

const plain = (value: unknown): unknown => (value === undefined ? null : value)

const comparisons: Record<Compared, (order: number) => boolean> = {
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
}

/** Does a document pass? The meaning of the language, in memory. */
export function passes(test: Test, id: string, data: unknown): boolean {
  if (test.op === 'and') return test.tests.every((part) => passes(part, id, data))
  if (test.op === 'or') return test.tests.some((part) => passes(part, id, data))
  const value = valueAt(id, data, test.path)
  const values = Array.isArray(value) ? value : [plain(value)]
  switch (test.op) {
    case 'in':
      return values.some((item) => test.values.includes(item as Scalar))
    case 'nin':
      return !values.some((item) => test.values.includes(item as Scalar))
    case 'exists':
      return (value !== undefined) === test.value
    case 'contains':
      return values.some((item) => typeof item === 'string' && folded(item).includes(folded(test.value)))
    default: {
      const holds = comparisons[test.op]
      return values.some((item) => typeof item === typeof test.value && holds(compareValues(item, test.value)))
    }
  }
}

const rank = (value: unknown): number => {
  if (value === null || value === undefined) return 0
  if (typeof value === 'number' || typeof value === 'boolean') return 1
  return typeof value === 'string' ? 2 : 3
}

/** By code points, as UTF-8 bytes compare: the order of SQLite and MongoDB. */
function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index)
    const right = b.charCodeAt(index)
    if (left === right) continue
    const surrogates = Number(left >= 0xd800 && left < 0xe000) - Number(right >= 0xd800 && right < 0xe000)
    return surrogates === 0 ? left - right : surrogates
  }
  return a.length - b.length
}

/** Total order of values: nothing, numbers, texts. */
export function compareValues(a: unknown, b: unknown): number {
  const ranks = rank(a) - rank(b)
  if (ranks !== 0) return ranks
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b)
  return rank(a) === 1 ? Number(a) - Number(b) : 0
}

/** FNV-1a, 52 bits; recognizes a cursor that is not of this query, guards nothing. */
function fingerprint(text: string): string {
  let low = 0x811c9dc5
  let high = 0x01000193
  for (let index = 0; index < text.length; index += 1) {
    low = Math.imul(low ^ text.charCodeAt(index), 0x01000193)
    high = Math.imul(high ^ (low >>> 7), 0x85ebca6b)
  }
  return (low >>> 0).toString(36) + (high >>> 0).toString(36)
}

const queryPrint = (collection: string, query: Query): string =>
  fingerprint(JSON.stringify([collection, query.filter ?? {}, query.sort ?? []]))

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Base64url of a text's UTF-8 bytes. */
function toLetters(text: string): string {
  const bytes = encodeURIComponent(text).match(/%..|./g) ?? []
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | (byte.length === 3 ? parseInt(byte.slice(1), 16) : byte.charCodeAt(0))) & 0xffff
    bits += 8
    while (bits >= 6) {
      bits -= 6
      out += letters[(value >> bits) & 63]
    }
  }
  return bits > 0 ? out + letters[(value << (6 - bits)) & 63] : out
}

function fromLetters(text: string): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const letter of text) {
    const digit = letters.indexOf(letter)
    if (digit < 0) throw new RangeError('not a letter')
    value = ((value << 6) | digit) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out += `%${((value >> bits) & 255).toString(16).padStart(2, '0')}`
    }
  }
  return decodeURIComponent(out)
}

/** The place behind a page's last document, for `Query.after`. */
export function cursorAfter(collection: string, query: Query, values: Scalar[]): string {
  const place = JSON.stringify([queryPrint(collection, query), ...values])
  return toLetters(`${fingerprint(place)}.${place}`)
}

/** Values of the sort fields at the cursor; throws `cursor.invalid` when it was not made by `cursorAfter` for this query. */
export function readCursor(collection: string, query: Query, sort: [Path, 1 | -1][]): Scalar[] | null {
  if (query.after === undefined) return null
  try {
    const [check, ...rest] = fromLetters(query.after).split('.')
    const place = rest.join('.')
    const [print, ...values] = JSON.parse(place) as Scalar[]
    if (check === fingerprint(place) && print === queryPrint(collection, query) && values.length === sort.length)
      return values.map((value) => checkScalar(value, 'cursor'))
  } catch {
    // Falls through to the refusal: how it is broken does not matter.
  }
  throw storeError('cursor.invalid', 'Expected the cursor of a page of this query')
}

/** Sort values of a document, as a cursor holds them: only plain values order a list. */
export function sortValues(id: string, data: unknown, sort: [Path, 1 | -1][]): Scalar[] {
  return sort.map(([path]) => {
    const value = valueAt(id, data, path)
    return value === undefined || (value !== null && typeof value === 'object') ? null : (value as Scalar)
  })
}

/** Order of two lists of sort values. */
export function compareOrder(a: Scalar[], b: Scalar[], sort: [Path, 1 | -1][]): number {
  for (const [index, [, direction]] of sort.entries()) {
    const order = compareValues(a[index], b[index])
    if (order !== 0) return order * direction
  }
  return 0
}
