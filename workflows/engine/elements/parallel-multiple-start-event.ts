import type { Element } from '../element.ts'
import { noneStartEvent } from './none-start-event.ts'

/** BPMN 10.5.2: an instance is started when all of its triggers have come; the host keeps those that have. */
export const parallelMultipleStartEvent: Element = {
  ...noneStartEvent,
  name: { zh: '并行多重开始事件', en: 'parallel multiple start event' },
}
