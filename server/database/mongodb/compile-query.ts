import type { Filter as MongoFilter } from 'mongodb'
import { readFilter } from '../../../workflows/runtime/ports.ts'
import type { Filter, Path, PathTest, Scalar, Test } from '../../../workflows/runtime/ports.ts'
import type { StoredDocument } from './documents.ts'

export type Match = MongoFilter<StoredDocument>

export const fieldOf = (path: Path): string => (path === 'id' ? '_id' : `data.${path}`)

const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

/** Only operators of this table reach the database, with plain values as their operands. */
const conditions: { [Op in PathTest['op']]: (test: Extract<PathTest, { op: Op }>) => object } = {
  in: ({ values }) => ({ $in: values }),
  nin: ({ values }) => ({ $nin: values }),
  gt: ({ value }) => ({ $gt: value }),
  gte: ({ value }) => ({ $gte: value }),
  lt: ({ value }) => ({ $lt: value }),
  lte: ({ value }) => ({ $lte: value }),
  exists: ({ value }) => ({ $exists: value }),
  contains: ({ value }) => ({ $regex: literally(value), $options: 'i' }),
}

function compile(test: Test): object {
  if (test.op === 'and') return test.tests.length === 0 ? {} : { $and: test.tests.map(compile) }
  if (test.op === 'or') return test.tests.length === 0 ? { _id: { $in: [] } } : { $or: test.tests.map(compile) }
  return { [fieldOf(test.path)]: conditions[test.op](test as never) }
}

/** Documents that are there (not only their tombstone) and pass the filter. */
export const matchOf = (filter: Filter | undefined): Match => ({
  $and: [{ data: { $exists: true } }, compile(readFilter(filter))] as Match[],
})

/** MongoDB compares within one kind of value; a total order needs the other kinds named. */
function further(field: string, direction: 1 | -1, value: Scalar): object {
  if (direction === 1) {
    if (value === null) return { [field]: { $ne: null } }
    return typeof value === 'string'
      ? { [field]: { $gt: value } }
      : { $or: [{ [field]: { $gt: value } }, { [field]: { $gte: '' } }] }
  }
  if (value === null) return { _id: { $in: [] } }
  const smaller = [{ [field]: { $lt: value } }, { [field]: null }]
  return { $or: typeof value === 'string' ? [...smaller, { [field]: { $lte: Number.MAX_VALUE } }] : smaller }
}

/** What comes behind a cursor in the order. */
export const behind = (sort: [Path, 1 | -1][], cursor: Scalar[]): Match => ({
  $or: sort.map(([path, direction], index) => ({
    $and: [
      ...sort.slice(0, index).map(([earlier], position) => ({ [fieldOf(earlier)]: cursor[position] ?? null })),
      further(fieldOf(path), direction, cursor[index] ?? null),
    ],
  })) as Match[],
})
