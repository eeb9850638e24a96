import type { ActorId, ElementInstance } from './instance.ts'
import { emit, move, visitOf } from './run.ts'
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
      if (element.scope === scopeKey) return true
    }
  }
  for (let i = run.next; i < run.tokens.length; i++) {
    const token = run.tokens[i]
    if (token?.node && !token.lost && token.scopeKey === scopeKey) return true
  }
  return false
}

/** Ends an element instance early, with all that runs inside it, the innermost first. */
export function terminate(run: Run, element: ElementInstance): void {
  terminateInside(run, element.key)
  const visit = visitOf(run, element)
  visit.node.element.terminate?.(run, element)
  dropWaits(run, element)
  move(run, visit, 'terminated')
}

/** Ends everything that runs in a scope, tokens on their way included. */
export function terminateInside(run: Run, scopeKey: number | null): void {
  for (let i = run.next; i < run.tokens.length; i++) {
    const token = run.tokens[i]
    if (token && token.scopeKey === scopeKey && token.signal === null) token.lost = true
  }
  const inside = run.instance.elements.filter((element) => (element.scope ?? null) === scopeKey)
  for (const element of inside.reverse()) terminate(run, element)
}

/** The instance is over; its own event sub-processes listen no longer. */
export function endInstance(
  run: Run,
  state: 'completed' | 'terminated',
  by: ActorId | null,
  reason: string | null,
): void {
  if (run.instance.root) dropWaits(run, run.instance.root)
  emit(run, { type: 'instanceEnded', state, by, reason })
}
