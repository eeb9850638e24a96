import { useI18n } from 'vue-i18n'
import { yuanOf } from '../feel-text.ts'
import { readCell, readResult, type CellTest } from './cells.ts'
import type { Column } from './dmn-table.ts'

/** A column as the designer shows it. */
export interface ShownColumn extends Column {
  readonly money: boolean
}

/** The words for what a table says: cells, results, codes. */
export function useTableWords() {
  const { t, te } = useI18n()

  /** A code in words where the product knows it, else as it is. */
  const codeWord = (code: string) => (te(`decision.code.${code}`) ? t(`decision.code.${code}`) : code)
  const numberWord = (number: string, column: Pick<ShownColumn, 'money'>) =>
    column.money && /^-?\d+$/.test(number) ? t('decision.yuan', { amount: yuanOf(number) }) : number
  const list = (values: readonly string[]) => values.map(codeWord).join(t('decision.or'))

  const sayers: {
    [Kind in CellTest['kind']]: (cell: Extract<CellTest, { kind: Kind }>, column: ShownColumn) => string
  } = {
    any: () => t('decision.any'),
    missing: () => t('decision.missing'),
    yesNo: ({ value }) => t(value ? 'decision.yes' : 'decision.no'),
    compare: ({ comparison, number }, column) =>
      comparison === '='
        ? numberWord(number, column)
        : t(`decision.compare.${comparisonKeys[comparison]}`, { number: numberWord(number, column) }),
    between: ({ from, to }, column) =>
      t('decision.between', { from: numberWord(from, column), to: numberWord(to, column) }),
    oneOf: ({ values, not }) => (not ? t('decision.noneOf', { list: list(values) }) : list(values)),
    expression: ({ text }) => text,
  }

  /** A condition in words: 不超过 5,000 元. */
  function testWord(source: string, column: ShownColumn): string {
    const cell = readCell(source)
    return (sayers[cell.kind] as (cell: CellTest, column: ShownColumn) => string)(cell, column)
  }

  /** A result in words. */
  function resultWord(source: string, column: ShownColumn): string {
    const result = readResult(source)
    if (result.kind === 'nothing') return '—'
    if (result.kind === 'boolean') return t(result.value ? 'decision.yes' : 'decision.no')
    if (result.kind === 'number') return numberWord(result.text, column)
    return result.kind === 'text' ? codeWord(result.text) : result.text
  }

  return { t, codeWord, numberWord, testWord, resultWord }
}

export const comparisonKeys = { '<=': 'most', '<': 'less', '>=': 'least', '>': 'more', '=': 'is' } as const
