import type { Dice } from '../../support/seeded.ts'
import { scopesWithin } from './diagram.ts'
import type { Diagram, Flow, Scope } from './diagram.ts'

/** A task that stands in a place where the version before went straight on. */
const added = { id: 'added', type: 'user' } as const

/** Flows in which a task may be put: none that waits at a join, nor one behind an event-based gateway. */
function places({ nodes, flows }: Scope): Flow[] {
  const typeOf = (id: string) => nodes.find((node) => node.id === id)?.type
  const joins = new Set<string | undefined>(['and', 'or', 'complex'])
  return flows.filter(({ from, to }) => typeOf(from) !== 'events' && !joins.has(typeOf(to)))
}

/** Another version of a diagram that running instances can be taken to; null where a clock would start it anew. */
export function nextVersion(diagram: Diagram, dice: Dice): Diagram | null {
  const startsByTime = diagram.body.nodes.some((node) => node.type === 'start' && node.trigger.kind === 'timer')
  if (startsByTime) return null
  const next = structuredClone(diagram)
  const scopes = scopesWithin(next.body).filter((scope) => scope.nodes.some(({ type }) => type === 'start'))
  const scope = dice.pick(scopes.length > 0 ? scopes : [next.body])
  const found = places(scope)
  if (found.length === 0) return null
  const flow = dice.pick(found)
  scope.nodes.push({ ...added })
  scope.flows.push({ id: 'added_out', from: added.id, to: flow.to, when: null })
  flow.to = added.id
  return next
}
