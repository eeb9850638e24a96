import type { CompiledNode } from './compiled.ts'
import type { EngineEvent } from './events.ts'
import type { Visit } from './element.ts'
import type { Failure } from './incidents.ts'
import { move } from './run.ts'
import type { Run } from './run.ts'
import { beginWait, prepareWaits } from './waits.ts'
import type { Wait } from './waits.ts'

type Moved = Extract<EngineEvent, { type: 'elementMoved' }>

/**
 * Makes the visit an element instance that waits: for what it waits for itself, for its boundary events, and as a scope
 * for its event sub-processes. What can fail comes before the first event: then the failure is returned and nothing has
 * happened. The instances in a multi-instance body have no boundary events; the body has them (coverage (c)21).
 */
export function open(
  run: Run,
  visit: Visit,
  more?: Partial<Moved>,
  awaits: readonly CompiledNode[] = visit.node.awaits,
): Failure | null {
  const { boundaries, listeners } = visit.node
  const isBody = more?.loop !== undefined
  let prepared: Wait[] | null = null
  if (!isBody && awaits.length > 0) {
    const failed = prepareWaits(run, visit, awaits, (prepared ??= []))
    if (failed) return failed
  }
  if (visit.index === 0 && boundaries.length > 0) {
    const failed = prepareWaits(run, visit, boundaries, (prepared ??= []))
    if (failed) return failed
  }
  if (!isBody && listeners.length > 0) {
    const failed = prepareWaits(run, visit, listeners, (prepared ??= []))
    if (failed) return failed
  }
  move(run, visit, 'activated', more)
  if (prepared) for (const wait of prepared) beginWait(run, visit.key, wait)
  return null
}
