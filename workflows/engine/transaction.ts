import { elementOf } from './apply.ts'
import { beginUndoing, handledBy } from './compensation.ts'
import { handled } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import type { ElementInstance } from './instance.ts'
import { move } from './run.ts'
import type { Run } from './run.ts'
import { terminateInside } from './scopes.ts'
import { doneWithin } from './undoable.ts'
import type { Undoable } from './undoable.ts'
import { dropSome } from './waits.ts'

/** The transaction around an element, as a whole where it is repeated: its boundary events belong to it all ((c)21). */
function transactionAround(run: Run, scopeKey: number | null): ElementInstance | null {
  for (let key = scopeKey; key !== null;) {
    const element = elementOf(run.instance, key)
    if (!element) return null
    if (run.definition.node(element.at)?.kind === 'transaction' && !element.undoing)
      return element.index === undefined ? element : (elementOf(run.instance, element.scope as number) ?? null)
    key = element.scope ?? null
  }
  return null
}

/**
 * What is undone of a transaction that is canceled. Where it is repeated, each instance leaves it to a compensation event
 * sub-process of its own, also one that still ran.
 */
function leftOf(run: Run, whole: ElementInstance): Undoable[] {
  const left = doneWithin(run.instance, whole.key)
  const { undo } = run.definition.node(whole.at)!
  if (!whole.loop || !undo?.event || undo.handler) return left
  const known = new Map(left.map((one) => [one.key, one]))
  const running = run.instance.elements
    .filter((element) => element.scope === whole.key && element.at === whole.at)
    .map(({ key, at, locals }): Undoable => {
      const inside = known.get(key)?.inside ?? []
      return { key, at, inside, ...(locals && { locals: { ...locals } }) }
    })
  const isRunning = new Set(running.map(({ key }) => key))
  return [...left.filter(({ key }) => !isRunning.has(key)), ...running]
}

/**
 * BPMN 10.3.5: what is active in the transaction is terminated, what is completed is compensated, then it is left by
 * its cancel boundary event (coverage (c)10).
 */
export function cancelTransaction(run: Run, visit: Visit): Outcome {
  const whole = transactionAround(run, visit.scopeKey)
  if (!whole) throw new Error(`${visit.node.id} stands in no transaction`)
  const node = run.definition.node(whole.at)!
  const handler = whole.loop ? null : (handledBy(run, node, whole.key)?.handler ?? null)
  move(run, visit, 'completed')
  const left = leftOf(run, whole)
  dropSome(run, whole, [...node.boundaries, ...node.listeners])
  terminateInside(run, whole.key)
  // The event sub-process finds what is completed where it was.
  beginUndoing(
    run,
    visit.node.id,
    whole.key,
    { left: handler ? left.filter((one) => one.unfinished) : left, handler },
    { cancels: true },
  )
  return handled
}
