import fc from 'fast-check'
import type { TableOptions } from './dmn.ts'

/** A table of two or three columns whose cells compare with few constants, so that all inputs that matter can be tried. */
export interface SmallTable {
  hitPolicy: string
  inputs: { name: string; type: string; values?: string }[]
  rules: TableOptions['rules']
}

const bound = fc.integer({ min: 0, max: 4 }).map(String)

const numberCell = fc.oneof(
  fc.constant('-'),
  bound,
  fc.tuple(fc.constantFrom('<', '<=', '>', '>=', '!='), bound).map(([sign, value]) => `${sign} ${value}`),
  fc
    .tuple(bound, bound, fc.constantFrom('[', '('), fc.constantFrom(']', ')'))
    .map(([a, b, open, close]) => `${open}${a <= b ? a : b}..${a <= b ? b : a}${close}`),
  fc.tuple(bound, bound).map(([a, b]) => `not(${a}, > ${b})`),
  fc.tuple(bound, bound).map(([a, b]) => `? > ${a} and ? <= ${b} or ? = ${a}`),
  fc.constant('null'),
)

const date = bound.map((day) => `date("2026-03-0${Number(day) + 1}")`)

const dateCell = fc.oneof(
  fc.constant('-'),
  date,
  fc.tuple(fc.constantFrom('<', '<=', '>', '>='), date).map(([sign, value]) => `${sign} ${value}`),
)

const textCell = fc.oneof(
  fc.constant('-'),
  fc.subarray(['"a"', '"b"', '"c"'], { minLength: 1 }).map((texts) => texts.join(', ')),
  fc.subarray(['"a"', '"b"', '"c"'], { minLength: 1 }).map((texts) => `not(${texts.join(', ')})`),
)

const yesNoCell = fc.constantFrom('-', 'true', 'false', 'not(true)')

const columns = {
  number: { cell: numberCell, input: { type: 'number' } },
  amount: { cell: numberCell, input: { type: 'number', values: '[0..4]' } },
  date: { cell: dateCell, input: { type: 'date' } },
  text: { cell: textCell, input: { type: 'string' } },
  tier: { cell: textCell, input: { type: 'string', values: '"a", "b", "c"' } },
  yesNo: { cell: yesNoCell, input: { type: 'boolean' } },
}

/** All values of a column that its cells could tell apart, and more: as JSON data. */
export const tried: Record<keyof typeof columns, readonly unknown[]> = {
  number: [null, -1, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5],
  amount: [null, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4],
  date: [null, '2026-02-28', ...[1, 2, 3, 4, 5, 6].map((day) => `2026-03-0${day}`)],
  text: [null, 'a', 'b', 'c', 'd'],
  tier: [null, 'a', 'b', 'c'],
  yesNo: [null, true, false],
}

export const smallTable = fc
  .tuple(
    fc.subarray(Object.keys(columns) as (keyof typeof columns)[], { minLength: 1, maxLength: 3 }),
    fc.constantFrom('UNIQUE', 'ANY', 'FIRST'),
  )
  .chain(([names, hitPolicy]) =>
    fc
      .array(fc.tuple(fc.tuple(...names.map((name) => columns[name].cell)), fc.constantFrom('"x"', '"y"')), {
        minLength: 1,
        maxLength: 5,
      })
      .map((rules): SmallTable => ({
        hitPolicy,
        inputs: names.map((name) => ({ name, ...columns[name].input })),
        rules: rules.map(([cells, output]) => [cells, [output]]),
      })),
  )

/** Every combination of the values that are tried. */
export function everyInput(table: SmallTable): Record<string, unknown>[] {
  let all: Record<string, unknown>[] = [{}]
  for (const { name } of table.inputs)
    all = all.flatMap((input) => tried[name as keyof typeof columns].map((value) => ({ ...input, [name]: value })))
  return all
}
