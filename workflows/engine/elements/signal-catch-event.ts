import { waits } from '../element.ts'
import type { Element } from '../element.ts'
import { open } from '../opening.ts'

/** BPMN 10.5.4: waits for its signal. */
export const signalCatchEvent: Element = {
  name: { zh: '信号捕获事件', en: 'signal catch event' },
  activate: (run, visit) => open(run, visit) ?? waits,
}
