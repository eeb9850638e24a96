import { checkPath, readCursor, readFilter, readOrder, storeError } from '../../../workflows/runtime/ports.ts'
import type { CollectionSpec, Filter, Path, PathTest, Query, Scalar, Test } from '../../../workflows/runtime/ports.ts'

/** SQL text whose values are bound, in order; no value ever stands in the text. */
export interface Sql {
  text: string
  values: (string | number | null)[]
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
export const columnOf = (path: Path): string => quoted(`f:${path}`)
export const listTableOf = (collection: string, path: Path): string => quoted(`${collection}:${path}`)
export const removedTableOf = (collection: string): string => quoted(`${collection}:removed`)
export const jsonPath = (path: Path): string =>
  `$.${path
    .split('.')
    .map((name) => `"${name}"`)
    .join('.')}`

/** How SQLite holds a JSON value that json_extract gives back. */
const bound = (value: Scalar): string | number | null => (typeof value === 'boolean' ? Number(value) : value)

const join = (parts: Sql[], word: string): Sql => ({
  text: parts.length === 0 ? (word === ' AND ' ? '1' : '0') : `(${parts.map((part) => part.text).join(word)})`,
  values: parts.flatMap((part) => part.values),
})

const not = (sql: Sql): Sql => ({ text: `NOT (${sql.text})`, values: sql.values })
const marks = (values: readonly unknown[]): string => values.map(() => '?').join(', ')

const signs = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

/** `expression` compared with the values; a null value means that there is none. Never NULL itself. */
function among(expression: Sql, values: Scalar[]): Sql {
  const some = values.filter((value) => value !== null).map(bound)
  const parts: Sql[] = []
  if (some.length === 1) parts.push({ text: `${expression.text} = ?`, values: [...expression.values, ...some] })
  else if (some.length > 1)
    parts.push({ text: `${expression.text} IN (${marks(some)})`, values: [...expression.values, ...some] })
  if (values.length > some.length) parts.push({ text: `${expression.text} IS NULL`, values: expression.values })
  return join(parts, ' OR ')
}

/** A comparison stays within the kind of its value; SQLite orders numbers before texts. */
function compared(expression: Sql, op: keyof typeof signs, value: string | number): Sql {
  const bracket = { gt: { string: '', number: " < ''" }, lt: { string: " >= ''", number: '' } }
  const side = op.startsWith('gt') ? bracket.gt : bracket.lt
  const kind = typeof value === 'string' ? side.string : side.number
  const parts: Sql[] = [{ text: `${expression.text} ${signs[op]} ?`, values: [...expression.values, value] }]
  if (kind !== '') parts.push({ text: `${expression.text}${kind}`, values: expression.values })
  return join(parts, ' AND ')
}

const contains = (expression: Sql, value: string): Sql => ({
  text: `(typeof(${expression.text}) = 'text' AND instr(fold(${expression.text}), fold(?)) > 0)`,
  values: [...expression.values, ...expression.values, value],
})

const onValue = (expression: Sql, test: PathTest): Sql => {
  if (test.op === 'in' || test.op === 'nin') return among(expression, test.values)
  if (test.op === 'contains') return contains(expression, test.value)
  if (test.op === 'exists') throw storeError('query.invalid', 'exists is not a comparison')
  return compared(expression, test.op, test.value)
}

/** How a collection's paths read in SQL. */
export interface Paths {
  filter(filter: Filter | undefined): Sql
  /** The plain value at a path, as an expression to sort, group or sum by. */
  value(path: Path): Sql
}

export function pathsOf(spec: CollectionSpec): Paths {
  const columns = new Set(spec.indexes.flatMap((index) => index.fields))
  const lists = new Set(spec.lists ?? [])

  const value = (path: Path): Sql => {
    if (path === 'id') return { text: 'id', values: [] }
    if (columns.has(path)) return { text: columnOf(path), values: [] }
    return { text: 'json_extract(data, ?)', values: [jsonPath(checkPath(path))] }
  }

  /** Some item of the list at the path, or the value there when it is no list. */
  const anywhere = (path: Path, test: PathTest): Sql => {
    const at = jsonPath(path)
    const inList = onValue({ text: 'item.value', values: [] }, test)
    const single = onValue(value(path), test)
    return {
      text: `CASE json_type(data, ?) WHEN 'array' THEN EXISTS (SELECT 1 FROM json_each(data, ?) AS item WHERE ${inList.text}) ELSE ifnull(${single.text}, 0) END`,
      values: [at, at, ...inList.values, ...single.values],
    }
  }

  const leaf = (test: PathTest): Sql => {
    const { path } = test
    if (test.op === 'exists') {
      if (path === 'id') return { text: test.value ? '1' : '0', values: [] }
      return { text: `json_type(data, ?) IS ${test.value ? 'NOT ' : ''}NULL`, values: [jsonPath(path)] }
    }
    if (path === 'id' || columns.has(path)) {
      const sql = onValue(value(path), test)
      return test.op === 'nin' ? { text: `NOT ifnull(${sql.text}, 0)`, values: sql.values } : sql
    }
    if (lists.has(path) && (test.op === 'in' || test.op === 'nin') && !test.values.includes(null)) {
      const hit = among({ text: 'value', values: [] }, test.values)
      const member = {
        text: `n IN (SELECT doc FROM ${listTableOf(spec.name, path)} WHERE ${hit.text})`,
        values: hit.values,
      }
      return test.op === 'nin' ? not(member) : member
    }
    const sql = anywhere(path, test)
    return test.op === 'nin' ? not(sql) : sql
  }

  const compile = (test: Test): Sql =>
    test.op === 'and' || test.op === 'or'
      ? join(test.tests.map(compile), test.op === 'and' ? ' AND ' : ' OR ')
      : leaf(test)

  return { value, filter: (filter) => compile(readFilter(filter)) }
}

/** What comes behind a cursor in the order; leads with a plain range where an index can seek to it. */
function behind(paths: Paths, sort: [Path, 1 | -1][], cursor: Scalar[]): Sql {
  const alternatives = sort.map(([path, direction], index): Sql => {
    const same = sort.slice(0, index).map(([earlier], position): Sql => {
      const expression = paths.value(earlier)
      return { text: `${expression.text} IS ?`, values: [...expression.values, bound(cursor[position] ?? null)] }
    })
    const expression = paths.value(path)
    const value = bound(cursor[index] ?? null)
    const further: Sql =
      value === null
        ? {
            text: direction === 1 ? `${expression.text} IS NOT NULL` : '0',
            values: direction === 1 ? expression.values : [],
          }
        : direction === 1
          ? { text: `${expression.text} > ?`, values: [...expression.values, value] }
          : {
              text: `(${expression.text} < ? OR ${expression.text} IS NULL)`,
              values: [...expression.values, value, ...expression.values],
            }
    return join([...same, further], ' AND ')
  })
  const first = sort[0]
  const value = bound(cursor[0] ?? null)
  const seek: Sql[] = []
  if (first && first[1] === 1 && value !== null) {
    const expression = paths.value(first[0])
    seek.push({ text: `${expression.text} >= ?`, values: [...expression.values, value] })
  }
  return join([...seek, join(alternatives, ' OR ')], ' AND ')
}

const columns = (expressions: readonly Sql[], separator: string): Sql => ({
  text: expressions.map(({ text }) => text).join(separator),
  values: expressions.flatMap(({ values }) => values),
})

/** One page of documents, and one document more where there is a next page. */
export function pageSql(collection: string, paths: Paths, query: Query): Sql {
  const { sort, limit } = readOrder(query)
  const cursor = readCursor(collection, query, sort)
  const where = columns([paths.filter(query.filter), ...(cursor ? [behind(paths, sort, cursor)] : [])], ' AND ')
  const order = columns(
    sort.map(([path, direction]) => {
      const { text, values } = paths.value(path)
      return { text: `${text} ${direction === 1 ? 'ASC' : 'DESC'}`, values }
    }),
    ', ',
  )
  return {
    text: `SELECT id, version, data FROM ${quoted(collection)} WHERE ${where.text} ORDER BY ${order.text} LIMIT ?`,
    values: [...where.values, ...order.values, limit + 1],
  }
}

export function countSql(collection: string, paths: Paths, filter: Filter | undefined): Sql {
  const { text, values } = paths.filter(filter)
  return { text: `SELECT count(*) AS count FROM ${quoted(collection)} WHERE ${text}`, values }
}

/** Counts and sums by the value of one field. */
export function groupSql(collection: string, paths: Paths, query: { filter?: Filter; by: Path; sum?: Path }): Sql {
  const key = paths.value(query.by)
  const amount = query.sum === undefined ? { text: '0', values: [] } : paths.value(query.sum)
  const where = paths.filter(query.filter)
  return {
    text: `SELECT ${key.text} AS key, count(*) AS count, ifnull(sum(${amount.text}), 0) AS sum FROM ${quoted(collection)} WHERE ${where.text} GROUP BY 1 ORDER BY 1`,
    values: [...key.values, ...amount.values, ...where.values],
  }
}
