import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.5.4: marks a milestone; passes. */
export const noneThrowEvent: Element = {
  name: { zh: '中间事件', en: 'none intermediate event' },
  activate: () => done,
}
