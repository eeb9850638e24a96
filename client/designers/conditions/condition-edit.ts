import { isGroup } from '../../../workflows/expressions/sentences/sentence.ts'
import type {
  Comparison,
  Group,
  Literal,
  Term,
  Test,
  TextTest,
  Value,
} from '../../../workflows/expressions/sentences/sentence.ts'
import type { ConditionField } from './fields.ts'

/** How a test is picked in words; a key of the messages `condition.how`. */
export type How =
  | 'is'
  | 'not'
  | 'less'
  | 'most'
  | 'more'
  | 'least'
  | 'between'
  | 'oneOf'
  | 'noneOf'
  | 'contains'
  | 'containsNot'
  | 'startsWith'
  | 'startsWithNot'
  | 'endsWith'
  | 'endsWithNot'
  | 'has'
  | 'hasNot'
  | 'missing'
  | 'present'
  | 'holds'
  | 'holdsNot'

const comparisonHow: Record<Comparison, How> = {
  '=': 'is',
  '!=': 'not',
  '<': 'less',
  '<=': 'most',
  '>': 'more',
  '>=': 'least',
}
const textHow: Record<TextTest, How> = {
  contains: 'contains',
  'starts with': 'startsWith',
  'ends with': 'endsWith',
  'list contains': 'has',
}

export function howOf(test: Test): How {
  switch (test.kind) {
    case 'compare':
      if (test.value.kind === 'nothing' && test.comparison === '=') return 'missing'
      if (test.value.kind === 'nothing' && test.comparison === '!=') return 'present'
      return comparisonHow[test.comparison]
    case 'between':
      return 'between'
    case 'oneOf':
      return test.not ? 'noneOf' : 'oneOf'
    case 'text':
      return test.not ? (`${textHow[test.how]}Not` as How) : textHow[test.how]
    case 'holds':
      return test.not ? 'holdsNot' : 'holds'
  }
}

const ordered: readonly How[] = ['is', 'not', 'less', 'most', 'more', 'least', 'between']
const texts: readonly How[] = ['is', 'not', 'oneOf', 'noneOf', 'contains', 'containsNot', 'startsWith', 'endsWith']
const maybe: readonly How[] = ['missing', 'present']

const hows: Record<string, readonly How[]> = {
  money: [...ordered, ...maybe],
  number: [...ordered, ...maybe],
  date: [...ordered, ...maybe],
  boolean: ['is', 'not', ...maybe],
  verdict: ['is', 'not', 'oneOf', 'noneOf', ...maybe],
  text: [...texts, ...maybe],
  list: ['has', 'hasNot', ...maybe],
  any: [...ordered, 'oneOf', 'noneOf', ...maybe],
}

/** How the order of dates and times is said: earlier, not less. */
const timeHow: Partial<Record<How, string>> = { less: 'before', most: 'notAfter', more: 'after', least: 'notBefore' }

/** Whether a value is a point in time, not a length of it. */
export const isInstant = (value: Value | null) =>
  value?.kind === 'moment' && value.type !== 'duration' && !/^-?P/.test(value.text)

/** The key of the word for a way to test a value. */
export const howKey = (how: How, value: Value | null): string => (isInstant(value) ? (timeHow[how] ?? how) : how)

/** The tests that a field can have, with the one that stands there among them. */
export function howsFor(type: string, test: Test): readonly How[] {
  const known = hows[type] ?? hows['any'] ?? []
  const now = howOf(test)
  return known.includes(now) ? known : [...known, now]
}

/** A value that a field begins with. */
export function firstValue(field: Pick<ConditionField, 'type' | 'values'> | undefined, today: string): Literal {
  const [first] = field?.values ?? []
  switch (field?.type) {
    case 'money':
    case 'number':
      return { kind: 'number', text: '0' }
    case 'boolean':
      return { kind: 'boolean', value: true }
    case 'date':
      return { kind: 'moment', type: 'date', text: today }
    case 'verdict':
      return { kind: 'text', text: first?.value ?? 'approved' }
    default:
      return { kind: 'text', text: first?.value ?? '' }
  }
}

/** The term that a field begins with when it is picked. */
export function begin(path: string, field: ConditionField | undefined, today: string): Term {
  const value = firstValue(field, today)
  if (field?.type === 'list') return { field: path, test: { kind: 'text', how: 'list contains', value, not: false } }
  const isAmount = field?.type === 'money' || field?.type === 'number'
  return { field: path, test: { kind: 'compare', comparison: isAmount ? '>' : '=', value } }
}

const comparisons = new Map(Object.entries(comparisonHow).map(([sign, how]) => [how, sign as Comparison]))
const lookups = new Map(Object.entries(textHow).map(([test, how]) => [how, test as TextTest]))

/** What a test compares with, when it is one value; the last one of a range. */
export function valueIn(test: Test): Value | null {
  if (test.kind === 'compare' || test.kind === 'text') return test.value.kind === 'nothing' ? null : test.value
  if (test.kind === 'between') return test.to
  return test.kind === 'oneOf' ? (test.values[0] ?? null) : null
}

/** Another test of the same field, with what was compared so far. */
export function withHow(test: Test, how: How, first: Literal): Test {
  const value = valueIn(test) ?? first
  const literal = value.kind === 'field' ? first : value
  const not = how.endsWith('Not')
  const lookup = lookups.get(how.replace(/Not$/, '') as How)
  const sign = comparisons.get(how)
  if (how === 'missing' || how === 'present')
    return { kind: 'compare', comparison: how === 'missing' ? '=' : '!=', value: { kind: 'nothing' } }
  if (how === 'holds' || how === 'holdsNot') return { kind: 'holds', not }
  if (how === 'oneOf' || how === 'noneOf') {
    const values = test.kind === 'oneOf' ? test.values : [literal]
    return { kind: 'oneOf', values, not: how === 'noneOf' }
  }
  if (how === 'between') return { kind: 'between', from: first, to: value, withFrom: true, withTo: true }
  if (lookup) return { kind: 'text', how: lookup, value, not }
  return { kind: 'compare', comparison: sign ?? '=', value }
}

/** Where a part lies: the place in its group, from the outermost group inwards. */
export type Place = readonly number[]

/** The condition with a part changed, or taken away when `next` is null. */
export function replaced(group: Group, place: Place, next: Term | Group | null): Group {
  const [at, ...inside] = place
  if (at === undefined) return next && isGroup(next) ? next : { join: 'and', parts: next ? [next] : [] }
  const parts = group.parts.flatMap((part, index) => {
    if (index !== at) return [part]
    if (inside.length === 0) return next ? [next] : []
    return isGroup(part) ? [replaced(part, inside, next)] : [part]
  })
  return { ...group, parts }
}

/** A condition of its own inside of another one: it joins the other way. */
export const innerGroup = (around: Group['join'], first: Term): Group => ({
  join: around === 'and' ? 'or' : 'and',
  parts: [first, first],
})
