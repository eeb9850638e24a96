import type { Element } from '../element.ts'
import { multipleThrowEvent } from './multiple-throw-event.ts'

/** BPMN 10.5.3: throws all of its triggers, then the token ends. */
export const multipleEndEvent: Element = {
  ...multipleThrowEvent,
  name: { zh: '多重结束事件', en: 'multiple end event' },
}
