import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { localized } from '../../i18n/localized.ts'
import type { StudioCatalog } from '../../../server/contract/studio.ts'
import type { ExpressionScope, Known } from '../../../workflows/expressions/assist/scope.ts'
import { knownOf } from '../conditions/fields.ts'
import { allowedValues, writeResult } from './cells.ts'
import { useTableWords, type ShownColumn } from './use-table-words.ts'

interface Around {
  variables: () => StudioCatalog['variables']
  inputs: () => readonly ShownColumn[]
  /** The column whose condition is being written. */
  tested: () => ShownColumn | null
}

/** What the expression of a cell can read: what the process has, and in a condition what its column tests. */
export function useCellScope({ variables, inputs, tested }: Around) {
  const { locale } = useI18n()
  const { codeWord } = useTableWords()

  const asKnown = (column: ShownColumn): Known => ({
    path: column.name,
    type: column.type || 'any',
    label: column.label,
    values: allowedValues(column.values).map((value) => ({
      value: writeResult(value),
      ...(value.kind === 'text' ? { label: codeWord(value.text) } : {}),
    })),
  })
  return computed<ExpressionScope>(() => {
    const known: Known[] = variables().map(({ path, label, type }) =>
      knownOf({ path, label: localized(label, locale.value), type }),
    )
    const own = inputs()
      .map(asKnown)
      .filter(({ path }) => !known.some((one) => one.path === path))
    const column = tested()
    return { known: [...own, ...known], isOpen: true, ...(column ? { tested: asKnown(column) } : {}) }
  })
}
