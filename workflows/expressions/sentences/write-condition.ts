import { isGroup, normalized } from './sentence.ts'
import type { Group, Term, Test } from './sentence.ts'
import { writeValue } from './values.ts'

const list = (values: Extract<Test, { kind: 'oneOf' }>['values']) => values.map(writeValue).join(', ')

export const writeRange = ({ from, to, withFrom, withTo }: Extract<Test, { kind: 'between' }>) =>
  `${withFrom ? '[' : '('}${writeValue(from)}..${writeValue(to)}${withTo ? ']' : ')'}`

const isNot = (not: boolean, text: string) => (not ? `not(${text})` : text)

/** A test of a subject as FEEL. */
const tests: { [Kind in Test['kind']]: (subject: string, test: Extract<Test, { kind: Kind }>) => string } = {
  compare: (subject, { comparison, value }) => `${subject} ${comparison} ${writeValue(value)}`,
  between: (subject, test) =>
    test.asWords
      ? `${subject} between ${writeValue(test.from)} and ${writeValue(test.to)}`
      : `${subject} in ${writeRange(test)}`,
  oneOf: (subject, { values, not, asList }) =>
    isNot(not, `${subject} in ${asList || values.length === 0 ? `[${list(values)}]` : `(${list(values)})`}`),
  text: (subject, { how, value, not }) => isNot(not, `${how}(${subject}, ${writeValue(value)})`),
  holds: (subject, { not }) => isNot(not, subject),
}

export const writeTest = (subject: string, test: Test): string =>
  (tests[test.kind] as (subject: string, test: Test) => string)(subject, test)

const writePart = (part: Term | Group, around: Group['join'] | null): string => {
  if (!isGroup(part)) return writeTest(part.field, part.test)
  const text = part.parts.map((each) => writePart(each, part.join)).join(` ${part.join} `)
  // `and` binds closer than `or`: only an alternative inside of a conjunction needs to be held together.
  return around === 'and' && part.join === 'or' ? `(${text})` : text
}

/** A condition as FEEL, without a leading `=`; an empty one is the empty text. */
export const writeCondition = (group: Group): string => writePart(normalized(group), null)
