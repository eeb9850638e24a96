import type { Element } from '../element.ts'
import { throwTriggers } from '../throws.ts'

/** BPMN 10.5.3: ends the nearest scope around that catches the error; nobody catching it is an incident here. */
export const errorEndEvent: Element = {
  name: { zh: '错误结束事件', en: 'error end event' },
  activate: throwTriggers,
}
