import { waits } from '../element.ts'
import type { Element } from '../element.ts'
import { open } from '../opening.ts'

/** BPMN 10.5.4: waits until its time has come. */
export const timerCatchEvent: Element = {
  name: { zh: '定时捕获事件', en: 'timer catch event' },
  activate: (run, visit) => open(run, visit) ?? waits,
}
