import { waits } from '../element.ts'
import type { Element } from '../element.ts'
import { open } from '../opening.ts'

/** BPMN 10.5.4: waits until its condition holds; one that holds already lets the token pass. */
export const conditionalCatchEvent: Element = {
  name: { zh: '条件捕获事件', en: 'conditional catch event' },
  activate: (run, visit) => open(run, visit) ?? waits,
}
