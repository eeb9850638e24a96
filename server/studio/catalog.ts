import type { Localized } from '../contract/shared.ts'
import type { StudioCatalog } from '../contract/studio.ts'
import { jobTypes } from '../contract/job-types.ts'
import { messages } from '../contract/messages.ts'
import { decisionFace, formFields } from './catalog.rules.ts'
import type { StudioDependencies } from './resources.ts'

export interface CatalogDependencies {
  /** Roles, people and departments for the pickers; identity's public file implements it. */
  organization: {
    roles(): Promise<{ key: string; name: Localized }[]>
    people(): Promise<{ id: string; name: string }[]>
    departments(): Promise<{ id: string; name: string }[]>
    calendars(): Promise<{ id: string; name: Localized }[]>
  }
}

/** Variables of every case that conditions may read (docs/process-variables.md). */
const variables: StudioCatalog['variables'] = [
  { path: 'refund.amount', label: { zh: '退款金额', en: 'Refund' }, type: 'money' },
  { path: 'preview.refund', label: { zh: '预计退款', en: 'Expected refund' }, type: 'money' },
  { path: 'refund.fee', label: { zh: '费用', en: 'Fee' }, type: 'money' },
  { path: 'level', label: { zh: '审批级别', en: 'Approval level' }, type: 'number' },
  { path: 'order.total', label: { zh: '订单金额', en: 'Order total' }, type: 'money' },
  { path: 'order.channel', label: { zh: '销售渠道', en: 'Channel' }, type: 'text' },
  {
    path: 'customer.tier',
    label: { zh: '会员等级', en: 'Member tier' },
    type: 'text',
    values: [
      { value: 'regular', label: { zh: '普通', en: 'Regular' } },
      { value: 'silver', label: { zh: '银卡', en: 'Silver' } },
      { value: 'gold', label: { zh: '金卡', en: 'Gold' } },
      { value: 'business', label: { zh: '企业客户', en: 'Business' } },
    ],
  },
  {
    path: 'customer.flag',
    label: { zh: '关注标记', en: 'Flag' },
    type: 'text',
    values: [
      { value: 'none', label: { zh: '没有', en: 'None' } },
      { value: 'watch', label: { zh: '留意', en: 'Watch' } },
      { value: 'amber', label: { zh: '黄色', en: 'Amber' } },
      { value: 'red', label: { zh: '红色', en: 'Red' } },
    ],
  },
  { path: 'req.reason', label: { zh: '原因', en: 'Reason' }, type: 'text' },
  {
    path: 'initiator',
    label: { zh: '谁发起', en: 'Initiator' },
    type: 'text',
    values: [
      { value: 'customer', label: { zh: '客户', en: 'Customer' } },
      { value: 'merchant', label: { zh: '商家', en: 'Merchant' } },
      { value: 'platform', label: { zh: '平台', en: 'Platform' } },
    ],
  },
]

/** What the designers offer in their pickers, from what is published and who works here. */
export async function studioCatalog(deps: StudioDependencies & CatalogDependencies): Promise<StudioCatalog> {
  const [roles, people, departments, calendars, forms, decisions] = await Promise.all([
    deps.organization.roles(),
    deps.organization.people(),
    deps.organization.departments(),
    deps.organization.calendars(),
    deps.runtime.resources('form'),
    deps.runtime.resources('decision'),
  ])
  return {
    roles,
    people,
    departments,
    calendars,
    messages: [...messages],
    variables,
    jobTypes: jobTypes.map(({ type, name, does, inputs, outputs }) => ({ type, name, does, inputs, outputs })),
    forms: forms.map(({ id, name, content }) => ({ id, name, fields: formFields(content) })),
    decisions: decisions.map(({ id, name, content }) => ({ id, name, ...decisionFace(content, id) })),
  }
}
