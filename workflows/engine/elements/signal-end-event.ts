import type { Element } from '../element.ts'
import { signalThrowEvent } from './signal-throw-event.ts'

/** BPMN 10.5.3: broadcasts its signal, then the token ends. */
export const signalEndEvent: Element = {
  ...signalThrowEvent,
  name: { zh: '信号结束事件', en: 'signal end event' },
}
