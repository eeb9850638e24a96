import { entryOf } from '../../workflows/model/json.ts'
import type { Localized } from '../contract/shared.ts'

/** The names of the acts when the diagram gives none, in the words of the interface. */
const defaultLabels: Record<string, Localized> = {
  approve: { zh: '同意', en: 'Approve' },
  reject: { zh: '驳回', en: 'Reject' },
  return: { zh: '退回', en: 'Send back' },
  transfer: { zh: '转交', en: 'Hand over' },
  ask: { zh: '要求补充信息', en: 'Ask for information' },
  saveDraft: { zh: '暂存', en: 'Save draft' },
  cc: { zh: '抄送', en: 'Send a copy' },
  complete: { zh: '办结', en: 'Done' },
  terminate: { zh: '终止', en: 'End the case' },
  delegate: { zh: '委派', en: 'Ask for an opinion' },
  opinion: { zh: '提交意见', en: 'Give an opinion' },
  addSigner: { zh: '加签', en: 'Add a signer' },
  removeSigner: { zh: '减签', en: 'Remove a signer' },
  urge: { zh: '催办', en: 'Urge' },
  revoke: { zh: '撤回我的决定', en: 'Take my decision back' },
  withdraw: { zh: '撤回', en: 'Withdraw' },
  reassign: { zh: '改派', en: 'Reassign' },
  answer: { zh: '回答', en: 'Answer' },
}

/** A label written in the diagram is used in both languages; it is the admin's own word. */
export const actionLabel = (name: string, label?: string, value?: string): Localized =>
  label ? { zh: label, en: label } : (entryOf(defaultLabels, name) ?? { zh: value ?? name, en: value ?? name })
