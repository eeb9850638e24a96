import { done } from '../element.ts'
import { endStepEarly, openStep } from '../steps.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.2: where a process or a sub-process begins. */
export const noneStartEvent: Element = {
  name: { zh: '开始事件', en: 'none start event' },
  activate: (run, visit) => (visit.fresh ? openStep(run, visit, []) : done),
  terminate: endStepEarly,
}
