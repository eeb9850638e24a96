import { charge, chargeList } from '../budget.ts'
import { compare, equals } from '../compare.ts'
import { operators } from '../arithmetic.ts'
import { compareNumbers, divide, fromDecimal, multiply, toDecimal, truncated } from '../numbers.ts'
import { Decimal, isFunction, isNumber } from '../values.ts'
import type { FeelFunction, FeelValue, Frame } from '../values.ts'
import { builtin } from './define.ts'

type Num = number | Decimal
type List = FeelValue[]

const same = (a: FeelValue, b: FeelValue) => equals(a, b) === true

const plus = operators['+'] as (a: FeelValue, b: FeelValue) => FeelValue

/** The position that FEEL counts from 1, from the end when negative; null outside of the list. */
export function indexOf(position: FeelValue, length: number): number | null {
  const at = isNumber(position) ? truncated(position) : null
  if (at === null || at === 0 || Math.abs(at) > length) return null
  return at > 0 ? at - 1 : length + at
}

/** The smallest or largest of values that can be compared with one another; null when they cannot. */
function extreme(sign: 1 | -1) {
  return ([list]: [List], frame: Frame): FeelValue => {
    charge(frame, list.length)
    let best: FeelValue | undefined
    for (const value of list) {
      if (best === undefined) {
        if (compare(value, value) === null) return null
        best = value
        continue
      }
      const order = compare(value, best)
      if (order === null) return null
      if (order * sign > 0) best = value
    }
    return best ?? null
  }
}

const numbers = (list: List): Num[] | null => (list.length > 0 && list.every(isNumber) ? list : null)

function sum([list]: [List], frame: Frame): FeelValue {
  charge(frame, list.length)
  if (list.length === 0) return null
  return list.length === 1 && isNumber(list[0] ?? null) ? (list[0] ?? null) : addUp(list)
}

function addUp(list: List): FeelValue {
  if (list.some((value) => value === null || typeof value === 'string')) return null
  return list.reduce((total, value) => (total === null ? null : plus(total, value)))
}

function mean([list]: [List], frame: Frame): FeelValue {
  charge(frame, list.length)
  const total = numbers(list) && addUp(list)
  return isNumber(total) ? divide(total, list.length) : null
}

function product([list]: [List], frame: Frame): FeelValue {
  charge(frame, list.length)
  return (
    numbers(list)?.reduce<Num | null>((total, value) => (total === null ? null : multiply(total, value)), 1) ?? null
  )
}

function median([list]: [List], frame: Frame): FeelValue {
  charge(frame, list.length)
  const sorted = numbers(list)?.toSorted(compareNumbers)
  if (!sorted) return null
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? null
  if (sorted.length % 2 === 1) return upper
  const total = plus(sorted[middle - 1] ?? null, upper)
  return isNumber(total) ? divide(total, 2) : null
}

/** The deviation of a sample: divided by one less than the number of values. */
function deviation([list]: [List], frame: Frame): FeelValue {
  charge(frame, list.length * 16)
  const values = list.length > 1 ? numbers(list)?.map(toDecimal) : null
  if (!values) return null
  const average = Decimal.sum(...values).dividedBy(values.length)
  const squares = values.map((value) => value.minus(average).pow(2))
  return fromDecimal(
    Decimal.sum(...squares)
      .dividedBy(values.length - 1)
      .sqrt(),
  )
}

function mode([list]: [List], frame: Frame): FeelValue {
  charge(frame, list.length * 2)
  if (list.length === 0) return []
  const sorted = numbers(list)?.toSorted(compareNumbers)
  if (!sorted) return null
  const runs: { value: Num; count: number }[] = []
  for (const value of sorted) {
    const run = runs.at(-1)
    if (run && compareNumbers(run.value, value) === 0) run.count++
    else runs.push({ value, count: 1 })
  }
  const most = Math.max(...runs.map((run) => run.count))
  return runs.filter((run) => run.count === most).map((run) => run.value)
}

/** Three-valued "and" (`decided` false) or "or" (`decided` true) over a list. */
function quantified(decided: boolean) {
  return ([list]: [List], frame: Frame): FeelValue => {
    charge(frame, list.length)
    if (list.some((value) => value === decided)) return decided
    return list.every((value) => value === !decided) ? !decided : null
  }
}

function sublist([list, start, length]: [List, Num, (Num | null)?], frame: Frame): FeelValue {
  const first = indexOf(start, list.length)
  if (first === null) return null
  if (length === undefined || length === null) return chargeList(frame, list.slice(first))
  const count = truncated(length)
  if (count === null || count < 1 || first + count > list.length) return null
  return chargeList(frame, list.slice(first, first + count))
}

function replaceItem([list, at, item]: [List, FeelValue, FeelValue], frame: Frame): FeelValue {
  if (isFunction(at)) {
    if (!takes(at, 2)) return null
    const results = list.map((old) => at.invoke(frame, [old, item]) ?? null)
    if (!results.every((found) => typeof found === 'boolean')) return null
    return chargeList(
      frame,
      list.map((old, index) => (results[index] === true ? item : old)),
    )
  }
  const index = indexOf(at, list.length)
  return index === null ? null : chargeList(frame, list.with(index, item))
}

function distinct(list: List, frame: Frame): List {
  const seen: List = []
  for (const value of list) {
    charge(frame, 1 + (typeof value === 'object' ? seen.length : seen.length >> 3))
    if (!seen.some((other) => same(other, value))) seen.push(value)
  }
  return chargeList(frame, seen)
}

function duplicates([list]: [List], frame: Frame): FeelValue {
  charge(frame, (list.length * list.length) >> (list.some((value) => typeof value === 'object') ? 0 : 3))
  return distinct(
    list.filter((value, index) => list.some((other, at) => at !== index && same(other, value))),
    frame,
  )
}

function flattened(list: List, frame: Frame): List {
  charge(frame, list.length)
  return list.flatMap((item) => (Array.isArray(item) ? flattened(item, frame) : [item]))
}

/** Whether a function can be called with so many arguments. */
const takes = ({ parameters }: FeelFunction, count: number) => parameters === null || parameters.length === count

/** A stable merge sort, so that the number of comparisons is bounded whatever the user's function answers. */
function mergeSort(list: List, precedes: (a: FeelValue, b: FeelValue) => boolean): List {
  if (list.length < 2) return list
  const half = list.length >> 1
  const left = mergeSort(list.slice(0, half), precedes)
  const right = mergeSort(list.slice(half), precedes)
  const merged: List = []
  let [l, r] = [0, 0]
  while (l < left.length && r < right.length)
    merged.push((precedes(right[r] ?? null, left[l] ?? null) ? right[r++] : left[l++]) ?? null)
  return [...merged, ...left.slice(l), ...right.slice(r)]
}

function sort([list, precedes]: [List, (FeelFunction | null)?], frame: Frame): FeelValue {
  charge(frame, list.length * 4)
  if (precedes && !takes(precedes, 2)) return null
  if (precedes)
    return chargeList(
      frame,
      mergeSort(list, (a, b) => precedes.invoke(frame, [a, b]) === true),
    )
  if (list.some((value) => compare(value, list[0] ?? null) === null)) return list.length === 0 ? [] : null
  return chargeList(
    frame,
    list.toSorted((a, b) => compare(a, b) ?? 0),
  )
}

/** The items of several lists; what is not a list stands for one item, null for no list. */
const concatenated = (lists: List, frame: Frame) =>
  lists.includes(null)
    ? null
    : chargeList(
        frame,
        lists.flatMap((list) => (Array.isArray(list) ? list : [list])),
      )

function union(lists: List, frame: Frame): FeelValue {
  const all = concatenated(lists, frame)
  return all && distinct(all, frame)
}

function append([list, ...items]: List, frame: Frame): FeelValue {
  if (items.length === 0 || list === undefined || list === null) return null
  return chargeList(frame, [...(Array.isArray(list) ? list : [list]), ...items])
}

/** DMN 1.5, 10.3.4.4; `duplicate values`, `is empty` and `partition` as Camunda has them. */
export const listBuiltins = [
  builtin('list contains', 'list: list, element: any', ([list, item]: [List, FeelValue], frame) => {
    charge(frame, list.length >> 1)
    return list.some((value) => same(value, item))
  }),
  builtin('count', 'list: list', ([list]: [List]) => list.length),
  builtin('min', ['list: any...'], extreme(-1)),
  builtin('max', ['list: any...'], extreme(1)),
  builtin('sum', ['list: any...'], sum),
  builtin('mean', ['list: any...'], mean),
  builtin('product', ['list: any...'], product),
  builtin('median', ['list: any...'], median),
  builtin('stddev', ['list: any...'], deviation),
  builtin('mode', ['list: any...'], mode),
  builtin('all', ['list: any...'], quantified(false)),
  builtin('any', ['list: any...'], quantified(true)),
  builtin('sublist', 'list: list, start position: number, length?: number', sublist),
  builtin('append', ['list: any, item: any', 'list: any*'], append),
  builtin('concatenate', 'list: any*', concatenated),
  builtin(
    'insert before',
    'list: list, position: number, newItem: any',
    ([list, at, item]: [List, Num, FeelValue], frame) => {
      const index = indexOf(at, list.length)
      return index === null ? null : chargeList(frame, list.toSpliced(index, 0, item))
    },
  ),
  builtin('remove', 'list: list, position: number', ([list, at]: [List, Num], frame) => {
    const index = indexOf(at, list.length)
    return index === null ? null : chargeList(frame, list.toSpliced(index, 1))
  }),
  builtin(
    'list replace',
    ['list: list, position: number, newItem: any', 'list: list, match: function, newItem: any'],
    replaceItem,
  ),
  builtin('reverse', 'list: list', ([list]: [List], frame) => chargeList(frame, list.toReversed())),
  builtin('index of', 'list: list, match: any', ([list, match]: [List, FeelValue], frame) => {
    charge(frame, list.length)
    return list.flatMap((value, index) => (same(value, match) ? [index + 1] : []))
  }),
  builtin('union', 'list: any*', union),
  builtin('distinct values', 'list: list', ([list]: [List], frame) => distinct(list, frame)),
  builtin('duplicate values', 'list: list', duplicates),
  builtin('flatten', 'list: list', ([list]: [List], frame) => chargeList(frame, flattened(list, frame))),
  builtin('sort', 'list: list, precedes?: function', sort),
  builtin('is empty', 'list: list', ([list]: [List]) => list.length === 0),
  builtin('partition', 'list: list, size: number', ([list, size]: [List, Num], frame) => {
    const step = truncated(size)
    if (step === null || step < 1) return null
    const parts: List = []
    for (let at = 0; at < list.length; at += step) parts.push(list.slice(at, at + step))
    return chargeList(frame, parts)
  }),
]
