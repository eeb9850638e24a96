import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.2: takes an escalation of the scope that its event sub-process stands in. */
export const escalationStartEventOfEventSubProcess: Element = {
  name: { zh: '升级开始事件(事件子流程)', en: 'escalation start event of an event sub-process' },
  activate: () => done,
}
