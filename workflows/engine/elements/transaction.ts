import type { Element } from '../element.ts'
import { subProcess } from './sub-process.ts'

/** BPMN 10.3.5: a sub-process that can be canceled, with everything in it undone. */
export const transaction: Element = {
  ...subProcess,
  name: { zh: '事务子流程', en: 'transaction' },
}
