import type { Element } from '../element.ts'
import { noneStartEvent } from './none-start-event.ts'

/** BPMN 10.5.2: the host starts an instance of each process that waits for the signal. */
export const signalStartEvent: Element = {
  ...noneStartEvent,
  name: { zh: '信号开始事件', en: 'signal start event' },
}
