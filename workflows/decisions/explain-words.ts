import type { SimpleTest, TestShape } from '../expressions/nodes/test-shape.ts'
import { formatValue } from '../expressions/text.ts'
import { isContext, isDate, isDateTime, isTime } from '../expressions/values.ts'
import type { FeelValue } from '../expressions/values.ts'
import type { Sentence } from '../model/problem.ts'

/** A value as people read it: text in quotes, yes and no in words. */
export function valueWords(value: FeelValue): Sentence {
  if (value === null) return { zh: '空', en: 'nothing' }
  if (typeof value === 'boolean') return value ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' }
  if (typeof value === 'string') return { zh: `「${value}」`, en: `"${value}"` }
  if (Array.isArray(value)) return joined(value.map(valueWords), '、', ', ')
  if (isContext(value))
    return joined(
      Object.keys(value).map((name) => {
        const { zh, en } = valueWords(value[name] ?? null)
        return { zh: `${name} ${zh}`, en: `${name} ${en}` }
      }),
      '、',
      ', ',
    )
  const text = formatValue(value)
  return { zh: text, en: text }
}

export const joined = (parts: readonly Sentence[], zh: string, en: string): Sentence => ({
  zh: parts.map((part) => part.zh).join(zh),
  en: parts.map((part) => part.en).join(en),
})

const isMoment = (value: FeelValue) => isDate(value) || isTime(value) || isDateTime(value)

/** How a comparison is said, of amounts and of moments. */
const signs: Record<string, [amount: Sentence, moment: Sentence]> = {
  '>': [
    { zh: '大于', en: 'more than' },
    { zh: '晚于', en: 'after' },
  ],
  '>=': [
    { zh: '不小于', en: 'at least' },
    { zh: '不早于', en: 'on or after' },
  ],
  '<': [
    { zh: '小于', en: 'less than' },
    { zh: '早于', en: 'before' },
  ],
  '<=': [
    { zh: '不超过', en: 'at most' },
    { zh: '不晚于', en: 'on or before' },
  ],
  '!=': [
    { zh: '不是', en: 'not' },
    { zh: '不是', en: 'not' },
  ],
  '=': [
    { zh: '是', en: '' },
    { zh: '是', en: '' },
  ],
}

function testWords(test: SimpleTest): Sentence {
  switch (test.kind) {
    case 'value': {
      const { zh, en } = valueWords(test.value)
      return { zh: `是${typeof test.value === 'number' ? ' ' : ''}${zh}`, en }
    }
    case 'comparison': {
      const { zh, en } = valueWords(test.value)
      const sign = signs[test.sign]?.[isMoment(test.value) ? 1 : 0] ?? { zh: test.sign, en: test.sign }
      return { zh: `${sign.zh} ${zh}`, en: `${sign.en} ${en}`.trim() }
    }
    case 'interval': {
      const [start, end] = [valueWords(test.start), valueWords(test.end)]
      const edge = (isIncluded: boolean) => (isIncluded ? { zh: '含', en: 'included' } : { zh: '不含', en: 'excluded' })
      const [first, last] = [edge(test.startIncluded), edge(test.endIncluded)]
      return {
        zh: `在 ${start.zh}(${first.zh})到 ${end.zh}(${last.zh})之间`,
        en: `from ${start.en} (${first.en}) to ${end.en} (${last.en})`,
      }
    }
    case 'other':
      return { zh: `满足「${test.source}」`, en: `such that ${test.source}` }
  }
}

/** Values are listed as one: "gold" or "silver". */
function listed(tests: readonly SimpleTest[]): Sentence {
  const [first] = tests
  if (first?.kind === 'value' && tests.length > 1 && tests.every(({ kind }) => kind === 'value')) {
    const values = tests.map((test) => valueWords(test.kind === 'value' ? test.value : null))
    return { zh: `是${joined(values, '或', '').zh}`, en: joined(values, '', ' or ').en }
  }
  return joined(tests.map(testWords), ',或', ', or ')
}

/** What a cell asks of its column, as half a sentence: 金额(620)大于 500. The value is said where the cell does not say it. */
export function conditionWords(label: string, shape: TestShape, value: FeelValue): Sentence {
  const [only] = shape.tests
  const saysValue = !shape.negated && shape.tests.length === 1 && only?.kind === 'value'
  const said = valueWords(value)
  const subject = saysValue ? { zh: label, en: label } : { zh: `${label}(${said.zh})`, en: `${label} (${said.en})` }
  const { zh, en } = listed(shape.tests)
  return shape.negated
    ? { zh: `${subject.zh}不${zh}`, en: `${subject.en} is not ${en}` }
    : { zh: `${subject.zh}${zh}`, en: `${subject.en} is ${en}` }
}
