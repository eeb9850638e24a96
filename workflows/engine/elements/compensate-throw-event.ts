import { compensate } from '../compensation.ts'
import type { Element } from '../element.ts'

/** BPMN 13.5.5: undoes what was completed, the last first, and goes on when that is done. */
export const compensateThrowEvent: Element = {
  name: { zh: '补偿抛出事件', en: 'compensation throw event' },
  activate: compensate,
}
