import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.3.3: a task without a kind does nothing; passes. */
export const abstractTask: Element = {
  name: { zh: '抽象任务', en: 'abstract task' },
  activate: () => done,
}
