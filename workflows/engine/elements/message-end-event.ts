import { messageThrowEvent } from './message-throw-event.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.3: publishes its message, then the token ends. */
export const messageEndEvent: Element = {
  ...messageThrowEvent,
  name: { zh: '消息结束事件', en: 'message end event' },
}
