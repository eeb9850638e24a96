import { done, waits } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { open } from '../opening.ts'
import { sendToken } from '../run.ts'
import type { Run } from '../run.ts'

function activate(run: Run, visit: Visit): Outcome {
  const failed = open(run, visit)
  if (failed) return failed
  for (const start of visit.node.starts) sendToken(run, start, null, visit.key, [visit.key])
  return visit.node.starts.length > 0 ? waits : done
}

/** BPMN 13.3.4: a scope of its own; completes when nothing runs inside any more. */
export const subProcess: Element = {
  name: { zh: '子流程', en: 'sub-process' },
  activate,
}
