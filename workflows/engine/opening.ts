import type { EngineEvent } from './events.ts'
import type { Visit } from './element.ts'
import type { Failure } from './incidents.ts'
import { move } from './run.ts'
import type { Run } from './run.ts'
import { beginWait, prepareWait } from './waits.ts'
import type { Wait } from './waits.ts'

type Moved = Extract<EngineEvent, { type: 'elementMoved' }>

/**
 * Makes the visit an element instance that waits, with its boundary events armed and what it waits for itself. What
 * can fail comes before the first event: then the failure is returned and nothing has happened. The instances in a
 * multi-instance body have no boundary events; the body has them (coverage (c)21).
 */
export function open(run: Run, visit: Visit, more?: Partial<Moved>): Failure | null {
  const { node } = visit
  let prepared: Wait[] | null = null
  if (more?.loop === undefined && node.attachedTo === null) {
    const own = prepareWait(run, visit, node)
    if (own && !own.ok) return own.failure
    if (own) (prepared ??= []).push(own.wait)
  }
  if (visit.index === 0)
    for (const boundary of node.boundaries) {
      const wait = prepareWait(run, visit, boundary)
      if (wait && !wait.ok) return wait.failure
      if (wait) (prepared ??= []).push(wait.wait)
    }
  move(run, visit, 'activated', more)
  if (prepared) for (const wait of prepared) beginWait(run, visit.key, wait)
  return null
}
