import fc from 'fast-check'
import { comparisons, momentTypes, textTests } from '../../workflows/expressions/sentences/sentence.ts'
import type { Group, Literal, Term, Test, Value } from '../../workflows/expressions/sentences/sentence.ts'

const moments: Record<(typeof momentTypes)[number], readonly string[]> = {
  date: ['2026-11-25'],
  time: ['09:30:00'],
  'date and time': ['2026-11-25T09:30:00Z'],
  duration: ['P7D', 'P1Y2M'],
  '@': ['2026-11-25', 'PT4H'],
}

export const fields = ['amount', 'refund.amount', '会员等级', 'order.line items', 'is new']

const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc
    .oneof(fc.constantFrom('gold', '普通', 'say "and", or (not)', 'a\\b', '', 'null'), fc.string({ unit: 'binary' }))
    .map((text): Literal => ({ kind: 'text', text })),
  fc.constantFrom('0', '500', '-3', '12.50', '0.1', '1e3').map((text): Literal => ({ kind: 'number', text })),
  fc.boolean().map((value): Literal => ({ kind: 'boolean', value })),
  fc.constant<Literal>({ kind: 'nothing' }),
  fc
    .constantFrom(...momentTypes)
    .chain((type) => fc.constantFrom(...moments[type]).map((text): Literal => ({ kind: 'moment', type, text }))),
)

const value: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: literal },
  { weight: 1, arbitrary: fc.constantFrom(...fields).map((path): Value => ({ kind: 'field', path })) },
)

/** Tests that a cell can have as well. */
export const cellTest: fc.Arbitrary<Test> = fc.oneof(
  fc.record({ kind: fc.constant('compare' as const), comparison: fc.constantFrom(...comparisons), value }),
  fc.record({
    kind: fc.constant('between' as const),
    from: value,
    to: value,
    withFrom: fc.boolean(),
    withTo: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('oneOf' as const),
    values: fc.array(literal, { minLength: 1, maxLength: 3 }),
    not: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('text' as const), how: fc.constantFrom(...textTests), value, not: fc.boolean() }),
)

const test: fc.Arbitrary<Test> = fc.oneof(
  { weight: 4, arbitrary: cellTest },
  { weight: 1, arbitrary: fc.boolean().map((not): Test => ({ kind: 'holds', not })) },
  {
    weight: 1,
    arbitrary: fc
      .array(literal, { maxLength: 3 })
      .map((values): Test => ({ kind: 'oneOf', values, not: false, asList: true })),
  },
)

const term: fc.Arbitrary<Term> = fc.record({ field: fc.constantFrom(...fields), test })

/** Conditions of any nesting. */
export const group: fc.Arbitrary<Group> = fc.letrec<{ group: Group; part: Term | Group }>((tie) => ({
  part: fc.oneof({ depthSize: 'small', withCrossShrink: true }, term, tie('group')),
  group: fc.record({
    join: fc.constantFrom('and' as const, 'or' as const),
    parts: fc.array(tie('part'), { maxLength: 3 }),
  }),
})).group

const small = fc.constantFrom('1', '2', '3', '"x"', '"y"', 'true', 'null')
const name = fc.constantFrom('a', 'b', 'c.d')

/** Conditions as people write them, in every spelling that a sentence takes; also some that none does. */
export const written: fc.Arbitrary<string> = fc.letrec<{ text: string }>((tie) => ({
  text: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(name, fc.constantFrom(...comparisons), small).map(([a, sign, b]) => `${a}${sign}${b}`),
    fc.tuple(small, fc.constantFrom(...comparisons), name).map(([a, sign, b]) => `${a}  ${sign} ${b}`),
    fc.tuple(name, small, small).map(([a, b, c]) => `${a} between ${b} and ${c}`),
    fc.tuple(name, small, small).map(([a, b, c]) => `${a} in (${b},${c})`),
    fc.tuple(name, small, small).map(([a, b, c]) => `${a} in [ ${b}, ${c} ]`),
    fc.tuple(name, small, small).map(([a, b, c]) => `${a} in ]${b}..${c}]`),
    fc.tuple(name, small).map(([a, b]) => `not(${a} in (${b}))`),
    fc.tuple(name, small).map(([a, b]) => `contains(${a}, ${b})`),
    name,
    name.map((a) => `not(${a})`),
    fc.constantFrom('a + 1 > 2', 'count(a) = 1', 'if a then b else c', 'some x in a satisfies x', 'a = /* so */ 1'),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `${a} and ${b}`),
    fc.tuple(tie('text'), tie('text')).map(([a, b]) => `(${a} or ${b})`),
    tie('text').map((a) => `(${a})`),
    tie('text').map((a) => `not(${a})`),
  ),
})).text
