import { failure } from './incidents.ts'
import type { ElementInstance } from './instance.ts'
import { raise, visitOf } from './run.ts'
import type { Run } from './run.ts'

/** A join that still collects tokens, or an activity that takes several. */
const collects = ({ arrived, incident, state, listening }: ElementInstance) =>
  arrived !== undefined && incident === undefined && state !== 'completing' && listening === undefined

const waitsFor = ({ timers, subscriptions, conditions, adHoc }: ElementInstance) =>
  timers !== undefined || subscriptions !== undefined || conditions !== undefined || (adHoc && !adHoc.over)

/**
 * A join that nothing can complete any more would stand still in silence (reliability R11): it gets an incident. Tokens
 * come to it from its own scope alone, so none will once nothing but joins stands there, nobody was sent out of it to
 * come back, and nothing is waited for that could begin or end something in it.
 */
export function tellStuckJoins(run: Run): void {
  const { elements, root } = run.instance
  if (!run.definition.joins || !elements.some(({ arrived }) => arrived !== undefined)) return
  const moving = new Set<number | undefined>()
  if (root && waitsFor(root)) moving.add(undefined)
  for (const element of elements) {
    if (!collects(element)) moving.add(element.scope)
    if (waitsFor(element)) moving.add(element.key)
    for (let at = element.detour; at; at = at.onward) moving.add(at.scope)
  }
  const stuck = elements.filter((element) => collects(element) && !moving.has(element.scope))
  for (const join of stuck) raise(run, visitOf(run, join), failure('join.stuck'))
}
