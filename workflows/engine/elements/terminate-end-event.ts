import { handled } from '../element.ts'
import type { Element, Outcome, Visit } from '../element.ts'
import { endToken, move } from '../run.ts'
import type { Run } from '../run.ts'
import { terminateInside } from '../scopes.ts'

function activate(run: Run, visit: Visit): Outcome {
  move(run, visit, 'completed')
  terminateInside(run, visit.scopeKey)
  endToken(run, visit.scopeKey)
  return handled
}

/** BPMN 10.5.3: ends its own scope with everything in it; the sub-process around goes on (coverage (c)11). */
export const terminateEndEvent: Element = {
  name: { zh: '终止结束事件', en: 'terminate end event' },
  activate,
}
