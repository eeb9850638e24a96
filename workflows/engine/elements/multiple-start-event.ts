import type { Element } from '../element.ts'
import { noneStartEvent } from './none-start-event.ts'

/** BPMN 10.5.2: any of its triggers starts an instance; the host waits for each of them. */
export const multipleStartEvent: Element = {
  ...noneStartEvent,
  name: { zh: '多重开始事件', en: 'multiple start event' },
}
