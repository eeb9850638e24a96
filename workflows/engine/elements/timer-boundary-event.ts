import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: its activity arms the timer; here the token that it sends goes on. */
export const timerBoundaryEvent: Element = {
  name: { zh: '定时边界事件', en: 'timer boundary event' },
  activate: () => done,
}
