import type { Element } from '../element.ts'
import { cancelTransaction } from '../transaction.ts'

/** BPMN 10.5.3: cancels the transaction that it stands in. */
export const cancelEndEvent: Element = {
  name: { zh: '取消结束事件', en: 'cancel end event' },
  activate: cancelTransaction,
}
