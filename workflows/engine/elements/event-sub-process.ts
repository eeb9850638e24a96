import { waits } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { open } from '../opening.ts'
import { sendTriggered } from '../run.ts'
import type { Run } from '../run.ts'

function activate(run: Run, visit: Visit): Outcome {
  const start = visit.trigger ?? visit.node.starts[0]
  if (!start) throw new Error(`${visit.node.id} begins nowhere`)
  const failed = open(run, visit)
  if (failed) return failed
  const { result } = visit
  visit.result = null
  sendTriggered(run, start, start, { via: null, scopeKey: visit.key, from: [visit.key] }, result)
  return waits
}

/** BPMN 13.5.4: a handler at work, in the scope that it stands in; what its event brought comes with its start. */
export const eventSubProcess: Element = {
  name: { zh: '事件子流程', en: 'event sub-process' },
  activate,
}
