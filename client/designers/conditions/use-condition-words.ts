import { useI18n } from 'vue-i18n'
import { isGroup } from '../../../workflows/expressions/sentences/sentence.ts'
import type { Group, Term, Value } from '../../../workflows/expressions/sentences/sentence.ts'
import { yuanOf } from '../amounts.ts'
import { howKey, howOf, type How } from './condition-edit.ts'
import type { ConditionField } from './fields.ts'

/** A condition in words: 退款金额 大于 500 元 且 会员等级 是 普通. */
export function useConditionWords(fields: () => readonly ConditionField[]) {
  const { t, te } = useI18n()
  const fieldOf = (path: string) => fields().find((one) => one.path === path)

  /** A code in words where the field or the product knows it, else as it is. */
  function codeWord(code: string, field?: ConditionField): string {
    const known = field?.values?.find(({ value }) => value === code)
    return known?.label ?? (te(`decision.code.${code}`) ? t(`decision.code.${code}`) : code)
  }

  function valueWord(value: Value, field: ConditionField | undefined): string {
    switch (value.kind) {
      case 'field':
        return fieldOf(value.path)?.label ?? value.path
      case 'number':
        return field?.type === 'money' && /^-?\d+$/.test(value.text)
          ? t('decision.yuan', { amount: yuanOf(value.text) })
          : value.text
      case 'boolean':
        return t(value.value ? 'condition.yes' : 'condition.no')
      case 'text':
        return value.text === '' ? t('condition.emptyText') : codeWord(value.text, field)
      case 'moment':
        return value.text
      case 'nothing':
        return t('condition.nothing')
    }
  }

  function termWords({ field: path, test }: Term): string {
    const field = fieldOf(path)
    const label = field?.label ?? path
    const how = howOf(test)
    const word = (each: How, value: Value) => t(`condition.how.${howKey(each, value)}`)
    switch (test.kind) {
      case 'between': {
        const { from, to, withFrom, withTo } = test
        const [first, last] = [valueWord(from, field), valueWord(to, field)]
        return withFrom && withTo
          ? `${label} ${t('condition.how.between')} ${t('condition.fromTo', { from: first, to: last })}`
          : `${label} ${word(withFrom ? 'least' : 'more', from)} ${first} ${t('condition.and')} ${word(withTo ? 'most' : 'less', to)} ${last}`
      }
      case 'oneOf':
        return `${label} ${t(`condition.how.${how}`)} ${test.values.map((value) => valueWord(value, field)).join(t('condition.comma'))}`
      case 'holds':
        return `${label} ${t(`condition.how.${how}`)}`
      default:
        return how === 'missing' || how === 'present'
          ? `${label} ${t(`condition.how.${how}`)}`
          : `${label} ${word(how, test.value)} ${valueWord(test.value, field)}`
    }
  }

  function groupWords(group: Group): string {
    return group.parts
      .map((part) => (isGroup(part) ? t('condition.inner', { words: groupWords(part) }) : termWords(part)))
      .join(` ${t(`condition.${group.join}`)} `)
  }

  return { codeWord, valueWord, termWords, groupWords, fieldOf }
}
