import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: its activity watches the condition; here the token goes on that it sends when it becomes true. */
export const conditionalBoundaryEvent: Element = {
  name: { zh: '条件边界事件', en: 'conditional boundary event' },
  activate: () => done,
}
