import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.3: the token ends here; the scope ends with its last one. */
export const noneEndEvent: Element = {
  name: { zh: '结束事件', en: 'none end event' },
  activate: () => done,
}
