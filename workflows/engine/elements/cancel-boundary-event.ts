import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: where a canceled transaction goes on; here the token that the cancel sends goes on. */
export const cancelBoundaryEvent: Element = {
  name: { zh: '取消边界事件', en: 'cancel boundary event' },
  activate: () => done,
}
