import type { Element } from '../element.ts'
import { throwTriggers } from '../throws.ts'

/** BPMN 10.5.4: reaches everybody who waits for the signal now, in every instance, and goes on. */
export const signalThrowEvent: Element = {
  name: { zh: '信号抛出事件', en: 'signal throw event' },
  activate: throwTriggers,
}
