import { waits } from '../element.ts'
import type { Element } from '../element.ts'
import { open } from '../opening.ts'

/** BPMN 10.5.4: waits for its message. */
export const messageCatchEvent: Element = {
  name: { zh: '消息捕获事件', en: 'message catch event' },
  activate: (run, visit) => open(run, visit) ?? waits,
}
