import { refuse } from '../../workflows/model/problem.ts'
import { refusalOf } from '../contract/errors.ts'

/** The refusals of cases: stable code, sentence, place. */
export const caseRefusals = {
  notFound: () =>
    refuse('case.not_found', {
      zh: '没有这张售后单，或者不归你看。',
      en: 'There is no such case, or it is not yours to see.',
    }),

  orderNotFound: (orderNo: string) =>
    refuse(
      'order.not_found',
      { zh: '没有找到这张订单。', en: 'This order was not found.' },
      { params: { orderNo }, where: 'orderNo' },
    ),

  lookupFailed: () =>
    refuse(
      'order.lookup_failed',
      {
        zh: '订单号和手机号对不上，请核对后再试。',
        en: 'Order number and phone do not match. Please check both and try again.',
      },
      { where: 'orderNo' },
    ),

  lineUnknown: (orderLineId: string) =>
    refuse(
      'request.line_unknown',
      { zh: '订单里没有这件商品。', en: 'The order has no such line.' },
      { params: { orderLineId }, where: 'request.lines' },
    ),

  quantityTooGreat: (orderLineId: string, name: string, asked: number, left: number) =>
    refuse(
      'request.quantity_too_great',
      {
        zh: `「${name}」最多还能取消 ${left} 件，这次要取消 ${asked} 件。`,
        en: `At most ${left} of “${name}” can still be canceled, but ${asked} were asked for.`,
      },
      { params: { orderLineId, asked, left }, where: 'request.lines' },
    ),

  nothingPossible: (sentence: string) =>
    refuse(
      'request.not_cancelable',
      { zh: sentence || '这些商品现在不能取消。', en: sentence || 'These goods cannot be canceled any more.' },
      { where: 'request.lines' },
    ),

  reasonUnknown: (code: string) =>
    refuse(
      'request.reason_unknown',
      { zh: '请从列表里选一个原因。', en: 'Please pick a reason from the list.' },
      { params: { code }, where: 'request.reason' },
    ),

  reasonTextRequired: () =>
    refuse(
      'request.reason_text_required',
      { zh: '这个原因要补一句说明。', en: 'This reason needs a sentence of explanation.' },
      { where: 'request.reasonText' },
    ),

  policyNotSeen: () =>
    refuse(
      'request.policy_not_seen',
      { zh: '请先看过取消政策和费用。', en: 'Please read policy and fees first.' },
      { where: 'request.policySeen' },
    ),

  alreadyOpen: (caseNo: string, orderNo: string) =>
    refuse(
      'case.already_open',
      {
        zh: `这张订单已经有一张售后单 ${caseNo} 在处理。`,
        en: `Case ${caseNo} of this order is already being handled.`,
      },
      { params: { caseNo, orderNo }, where: 'orderNo' },
    ),

  alternativesMissing: () =>
    refuse(
      'merchant.alternatives_missing',
      {
        zh: '至少给客户一个替代方案，或者写明为什么没有。',
        en: 'Offer at least one alternative, or say why there is none.',
      },
      { where: 'merchant.alternatives' },
    ),

  merchantMissing: () =>
    refuse(
      'merchant.explanation_missing',
      {
        zh: '商家取消要写给客户看的说明（至少 30 字）。',
        en: 'Canceling by the shop needs an explanation for the customer (at least 30 characters).',
      },
      { where: 'merchant.explanation' },
    ),

  runNotFound: () => ({ ok: false as const, refusal: refusalOf('not_found') }),

  runOver: () => refuse('run.over', { zh: '它已经结束。', en: 'Expected it to be running, but it has ended.' }),

  incidentNotFound: () =>
    refuse('incident.not_found', {
      zh: '没有这个待处理的问题，可能已经处理好了。',
      en: 'Expected an open incident, but there is none; it may be resolved already.',
    }),

  incidentTakesNoData: () =>
    refuse('incident.takes_no_data', {
      zh: '这个问题不在流程里，没有可以改的数据。',
      en: 'Expected an incident of a process, but this one belongs to a job that has no data to set.',
    }),

  closed: () => refuse('case.closed', { zh: '这张售后单已经结束。', en: 'This case is closed.' }),

  withdrawTooLate: () =>
    refuse('withdraw.too_late', {
      zh: '已经开始取消和退款，不能撤回了。如有问题请留言。',
      en: 'The cancellation is already being carried out and cannot be taken back. Please write to us.',
    }),

  withdrawDecided: () =>
    refuse('withdraw.too_late', {
      zh: '审核已经有了结果，正在办理，不能撤回了。如有问题请留言。',
      en: 'It has been decided and is being carried out, so it cannot be taken back. Please write to us.',
    }),

  withdrawNotHers: () =>
    refuse('withdraw.not_initiator', {
      zh: '这次取消是商家提出的，不用撤回；想保留订单，请在页面上选择。',
      en: 'The shop asked for this cancellation, so there is nothing to take back. To keep the order, choose on this page.',
    }),

  noQuestion: () =>
    refuse('case.no_question', { zh: '现在没有要您回答的问题。', en: 'No question is waiting for your answer.' }),
}
