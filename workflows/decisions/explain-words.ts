import type { SimpleTest, TestShape } from '../expressions/nodes/test-shape.ts'
import { formatValue } from '../expressions/text.ts'
import { splitDays } from '../expressions/temporal.ts'
import { isContext, isDate, isDateTime, isDaysDuration, isMonthsDuration, isTime } from '../expressions/values.ts'
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
  if (isDaysDuration(value)) return daysWords(value.nanoseconds)
  if (isMonthsDuration(value)) return monthsWords(value.months)
  const text = isDateTime(value) ? formatValue(value).replace('T', ' ') : formatValue(value)
  return { zh: text, en: text }
}

type Unit = readonly [amount: number | bigint, zh: string, en: string]

/** A duration in words: only the units that it has, `none` when it has none. */
function durationWords(units: readonly Unit[], isNegative: boolean, none: Unit): Sentence {
  const some = units.filter(([amount]) => Number(amount) !== 0)
  const words = joined(
    (some.length > 0 ? some : [none]).map(([amount, zh, en]) => ({
      zh: `${amount} ${zh}`,
      en: `${amount} ${en}${Number(amount) === 1 ? '' : 's'}`,
    })),
    ' ',
    ' ',
  )
  return isNegative ? { zh: `负 ${words.zh}`, en: `minus ${words.en}` } : words
}

function daysWords(nanoseconds: bigint): Sentence {
  const isNegative = nanoseconds < 0n
  const { days, hours, minutes, seconds, nanosecond } = splitDays(isNegative ? -nanoseconds : nanoseconds)
  const units: Unit[] = [
    [days, '天', 'day'],
    [hours, '小时', 'hour'],
    [minutes, '分钟', 'minute'],
    [seconds + nanosecond / 1e9, '秒', 'second'],
  ]
  return durationWords(units, isNegative, [0, '天', 'day'])
}

function monthsWords(months: number): Sentence {
  const size = Math.abs(months)
  const units: Unit[] = [
    [Math.floor(size / 12), '年', 'year'],
    [size % 12, '个月', 'month'],
  ]
  return durationWords(units, months < 0, [0, '个月', 'month'])
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
}

/** What is left when a comparison does not hold. */
const opposites: Record<string, string> = { '>': '<=', '>=': '<', '<': '>=', '<=': '>', '!=': '=', '=': '!=' }

/** A word before a value: quotes need no space beside them. */
const beside = (word: string, value: string) => `${word}${value.startsWith('「') ? '' : ' '}${value}`

function equalWords(value: FeelValue, isNegated: boolean): Sentence {
  const { zh, en } = valueWords(value)
  const not = isNegated ? { zh: '不', en: 'is not' } : { zh: '', en: 'is' }
  if (value === null) return { zh: `${not.zh}为空`, en: `${not.en} ${en}` }
  if (typeof value === 'boolean') return { zh: `${not.zh}为「${zh}」`, en: `${not.en} ${en}` }
  return { zh: beside(`${not.zh}是`, zh), en: `${not.en} ${en}` }
}

/** Functions of a cell, as they are said and as they are denied. */
const calls: Record<string, (value: Sentence, isNegated: boolean) => Sentence> = {
  'starts with': ({ zh, en }, isNegated) => ({
    zh: `${isNegated ? '不' : ''}以${zh}开头`,
    en: `${isNegated ? 'does not start' : 'starts'} with ${en}`,
  }),
  'ends with': ({ zh, en }, isNegated) => ({
    zh: `${isNegated ? '不' : ''}以${zh}结尾`,
    en: `${isNegated ? 'does not end' : 'ends'} with ${en}`,
  }),
  contains: ({ zh, en }, isNegated) => ({
    zh: beside(isNegated ? '不包含' : '包含', zh),
    en: `${isNegated ? 'does not contain' : 'contains'} ${en}`,
  }),
  'list contains': ({ zh, en }, isNegated) => ({
    zh: beside(isNegated ? '不包含' : '包含', zh),
    en: `${isNegated ? 'does not contain' : 'contains'} ${en}`,
  }),
}

const otherWords = (source: string, isNegated: boolean): Sentence => ({
  zh: `${isNegated ? '不' : ''}满足「${source}」`,
  en: `${isNegated ? 'is not' : 'is'} such that ${source}`,
})

/** What a test asks of its column, or that it does not hold, as the second half of a sentence. */
function testWords(test: SimpleTest, isNegated: boolean): Sentence {
  switch (test.kind) {
    case 'value':
      return equalWords(test.value, isNegated)
    case 'comparison': {
      const { value } = test
      const sign = isNegated ? (opposites[test.sign] ?? test.sign) : test.sign
      if (sign === '=' || sign === '!=') return equalWords(value, sign === '!=')
      const { zh, en } = valueWords(value)
      const words = signs[sign]?.[isMoment(value) ? 1 : 0] ?? { zh: sign, en: sign }
      return { zh: beside(words.zh, zh), en: `is ${words.en} ${en}` }
    }
    case 'interval': {
      const [start, end] = [valueWords(test.start), valueWords(test.end)]
      const edge = (isIncluded: boolean) => (isIncluded ? { zh: '含', en: 'included' } : { zh: '不含', en: 'excluded' })
      const [first, last] = [edge(test.startIncluded), edge(test.endIncluded)]
      return {
        zh: `${isNegated ? '不' : ''}在 ${start.zh}(${first.zh})到 ${end.zh}(${last.zh})之间`,
        en: `${isNegated ? 'is not' : 'is'} from ${start.en} (${first.en}) to ${end.en} (${last.en})`,
      }
    }
    case 'call':
      return calls[test.name]?.(valueWords(test.value), isNegated) ?? otherWords(test.name, isNegated)
    case 'all':
      return isNegated
        ? otherWords(test.source, true)
        : joined(
            test.tests.map((each) => testWords(each, false)),
            ',且',
            ' and ',
          )
    case 'other':
      return otherWords(test.source, isNegated)
  }
}

/** Values are listed as one: "gold" or "silver". Of what is denied, everything has to hold. */
function listed(tests: readonly SimpleTest[], isNegated: boolean): Sentence {
  const [first] = tests
  if (first?.kind === 'value' && tests.length > 1 && tests.every(({ kind }) => kind === 'value')) {
    const values = tests.map((test) => valueWords(test.kind === 'value' ? test.value : null))
    const { zh, en } = { zh: joined(values, '或', '').zh, en: joined(values, '', ' or ').en }
    return { zh: beside(isNegated ? '不是' : '是', zh), en: `${isNegated ? 'is not' : 'is'} ${en}` }
  }
  const said = tests.map((test) => testWords(test, isNegated))
  return isNegated ? joined(said, ',且', ', and ') : joined(said, ',或', ', or ')
}

/** What a cell asks of its column, as half a sentence: 金额(620)大于 500. The value is said where the cell does not say it. */
export function conditionWords(label: string, shape: TestShape, value: FeelValue): Sentence {
  const [only] = shape.tests
  const saysValue = !shape.negated && shape.tests.length === 1 && only?.kind === 'value'
  const said = valueWords(value)
  const subject = saysValue ? { zh: label, en: label } : { zh: `${label}(${said.zh})`, en: `${label} (${said.en})` }
  const { zh, en } = listed(shape.tests, shape.negated)
  return { zh: `${subject.zh}${zh}`, en: `${subject.en} ${en}` }
}
