import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: always interrupts; here the token that the error sends goes on. */
export const errorBoundaryEvent: Element = {
  name: { zh: '错误边界事件', en: 'error boundary event' },
  activate: () => done,
}
