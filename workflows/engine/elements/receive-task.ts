import { waits } from '../element.ts'
import type { Element } from '../element.ts'
import { open } from '../opening.ts'

/** BPMN 10.3.3: waits for its message. */
export const receiveTask: Element = {
  name: { zh: '接收任务', en: 'receive task' },
  activate: (run, visit) => open(run, visit) ?? waits,
}
