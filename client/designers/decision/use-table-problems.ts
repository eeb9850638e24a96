import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { readLiteral } from '../../../workflows/expressions/sentences/cell.ts'
import { localized } from '../../i18n/localized.ts'
import { yuanOf } from '../amounts.ts'
import type { Problem } from '../use-draft.ts'
import { textIn } from './cells.ts'
import { placesById, type DecisionTable, type TablePlace } from './dmn-table.ts'
import { useTableWords, type ShownColumn } from './use-table-words.ts'

interface Watched {
  xml: () => string
  table: () => DecisionTable | null
  inputs: () => readonly ShownColumn[]
  problems: () => readonly Problem[]
}

/** Kinds of findings that the head of the table counts, with the codes of each. */
const counted = {
  gaps: ['dmn.gap'],
  overlaps: ['dmn.overlap', 'dmn.contradiction'],
  idle: ['dmn.never_matches', 'dmn.masked'],
  cells: ['dmn.cell_type', 'dmn.cell_value'],
} as const

/** What the check found in a table, at the rules and cells that it is about, in the words of the table. */
export function useTableProblems({ xml, table, inputs, problems }: Watched) {
  const { t, locale } = useI18n()
  const { testWord, resultWord, codeWord } = useTableWords()
  const wordFor = (code: string) =>
    codeWord(code) === code ? undefined : t('decision.quoted', { word: codeWord(code) })

  const places: ComputedRef<ReadonlyMap<string, TablePlace>> = computed(() => {
    try {
      return placesById(xml())
    } catch {
      return new Map<string, TablePlace>()
    }
  })
  const placeOf = (problem: Problem) => places.value.get(problem.elementId ?? '')

  const numberOf = (ruleId: string) => (table()?.rules.findIndex(({ id }) => id === ruleId) ?? -1) + 1

  const shown = (values: Record<string, string> | undefined, word: (source: string, column: ShownColumn) => string) =>
    inputs()
      .flatMap((column) => {
        const source = values?.[column.id]
        return source === undefined || source === '-' ? [] : [`${column.label} ${word(source, column)}`]
      })
      .join(t('decision.comma'))

  /** A finding in the words of the table, where it has an example; else as the check says it. */
  function say(problem: Problem): string {
    const { example, code } = problem
    const message = localized(problem.message, locale.value)
    if (!example) return message.replaceAll(/"([^"\\]+)"/g, (quoted, code: string) => wordFor(code) ?? quoted)
    const numbers = example.rules.map(numberOf)
    const at = shown(example.values, resultWord)
    const last = numbers.at(-1) ?? 0
    switch (code) {
      case 'dmn.gap':
        return t('decision.problem.gap', { when: shown(example.tests, testWord) || t('decision.any'), at })
      case 'dmn.overlap':
      case 'dmn.contradiction':
        return t(`decision.problem.${code === 'dmn.overlap' ? 'overlap' : 'contradiction'}`, {
          first: numbers[0] ?? 0,
          second: last,
          at,
        })
      case 'dmn.masked':
        return t('decision.problem.masked', {
          rule: last,
          others: numbers.slice(0, -1).join(t('decision.comma')),
          at,
        })
      default:
        return message
    }
  }

  /** What is wrong with a rule as a whole, and with one cell of it, in one text each. */
  const told = computed(() => {
    const found = new Map<string, string>()
    for (const problem of problems()) {
      const place = placeOf(problem)
      const rules = place ? [place.rule] : []
      const keys =
        place?.side === undefined
          ? [...new Set([...rules, ...(problem.example?.rules ?? [])])]
          : [`${place.rule} ${place.side} ${place.column}`]
      for (const key of keys) found.set(key, [found.get(key), say(problem)].filter(Boolean).join('\n'))
    }
    return found
  })
  const ofRule = (rule: string) => told.value.get(rule)
  const ofCell = (rule: string, side: 'inputs' | 'outputs', column: number) =>
    told.value.get(`${rule} ${side} ${column}`)

  /** 2 处没有规则、1 处会同时符合; null when nothing was found. */
  const summary = computed(() => {
    const parts = Object.entries(counted).flatMap(([kind, codes]) => {
      const count = problems().filter(({ code }) => (codes as readonly string[]).includes(code)).length
      return count > 0 ? [t(`decision.count.${kind}`, { count })] : []
    })
    return parts.length > 0 ? parts.join(t('decision.comma')) : null
  })
  /** Whether the table was looked through to its end, so that nothing found means that there is nothing. */
  const isCertain = computed(
    () => !problems().some(({ severity, code }) => severity === 'error' || /^dmn\.un(decided|finished)$/.test(code)),
  )

  /** An example as one would type it into the row that is tried. */
  function typed(problem: Problem): Record<string, string> {
    return Object.fromEntries(
      inputs().map((column) => {
        const value = readLiteral(problem.example?.values[column.id] ?? 'null')
        if (!value || value.kind === 'nothing') return [column.id, '']
        const text = value.kind === 'boolean' ? String(value.value) : textIn(value)
        return [column.id, column.money && /^-?\d+$/.test(text) ? yuanOf(text) : text]
      }),
    )
  }

  return { placeOf, numberOf, say, ofRule, ofCell, summary, isCertain, typed }
}
