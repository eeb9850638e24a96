import type { Element } from '../element.ts'
import { noneStartEvent } from './none-start-event.ts'

/** BPMN 10.5.2: an instance is started when the condition holds with the variables that it is to have. */
export const conditionalStartEvent: Element = {
  ...noneStartEvent,
  name: { zh: '条件开始事件', en: 'conditional start event' },
}
