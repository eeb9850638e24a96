import type { Element } from '../element.ts'
import { throwTriggers } from '../throws.ts'

/** BPMN 10.5.4: the nearest catcher outward takes it; without one the token just goes on (coverage (c)11). */
export const escalationThrowEvent: Element = {
  name: { zh: '升级抛出事件', en: 'escalation throw event' },
  activate: throwTriggers,
}
