import { done } from '../element.ts'
import { endStepEarly, openStep } from '../steps.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.2: the arriving message starts an instance; its variables come with the start command. */
export const messageStartEvent: Element = {
  name: { zh: '消息开始事件', en: 'message start event' },
  activate: (run, visit) => (visit.fresh ? openStep(run, visit, []) : done),
  terminate: endStepEarly,
}
