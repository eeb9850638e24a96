import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: its activity opens the subscription; here the token that the message sends goes on. */
export const messageBoundaryEvent: Element = {
  name: { zh: '消息边界事件', en: 'message boundary event' },
  activate: () => done,
}
