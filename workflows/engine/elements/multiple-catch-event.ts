import { waits } from '../element.ts'
import type { Element } from '../element.ts'
import { open } from '../opening.ts'

/** BPMN 10.5.4: waits for the first of its triggers. */
export const multipleCatchEvent: Element = {
  name: { zh: '多重捕获事件', en: 'multiple catch event' },
  activate: (run, visit) => open(run, visit) ?? waits,
}
