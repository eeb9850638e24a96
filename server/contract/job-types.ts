import type { Sentence } from '../../workflows/model/problem.ts'

/**
 * The service tasks that a process may name (zeebe:taskDefinition type), as data for workers, studio and checks.
 * Inputs are variable names as the job sees them (after input mappings), outputs are what its completion sets.
 * All carry one idempotency key for life; "undo" names the job type that takes it back.
 */
export interface JobType {
  type: string
  name: Sentence
  does: Sentence
  inputs: string[]
  outputs: string[]
  /** BPMN errors it may throw. */
  errors: string[]
  undo: string | null
}

/** Work that orders, payments and stock give to each other, outside of any process; told when it is stuck. */
export const domainJobs: Readonly<Record<string, Sentence>> = {
  'stock.apply-reserve': { zh: '占用库存', en: 'Reserve stock' },
  'stock.apply-release': { zh: '释放库存', en: 'Release stock' },
  'stock.apply-issue': { zh: '扣减库存', en: 'Issue stock' },
  'order.apply-allocation': { zh: '把锁库结果写回订单', en: 'Tell the order what is reserved' },
  'payment.apply-event': { zh: '处理支付渠道的消息', en: 'Take in a message of the payment provider' },
  'refund.reconcile': { zh: '查询退款结果', en: 'Ask for the outcome of a refund' },
  'identity.handover': { zh: '把待办交给接手的人', en: 'Hand tasks over to a successor' },
}

export const jobTypes: JobType[] = [
  {
    type: 'case.open',
    name: { zh: '登记售后单', en: 'Open the case' },
    does: {
      zh: '登记受理渠道、期限，并告诉客户已收到',
      en: 'Records channel and deadline and tells the customer it was received',
    },
    inputs: ['case'],
    outputs: ['case'],
    errors: [],
    undo: null,
  },
  {
    type: 'case.close',
    name: { zh: '关闭售后单', en: 'Close the case' },
    does: { zh: '记下结果和给客户的说明', en: 'Records the outcome and the explanation for the customer' },
    inputs: ['case', 'outcome', 'explanation'],
    outputs: ['case'],
    errors: [],
    undo: null,
  },
  {
    type: 'order.read',
    name: { zh: '读取订单', en: 'Read the order' },
    does: { zh: '取订单、客户和渠道的最新情况', en: 'Takes a fresh snapshot of order, customer and channel' },
    inputs: ['order', 'req', 'initiator'],
    outputs: ['order', 'customer', 'channel', 'lines'],
    errors: ['order.not_found'],
    undo: null,
  },
  {
    type: 'order.hold',
    name: { zh: '暂停订单', en: 'Hold the order' },
    does: { zh: '暂停这些商品的锁库、拣货和开票', en: 'Stops allocation, picking and invoicing of the lines' },
    inputs: ['order', 'req', 'case'],
    outputs: [],
    errors: ['order.not_found'],
    undo: 'order.unhold',
  },
  {
    type: 'order.unhold',
    name: { zh: '恢复订单', en: 'Release the hold' },
    does: { zh: '取消没有成功，订单照常发货', en: 'The order goes on as before' },
    inputs: ['order', 'case'],
    outputs: [],
    errors: [],
    undo: null,
  },
  {
    type: 'order.cancel-lines',
    name: { zh: '取消商品', en: 'Cancel the lines' },
    does: { zh: '取消商品并准确释放占用的库存', en: 'Cancels the quantities and releases exactly their reservation' },
    inputs: ['order', 'req', 'lines', 'case', 'initiator'],
    outputs: ['canceled'],
    errors: ['order.cannot_cancel'],
    undo: null,
  },
  {
    type: 'refund.preview',
    name: { zh: '核算退款', en: 'Work out the refund' },
    does: { zh: '按下单时的实付价核算应退金额', en: 'Works out the amount from the prices frozen at placement' },
    inputs: ['order', 'req', 'lines', 'initiator', 'agreedFee'],
    outputs: ['refund'],
    errors: [],
    undo: null,
  },
  {
    type: 'refund.issue',
    name: { zh: '退款', en: 'Refund' },
    does: {
      zh: '按原路退给客户，结果不明时先对账',
      en: 'Pays back to where it came from; reconciles when the outcome is unknown',
    },
    inputs: ['order', 'refund', 'case'],
    outputs: ['refund'],
    errors: ['refund.failed', 'refund.exceeds'],
    undo: null,
  },
  {
    type: 'credit-note.issue',
    name: { zh: '开红字单', en: 'Issue the credit note' },
    does: { zh: '开出与退款一致的红字单', en: 'Issues the numbered credit note that mirrors the refund' },
    inputs: ['order', 'refund', 'case'],
    outputs: ['creditNote'],
    errors: [],
    undo: null,
  },
  {
    type: 'notify.customer',
    name: { zh: '通知客户', en: 'Tell the customer' },
    does: { zh: '按模板通知客户，并记入沟通记录', en: 'Sends a template and logs it with the case' },
    inputs: ['case', 'order', 'template', 'text'],
    outputs: [],
    errors: [],
    undo: null,
  },
  {
    type: 'notify.staff',
    name: { zh: '通知同事', en: 'Tell a colleague' },
    does: { zh: '提醒一个角色或同事', en: 'Reminds a role or a colleague' },
    inputs: ['case', 'to', 'text'],
    outputs: [],
    errors: [],
    undo: null,
  },
]
