import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.2: the scope around its event sub-process waits for it; here the token that it sends goes on. */
export const multipleStartEventOfEventSubProcess: Element = {
  name: { zh: '多重开始事件(事件子流程)', en: 'multiple start event of an event sub-process' },
  activate: () => done,
}
