import { computed, nextTick, onScopeDispose, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DecisionTable, Rule } from './dmn-table.ts'
import type { ShownColumn } from './use-table-words.ts'

export type Side = 'inputs' | 'outputs'

/** The cell that is being edited, and where on the screen its editor stands. */
export interface OpenCell {
  readonly rule: string
  readonly side: Side
  readonly column: number
  readonly left: number
  readonly top: number
}

interface Around {
  table: () => DecisionTable | null
  inputs: () => readonly ShownColumn[]
  outputs: () => readonly ShownColumn[]
}

/** One cell at a time is edited, beside itself; a click anywhere else ends it, and the focus comes back to the cell. */
export function useOpenCell({ table, inputs, outputs }: Around) {
  const { t } = useI18n()
  const open = ref<OpenCell | null>(null)
  let opener: HTMLElement | null = null

  function edit(rule: Rule, side: Side, column: number, event: Event) {
    opener = event.currentTarget as HTMLElement
    const box = opener.getBoundingClientRect()
    const top = box.bottom + 230 > innerHeight ? Math.max(60, box.top - 190) : box.bottom + 4
    open.value = { rule: rule.id, side, column, left: Math.min(box.left, innerWidth - 316), top }
  }
  async function close() {
    open.value = null
    await nextTick()
    opener?.focus()
  }

  const edited = computed(() => {
    const at = open.value
    const index = table()?.rules.findIndex((rule) => rule.id === at?.rule) ?? -1
    const rule = table()?.rules[index]
    const column = at && (at.side === 'inputs' ? inputs() : outputs())[at.column]
    if (!at || !rule || !column) return null
    const title = t('decision.cellOf', { column: column.label, rule: index + 1 })
    return { at, rule, column, title, value: rule[at.side][at.column] ?? '' }
  })

  function outside(event: MouseEvent) {
    const target = event.target as Element
    if (!open.value || target.closest('.cell-editor, .decision__cell, [popover]')) return
    // A field tells of its change when it is left; it must not go away before.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    open.value = null
  }
  addEventListener('mousedown', outside)
  onScopeDispose(() => removeEventListener('mousedown', outside))

  return { open, edited, edit, close }
}
