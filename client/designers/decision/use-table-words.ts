import { useI18n } from 'vue-i18n'
import { readCell } from '../../../workflows/expressions/sentences/cell.ts'
import type { Cell, Value } from '../../../workflows/expressions/sentences/sentence.ts'
import { yuanOf } from '../amounts.ts'
import { howKey, howOf, type How } from '../conditions/condition-edit.ts'
import { comparisonKeys, readResult, textIn } from './cells.ts'
import type { Column } from './dmn-table.ts'

/** A column as the designer shows it. */
export interface ShownColumn extends Column {
  readonly money: boolean
}

/** The words for what a table says: cells, results, codes. */
export function useTableWords() {
  const { t, te } = useI18n()
  /** Cells that were read: a table says the same in many of them. */
  const known = new Map<string, Cell>()
  function cellOf(source: string): Cell {
    const cell = known.get(source) ?? readCell(source)
    known.set(source, cell)
    return cell
  }

  /** A code in words where the product knows it, else as it is. */
  const codeWord = (code: string) => (te(`decision.code.${code}`) ? t(`decision.code.${code}`) : code)
  const numberWord = (number: string, column: Pick<ShownColumn, 'money'>) =>
    column.money && /^-?\d+$/.test(number) ? t('decision.yuan', { amount: yuanOf(number) }) : number

  function valueWord(value: Value, column: Pick<ShownColumn, 'money'>): string {
    switch (value.kind) {
      case 'number':
        return numberWord(value.text, column)
      case 'boolean':
        return t(value.value ? 'decision.yes' : 'decision.no')
      case 'text':
        return value.text === '' ? t('condition.emptyText') : codeWord(value.text)
      case 'nothing':
        return t('decision.missing')
      default:
        return textIn(value)
    }
  }

  /** A condition in words: 不超过 5,000 元. */
  function testWord(source: string, column: Pick<ShownColumn, 'money'>): string {
    const cell = cellOf(source)
    const compared = (how: How | 'isNot', value: Value) =>
      t(`decision.compare.${how === 'isNot' ? how : howKey(how, value)}`, { number: valueWord(value, column) })
    switch (cell.kind) {
      case 'any':
        return t('decision.any')
      case 'expression':
        return cell.text
      case 'compare':
        if (cell.comparison === '=') return valueWord(cell.value, column)
        if (howOf(cell) === 'present') return t('condition.how.present')
        return compared(comparisonKeys[cell.comparison], cell.value)
      case 'between': {
        const { from, to, withFrom, withTo } = cell
        return withFrom && withTo
          ? t('decision.between', { from: valueWord(from, column), to: valueWord(to, column) })
          : t('decision.within', {
              from: compared(withFrom ? 'least' : 'more', from),
              to: compared(withTo ? 'most' : 'less', to),
            })
      }
      case 'oneOf': {
        const list = cell.values.map((value) => valueWord(value, column)).join(t('decision.or'))
        return cell.not ? t('decision.noneOf', { list }) : list
      }
      default:
        return cell.kind === 'text' ? `${t(`condition.how.${howOf(cell)}`)} ${valueWord(cell.value, column)}` : source
    }
  }

  /** A result in words. */
  function resultWord(source: string, column: Pick<ShownColumn, 'money'>): string {
    const result = readResult(source)
    if (result.kind === 'nothing') return '—'
    return result.kind === 'expression' ? result.text : valueWord(result, column)
  }

  return { t, cellOf, codeWord, numberWord, valueWord, testWord, resultWord }
}
