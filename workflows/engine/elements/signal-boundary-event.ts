import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: its activity waits for the signal; here the token that it sends goes on. */
export const signalBoundaryEvent: Element = {
  name: { zh: '信号边界事件', en: 'signal boundary event' },
  activate: () => done,
}
