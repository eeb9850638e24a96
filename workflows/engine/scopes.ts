import { elementOf } from './apply.ts'
import type { ActorId, Detour, ElementInstance } from './instance.ts'
import { dismissListener } from './listeners.ts'
import { emit, endToken, move, visitOf } from './run.ts'
import type { Run } from './run.ts'
import { dropWaits } from './waits.ts'

/** Whether anything still runs in a scope: an element instance, or a token on its way. */
export function isBusy(run: Run, scopeKey: number | null): boolean {
  const { elements } = run.instance
  if (scopeKey === null) {
    if (elements.length > 0) return true
  } else {
    for (let i = elements.length - 1; i >= 0; i--) {
      const element = elements[i] as ElementInstance
      if (element.key <= scopeKey) break
      if (element.scope === scopeKey || comesBackTo(element.detour, scopeKey)) return true
    }
  }
  for (let i = run.next; i < run.tokens.length; i++) {
    const token = run.tokens[i]
    if (!token?.node || token.lost) continue
    if (token.scopeKey === scopeKey || comesBackTo(token.detour, scopeKey)) return true
  }
  return false
}

/** Ends an element instance early, with all that runs inside it, the innermost first; `again`: it will be entered anew. */
export function terminate(run: Run, element: ElementInstance, again = false): void {
  terminateInside(run, element.key)
  if (element.undoing) {
    emit(run, { type: 'undoingEnded', key: element.key, elementId: element.at, stopped: true })
    return
  }
  const visit = visitOf(run, element)
  visit.node.element.terminate?.(run, element)
  dismissListener(run, element)
  dropWaits(run, element)
  move(run, visit, 'terminated', again ? { again } : undefined)
  // The scope that it would have come back to may be at its end now.
  for (let at = element.detour; at; at = at.onward) if (at.scope !== element.scope) endToken(run, at.scope ?? null)
}

/** Ends everything that runs in a scope, tokens on their way included. */
export function terminateInside(run: Run, scopeKey: number | null): void {
  for (let i = run.next; i < run.tokens.length; i++) {
    const token = run.tokens[i]
    if (!token || token.signal !== null) continue
    if (token.scopeKey === scopeKey || comesBackTo(token.detour, scopeKey)) token.lost = true
  }
  const inside = run.instance.elements.filter(
    (element) => (element.scope ?? null) === scopeKey || comesBackTo(element.detour, scopeKey),
  )
  for (const element of inside.reverse()) if (elementOf(run.instance, element.key)) terminate(run, element)
}

/** Whether a token that was sent out of a scope will come back into it. */
function comesBackTo(detour: Detour | null | undefined, scopeKey: number | null): boolean {
  for (let at = detour; at; at = at.onward) if ((at.scope ?? null) === scopeKey) return true
  return false
}

/** The instance is over; its own event sub-processes listen no longer. */
export function endInstance(
  run: Run,
  state: 'completed' | 'terminated',
  by: ActorId | null,
  reason: string | null,
): void {
  const { root } = run.instance
  if (root) {
    dropWaits(run, root)
    dismissListener(run, root)
  }
  emit(run, { type: 'instanceEnded', state, by, reason })
}
