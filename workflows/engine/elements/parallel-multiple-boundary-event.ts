import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: its activity waits for all of the triggers; here the token that the last sends goes on. */
export const parallelMultipleBoundaryEvent: Element = {
  name: { zh: '并行多重边界事件', en: 'parallel multiple boundary event' },
  activate: () => done,
}
