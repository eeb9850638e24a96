import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: says which activity undoes the one that it is attached to; no token ever comes here. */
export const compensateBoundaryEvent: Element = {
  name: { zh: '补偿边界事件', en: 'compensation boundary event' },
  activate: () => done,
}
