import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: takes an escalation from inside its activity, which is interrupted or goes on beside it. */
export const escalationBoundaryEvent: Element = {
  name: { zh: '升级边界事件', en: 'escalation boundary event' },
  activate: () => done,
}
