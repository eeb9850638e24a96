import { computed, type ComputedRef } from 'vue'
import type { ConditionField } from '../../conditions/fields.ts'
import { usePanel } from './context.ts'

const verdicts = ['approved', 'rejected', 'returned', 'completed'] as const

/** What an expression of this diagram can read: what every case has, and what the steps give. */
export function useFields(): ComputedRef<ConditionField[]> {
  const { t, word, diagram, catalog } = usePanel()
  return computed(() => {
    const known: ConditionField[] = catalog.value.variables.map((one) => ({
      path: one.path,
      label: word(one.label),
      type: one.type,
      ...(one.values ? { values: one.values.map(({ value, label }) => ({ value, label: word(label) })) } : {}),
    }))
    const add = (field: ConditionField) => known.some((one) => one.path === field.path) || known.push(field)
    for (const step of diagram.steps.value) {
      const name = step.name || step.id
      if (step.isApproval)
        add({
          path: `${step.id}.outcome`,
          label: t('process.flow.verdictOf', { name }),
          type: 'verdict',
          values: verdicts.map((value) => ({ value, label: t(`process.flow.verdict.${value}`) })),
        })
      if (step.resultVariable)
        add({ path: step.resultVariable, label: t('process.flow.resultOf', { name }), type: 'any' })
    }
    return known
  })
}
