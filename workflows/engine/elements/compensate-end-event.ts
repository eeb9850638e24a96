import type { Element } from '../element.ts'
import { compensateThrowEvent } from './compensate-throw-event.ts'

/** BPMN 10.5.3: undoes what was completed; then the token ends. */
export const compensateEndEvent: Element = {
  ...compensateThrowEvent,
  name: { zh: '补偿结束事件', en: 'compensation end event' },
}
