import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.2: takes an error of the scope that its event sub-process stands in, which it always interrupts. */
export const errorStartEventOfEventSubProcess: Element = {
  name: { zh: '错误开始事件(事件子流程)', en: 'error start event of an event sub-process' },
  activate: () => done,
}
