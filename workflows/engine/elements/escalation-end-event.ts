import type { Element } from '../element.ts'
import { escalationThrowEvent } from './escalation-throw-event.ts'

/** BPMN 10.5.3: throws its escalation, then the token ends. */
export const escalationEndEvent: Element = {
  ...escalationThrowEvent,
  name: { zh: '升级结束事件', en: 'escalation end event' },
}
