import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: where the token of every throwing link of the same name goes on. */
export const linkCatchEvent: Element = {
  name: { zh: '链接捕获事件', en: 'link catch event' },
  activate: () => done,
}
