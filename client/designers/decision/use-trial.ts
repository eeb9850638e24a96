import { computed, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiError } from '../../api/api-error.ts'
import { evaluateDecision } from '../../api/studio.ts'
import { localized } from '../../i18n/localized.ts'
import { minorOf } from '../amounts.ts'
import type { DecisionTable } from './dmn-table.ts'
import { useTableWords, type ShownColumn } from './use-table-words.ts'

interface Tried {
  readonly id: string
  xml: () => string
  table: () => DecisionTable | null
  inputs: () => readonly ShownColumn[]
  outputs: () => readonly ShownColumn[]
}

/** The row that is tried on the real engine, as the table stands in the designer: what is put in, and what came of it. */
export function useTrial({ id, xml, table, inputs, outputs }: Tried) {
  const { t, locale } = useI18n()
  const { codeWord, resultWord } = useTableWords()
  /** What stands in each condition, by column id. */
  const tried = ref<Record<string, string>>({})
  const outcome = shallowRef<Awaited<ReturnType<typeof evaluateDecision>> | null>(null)
  const trouble = ref('')
  const trying = ref(false)
  const matched = computed(() => new Set(outcome.value?.matched.map((one) => one.ruleId) ?? []))

  function valueOf(column: ShownColumn): unknown {
    const text = (tried.value[column.id] ?? '').trim()
    if (text === '') return null
    if (column.type === 'boolean') return text === 'true'
    if (column.type !== 'number') return text
    const number = column.money ? minorOf(text) : text
    return number === null || Number.isNaN(Number(number)) ? text : Number(number)
  }

  function inputOf(): Record<string, unknown> {
    const input: Record<string, unknown> = {}
    for (const column of inputs()) {
      const path = column.name.split('.')
      let at = input
      for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as Record<string, unknown>
      at[path.at(-1)!] = valueOf(column)
    }
    return input
  }

  async function evaluate() {
    trying.value = true
    trouble.value = ''
    try {
      outcome.value = await evaluateDecision(id, inputOf(), xml())
      if (!outcome.value.ok && outcome.value.message) trouble.value = localized(outcome.value.message, locale.value)
    } catch (error) {
      outcome.value = null
      trouble.value = error instanceof ApiError && error.detail ? error.detail : t('decision.notTried')
    } finally {
      trying.value = false
    }
  }

  function word(value: unknown, column: ShownColumn | undefined): string {
    if (value === null || value === undefined) return '—'
    if (Array.isArray(value)) return value.map((one) => word(one, column)).join(t('decision.comma'))
    if (typeof value === 'object')
      return Object.entries(value)
        .map(([key, one]) => {
          const output = outputs().find(({ name }) => name === key)
          return `${output?.label ?? key} ${word(one, output)}`
        })
        .join(t('decision.comma'))
    if (typeof value === 'string') return codeWord(value)
    return column ? resultWord(String(value), column) : String(value)
  }

  /** What came of it, column by column. */
  const said = computed(() => {
    const answer = outcome.value
    if (!answer?.ok) return []
    const { output } = answer
    if (output !== null && typeof output === 'object' && !Array.isArray(output))
      return outputs().map((column) => ({
        label: column.label,
        value: word((output as Record<string, unknown>)[column.name], column),
      }))
    return [{ label: outputs()[0]?.label ?? '', value: word(output, outputs()[0]) }]
  })
  /** Which rules gave it. */
  const used = computed(() => {
    const numbers = (table()?.rules ?? []).flatMap((rule, index) => (matched.value.has(rule.id) ? [index + 1] : []))
    return numbers.length ? t('decision.used', { rules: numbers.join(t('decision.comma')) }) : t('decision.usedNone')
  })

  /** The table is another one now. */
  function forget() {
    outcome.value = null
  }

  return { tried, outcome, trouble, trying, matched, evaluate, said, used, forget }
}

export type Trial = ReturnType<typeof useTrial>
