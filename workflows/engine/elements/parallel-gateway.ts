import { done, handled } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { arrive, takeOfEach } from '../joins.ts'
import type { Run } from '../run.ts'

/**
 * A token arrives: it waits until each incoming flow has brought one (coverage (k)); what is over stays for the next
 * pass of a loop.
 */
function activate(run: Run, visit: Visit): Outcome {
  const { node, via } = visit
  if (node.incoming.length <= 1 || via === null) return done
  const join = arrive(run, visit, via)
  const { arrived = {} } = join
  for (const flow of node.incoming) if (!arrived[flow.id]) return handled
  Object.assign(visit, takeOfEach(run, join))
  return done
}

/** BPMN 13.4.1: joins one token of each incoming flow, then a token leaves on each outgoing one. */
export const parallelGateway: Element = {
  name: { zh: '并行网关', en: 'parallel gateway' },
  activate,
}
