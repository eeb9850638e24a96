import type { FormDefinition } from '../../server/contract/form-schema.ts'

/** A form with one field of each kind, as a pack would write it. */
export const cancellationForm: FormDefinition = {
  id: 'cancellation',
  name: { zh: '取消审批', en: 'Cancellation' },
  schema: {
    type: 'object',
    required: ['note'],
    properties: {
      note: { type: 'string', title: '给客户的说明', 'x-title-en': 'Note to the customer', maxLength: 200 },
      fee: { type: 'integer', format: 'money', title: '手续费', 'x-title-en': 'Fee', maximum: 5000 },
      bearer: {
        type: 'string',
        title: '费用由谁承担',
        'x-title-en': 'Who bears it',
        oneOf: [
          { const: 'shop', title: '商家', 'x-title-en': 'Shop' },
          { const: 'supplier', title: '供应商', 'x-title-en': 'Supplier' },
        ],
      },
      supplier: { type: 'string', title: '供应商名称', 'x-title-en': 'Supplier name', minLength: 2 },
      due: { type: 'string', format: 'date', title: '最迟退款日', 'x-title-en': 'Refund by' },
      cost: { type: 'integer', format: 'money', title: '成本', 'x-title-en': 'Cost' },
      lines: {
        type: 'array',
        title: '商品',
        'x-title-en': 'Items',
        items: {
          type: 'object',
          required: ['quantity'],
          properties: {
            id: { type: 'string' },
            quantity: { type: 'integer', title: '数量', 'x-title-en': 'Quantity', minimum: 1 },
            cost: { type: 'integer', format: 'money', title: '进价', 'x-title-en': 'Purchase price' },
          },
        },
      },
      total: { type: 'integer', format: 'money', title: '应退', 'x-title-en': 'Refund', readOnly: true },
    },
  },
  uiSchema: {
    type: 'VerticalLayout',
    elements: [
      { type: 'Control', scope: '#/properties/note', options: { control: 'longText' } },
      { type: 'Control', scope: '#/properties/fee' },
      { type: 'Control', scope: '#/properties/bearer' },
      {
        type: 'Control',
        scope: '#/properties/supplier',
        rule: {
          effect: 'SHOW',
          condition: { scope: '#/properties/bearer', schema: { const: 'supplier' }, failWhenUndefined: true },
        },
      },
      { type: 'Control', scope: '#/properties/due' },
      {
        type: 'Group',
        label: '内部',
        elements: [
          { type: 'Control', scope: '#/properties/cost' },
          { type: 'Control', scope: '#/properties/lines' },
        ],
      },
      { type: 'Control', scope: '#/properties/total' },
    ],
  },
}
