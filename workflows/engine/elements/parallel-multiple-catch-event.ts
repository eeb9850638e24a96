import { waits } from '../element.ts'
import type { Element } from '../element.ts'
import { open } from '../opening.ts'

/** BPMN 10.5.4: waits for all of its triggers, in any order. */
export const parallelMultipleCatchEvent: Element = {
  name: { zh: '并行多重捕获事件', en: 'parallel multiple catch event' },
  activate: (run, visit) => open(run, visit) ?? waits,
}
