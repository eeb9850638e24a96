import { done } from '../element.ts'
import { endStepEarly, openStep } from '../steps.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.2: the host keeps the timer of the definition and starts an instance each time. */
export const timerStartEvent: Element = {
  name: { zh: '定时开始事件', en: 'timer start event' },
  activate: (run, visit) => (visit.fresh ? openStep(run, visit, []) : done),
  terminate: endStepEarly,
}
