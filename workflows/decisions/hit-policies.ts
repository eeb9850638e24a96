import { operators } from '../expressions/arithmetic.ts'
import { compare, equals } from '../expressions/compare.ts'
import type { FeelValue } from '../expressions/values.ts'
import type { Sentence } from '../model/problem.ts'

/** A rule that matched, with its outputs in the order of the columns. */
export interface Hit {
  index: number
  outputs: FeelValue[]
  /** The position of each output in the output values of its column; those that are not listed come last. */
  priorities: number[]
}

/** What a policy makes of the hits: those that count and whether they are one result or a list; or why there is none. */
export type Chosen =
  | { hits: readonly Hit[]; single: boolean }
  | { hits: readonly Hit[]; value: FeelValue }
  | { code: string; message: Sentence }

type Policy = (hits: readonly Hit[]) => Chosen

const rows = (hits: readonly Hit[]) => hits.map((hit) => hit.index + 1)

function unique(hits: readonly Hit[]): Chosen {
  if (hits.length <= 1) return { hits, single: true }
  return {
    code: 'dmn.hit_policy',
    message: {
      zh: `只允许一条规则匹配,但第 ${rows(hits).join('、')} 条同时匹配。`,
      en: `Expected one rule to match, but rules ${rows(hits).join(', ')} did.`,
    },
  }
}

function any(hits: readonly Hit[]): Chosen {
  const [first] = hits
  const same = hits.every((hit) => equals(hit.outputs, first?.outputs ?? null) === true)
  if (same || !first) return { hits: hits.slice(0, 1), single: true }
  return {
    code: 'dmn.hit_policy',
    message: {
      zh: `同时匹配的第 ${rows(hits).join('、')} 条规则结果不同。`,
      en: `Expected rules ${rows(hits).join(', ')}, which all match, to have the same output, but they differ.`,
    },
  }
}

/** The column that stands further left decides; equal priorities keep the order of the rules. */
function byPriority(a: Hit, b: Hit): number {
  for (const [column, priority] of a.priorities.entries()) {
    const difference = priority - (b.priorities[column] ?? 0)
    if (difference !== 0) return difference
  }
  return a.index - b.index
}

const values = (hits: readonly Hit[]) => hits.map((hit) => hit.outputs[0] ?? null)

const plus = operators['+'] as (a: FeelValue, b: FeelValue) => FeelValue

function reduced(
  hits: readonly Hit[],
  combine: (values: FeelValue[]) => FeelValue,
  fits: (value: FeelValue) => boolean,
): Chosen {
  const all = values(hits)
  if (all.length === 0) return { hits, value: null }
  const value = all.every(fits) ? combine(all) : null
  if (value !== null) return { hits, value }
  return {
    code: 'dmn.type',
    message: {
      zh: '匹配规则的结果无法汇总:它们不是同一类可比较、可相加的值。',
      en: 'Expected outputs that can be put together, but they are not values of one such type.',
    },
  }
}

const extreme = (sign: 1 | -1) => (all: FeelValue[]) =>
  all.reduce<FeelValue>((best, value) => {
    const order = best === null ? null : compare(value, best)
    return order === null ? null : order * sign > 0 ? value : best
  }, all[0] ?? null)

const comparable = (value: FeelValue) => compare(value, value) !== null

/** DMN 1.5, 8.2.10 and 8.2.11: one row for each hit policy; COLLECT by its aggregation. */
export const hitPolicies: Record<string, Policy> = {
  UNIQUE: unique,
  ANY: any,
  FIRST: (hits) => ({ hits: hits.slice(0, 1), single: true }),
  PRIORITY: (hits) => ({ hits: hits.toSorted(byPriority).slice(0, 1), single: true }),
  'RULE ORDER': (hits) => ({ hits, single: false }),
  'OUTPUT ORDER': (hits) => ({ hits: hits.toSorted(byPriority), single: false }),
  COLLECT: (hits) => ({ hits, single: false }),
  'COLLECT SUM': (hits) =>
    reduced(
      hits,
      (all) => all.reduce((sum, value) => plus(sum, value)),
      (value) => typeof value !== 'string' && comparable(value),
    ),
  'COLLECT MIN': (hits) => reduced(hits, extreme(-1), comparable),
  'COLLECT MAX': (hits) => reduced(hits, extreme(1), comparable),
  'COLLECT COUNT': (hits) => ({ hits, value: hits.length }),
}
