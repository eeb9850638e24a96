import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.2: begins the event sub-process that undoes the scope that it belongs to. */
export const compensateStartEvent: Element = {
  name: { zh: '补偿开始事件', en: 'compensation start event' },
  activate: () => done,
}
