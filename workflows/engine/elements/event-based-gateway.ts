import { handled, waits } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { open } from '../opening.ts'
import { move } from '../run.ts'
import type { Run } from '../run.ts'
import { sendToFollower } from '../triggers.ts'

/** An instance that a message behind the gateway has started: that event has happened, of a parallel one the others have not. */
function startHere(run: Run, visit: Visit, trigger: NonNullable<Visit['trigger']>): Outcome {
  const others = visit.node.parsed.parallelEvents ? visit.node.awaits.filter((event) => event !== trigger) : []
  if (others.length > 0) {
    const failed = open(run, visit, undefined, others)
    if (failed) return failed
  } else move(run, visit, 'completed')
  sendToFollower(run, visit, trigger, null)
  return handled
}

/**
 * BPMN 13.4.4: waits at the gateway itself for the events behind it. The first one takes its way and the others are
 * dropped; a parallel gateway waits until each has taken its own (coverage (c)4).
 */
export const eventBasedGateway: Element = {
  name: { zh: '事件网关', en: 'event-based gateway' },
  activate: (run, visit) => (visit.trigger ? startHere(run, visit, visit.trigger) : (open(run, visit) ?? waits)),
}
