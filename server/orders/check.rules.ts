import { balanceOfAccount } from '../billing/ledger.rules.ts'
import type { Sentence } from '../../workflows/model/problem.ts'
import type { OrderRecord } from './order.rules.ts'
import {
  balanceOf,
  livingRefunds,
  openOf,
  paidShareOf,
  quantityOf,
  refundedOfLine,
  shippingRefundedOf,
  sum,
} from './order.rules.ts'

/** Something that must never be true of a database, told by the invariant that it breaks. */
export interface Violation {
  /** `order.invariant_1` (order-domain), `ledger.unbalanced` (reliability I3) and so on. */
  code: string
  where: string
  message: Sentence
}

type Finding = [code: string, wrong: boolean, zh: string, en: string]

/** Everything wrong with an order: order-domain invariants 1-14 that cancellation touches, reliability I3-I6. */
export function checkOrder(order: OrderRecord): Violation[] {
  return [...money(order), ...lines(order), ...ledger(order), ...keys(order), ...people(order)]
    .filter(([, wrong]) => wrong)
    .map(([code, , zh, en]) => ({ code, where: order.orderNo, message: { zh, en } }))
}

function money(order: OrderRecord): Finding[] {
  const perPayment = order.payments.map((payment) => balanceOf(order, payment.id))
  return [
    ['order.invariant_1', balanceOf(order).refundable < 0, '退款之和超过了收款', 'Refunds exceed what was captured'],
    [
      'order.invariant_1',
      perPayment.some((balance) => balance.refundable < 0),
      '一笔收款的退款超过了它本身',
      'Refunds of one payment exceed what it captured',
    ],
    [
      'order.invariant_8',
      shippingRefundedOf(order) > order.shippingFee,
      '运费退了不止一次',
      'Shipping was refunded more than once',
    ],
    [
      'order.invariant_7',
      livingRefunds(order).some((operation) => operation.currency !== order.currency),
      '退款币种与收款不同',
      'A refund is in another currency than its payment',
    ],
    [
      'payment.captured',
      order.payments.some((payment) => payment.captured > payment.authorized || payment.captured < 0),
      '收款超过了授权',
      'A payment captured more than was authorized',
    ],
    [
      'order.invariant_2',
      order.refunds.some(
        (operation) => sum(operation.lines, (line) => line.amount) + operation.shipping !== operation.amount,
      ),
      '退款明细与金额不等',
      'The parts of a refund do not make up its amount',
    ],
  ]
}

function lines(order: OrderRecord): Finding[] {
  return order.lines.flatMap((line): Finding[] => {
    const refunded = refundedOfLine(order, line.id)
    const counters = [line.ordered, line.canceled, line.reserved, line.fulfilled, line.shipped, line.delivered]
    const canceled = sum(
      order.changes.filter((change) => change.what === 'canceled'),
      (change) => quantityOf(change.lines, line.id),
    )
    const inHand = sum(order.fulfillments, (fulfillment) =>
      fulfillment.state === 'pending' || fulfillment.state === 'packed' ? quantityOf(fulfillment.lines, line.id) : 0,
    )
    return [
      [
        'order.counters',
        counters.some((counter) => !Number.isSafeInteger(counter) || counter < 0),
        `${line.name}：计数不是非负整数`,
        `${line.id}: a counter is not a whole number from 0 on`,
      ],
      [
        'order.invariant_2',
        refunded.quantity > line.ordered || refunded.amount + refunded.fee > line.paid,
        `${line.name}：退款超过了实付`,
        `${line.id}: refunds exceed what was paid`,
      ],
      [
        'order.invariant_7',
        refunded.quantity > line.canceled || refunded.amount + refunded.fee > paidShareOf(line, line.canceled, 0),
        `${line.name}：退款超过了已取消的部分`,
        `${line.id}: refunds exceed the share of what was canceled`,
      ],
      [
        'order.invariant_5',
        openOf(line) < 0 || canceled !== line.canceled,
        `${line.name}：取消数量不对`,
        `${line.id}: canceled quantity is wrong`,
      ],
      [
        'order.invariant_6',
        line.reserved > openOf(line) || inHand > line.reserved,
        `${line.name}：占用的库存多于未发的数量`,
        `${line.id}: more is reserved than is open`,
      ],
      [
        'order.counters',
        line.delivered > line.shipped || line.shipped > line.fulfilled,
        `${line.name}：签收多于发出`,
        `${line.id}: more was delivered than shipped`,
      ],
    ]
  })
}

function ledger(order: OrderRecord): Finding[] {
  const { paid, refunded } = balanceOf(order)
  const methods = [...new Set(order.payments.map((payment) => payment.method))]
  const atProvider = sum(methods, (method) => balanceOfAccount(order, `provider/${method}`))
  const owed = sum(
    order.changes.filter((change) => change.what === 'canceled'),
    (change) => sum(change.lines, (line) => line.share),
  )
  return [
    [
      'ledger.unbalanced',
      order.ledger.some((entry) => sum(entry.postings, (posting) => posting.amount) !== 0),
      '一笔分录不平',
      'A ledger entry does not sum to 0',
    ],
    [
      'ledger.provider',
      atProvider !== paid - refunded,
      '账上的钱与收退款不符',
      'The ledger disagrees with captures and refunds',
    ],
    [
      'ledger.refunds',
      order.refunds.some(
        (operation) =>
          order.ledger.some((entry) => entry.id === `refunded:${operation.id}`) !== (operation.state === 'succeeded'),
      ),
      '退款与分录对不上',
      'A refund and its ledger entry disagree',
    ],
    [
      'ledger.sales',
      balanceOfAccount(order, 'sales') !== owed - sum(order.lines, (line) => line.paid),
      '销售额与取消对不上',
      'Sales disagree with what was canceled',
    ],
  ]
}

function keys(order: OrderRecord): Finding[] {
  const twice = (values: string[]) => new Set(values).size !== values.length
  return [
    [
      'order.invariant_9',
      twice(order.refunds.map((operation) => operation.idempotencyKey)) ||
        twice(order.refunds.map((operation) => operation.id)),
      '两笔退款共用一个凭证号',
      'Two refunds share a key',
    ],
    ['ledger.twice', twice(order.ledger.map((entry) => entry.id)), '一笔分录记了两次', 'A ledger entry stands twice'],
    [
      'order.effect_twice',
      twice(order.changes.map((change) => change.key)),
      '一次变更记了两次',
      'A change stands twice',
    ],
  ]
}

function people(order: OrderRecord): Finding[] {
  return [
    [
      'order.invariant_12',
      order.changes.some((change) => change.by === '') ||
        order.refunds.some(
          (operation) => operation.requestedBy === '' || operation.requestedBy === operation.approvedBy,
        ),
      '有变更没有经手人，或自己批准了自己',
      'A change names nobody, or somebody approved his own',
    ],
  ]
}
