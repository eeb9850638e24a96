import { done } from '../element.ts'
import type { Element, Visit } from '../element.ts'
import { endToken } from '../run.ts'
import type { Run } from '../run.ts'
import { terminateInside } from '../scopes.ts'

function goOn(run: Run, visit: Visit): void {
  terminateInside(run, visit.scopeKey)
  endToken(run, visit.scopeKey)
}

/** BPMN 10.5.3: ends its own scope with everything in it; the sub-process around goes on (coverage (c)11). */
export const terminateEndEvent: Element = {
  name: { zh: '终止结束事件', en: 'terminate end event' },
  activate: () => done,
  goOn,
}
