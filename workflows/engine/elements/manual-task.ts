import { done } from '../element.ts'
import type { Element } from '../element.ts'

/** BPMN 10.3.3: work that no system sees; passes. */
export const manualTask: Element = {
  name: { zh: '手工任务', en: 'manual task' },
  activate: () => done,
}
