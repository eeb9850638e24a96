import type { Localized } from './shared.ts'

/** A message that the product itself publishes, as people call it, with the value that correlates it. */
export interface MessageKind {
  name: string
  label: Localized
  key: string
}

export const messages: readonly MessageKind[] = [
  { name: 'customer.withdrew', label: { zh: '客户撤回申请', en: 'The customer withdraws' }, key: 'case.caseNo' },
  { name: 'customer.wrote', label: { zh: '客户来信', en: 'The customer writes' }, key: 'case.caseNo' },
]
