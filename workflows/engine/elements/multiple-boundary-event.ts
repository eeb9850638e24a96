import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: its activity waits for any of the triggers; here the token that it sends goes on. */
export const multipleBoundaryEvent: Element = {
  name: { zh: '多重边界事件', en: 'multiple boundary event' },
  activate: () => done,
}
