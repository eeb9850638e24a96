import { onScopeDispose } from 'vue'

/** Keys mean what they say only where nobody writes, chooses in a menu, or answers a dialog. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false
  const target = event.target as HTMLElement | null
  if (target?.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target?.tagName ?? '')) return false
  if (target?.closest?.('[role="menu"], [role="listbox"], dialog')) return false
  return document.querySelector('dialog[open]') === null
}

/** Runs deeds by single keys while the page is open. Enter belongs to a button or link that has the focus. */
export function usePageKeys(deeds: Readonly<Record<string, () => void>>): void {
  function onKey(event: KeyboardEvent) {
    const deed = deeds[event.key]
    if (!deed || !isForPage(event)) return
    if (event.key === 'Enter' && /^(A|BUTTON)$/.test((event.target as HTMLElement | null)?.tagName ?? '')) return
    event.preventDefault()
    deed()
  }
  window.addEventListener('keydown', onKey)
  onScopeDispose(() => window.removeEventListener('keydown', onKey))
}
