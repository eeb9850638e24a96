import type { Sentence } from '../../workflows/model/problem.ts'
import type { OrderRecord } from './order.rules.ts'
import { openOf, orderStateOf, sum } from './order.rules.ts'

export interface Possibility {
  deed: 'cancel' | 'merchantCancel'
  possible: boolean
  why: Sentence
}

/** What may be done with an order now; what may not says why (lesson 8). */
export function possibilitiesOf(order: OrderRecord): Possibility[] {
  const left = sum(order.lines, openOf)
  const why = whyNot(order, left)
  return [
    {
      deed: 'cancel',
      possible: why === null,
      why: why ?? {
        zh: `还有 ${left} 件没有发出，可以取消`,
        en: `${left} have not left the house and can be canceled`,
      },
    },
    {
      deed: 'merchantCancel',
      possible: why === null,
      why: why ?? {
        zh: '缺货等我们的原因，全额退款并说明',
        en: 'For reasons of ours, with a full refund and an explanation',
      },
    },
  ]
}

function whyNot(order: OrderRecord, left: number): Sentence | null {
  if (orderStateOf(order) === 'canceled') return { zh: '订单已取消', en: 'The order is canceled' }
  if (left > 0) return null
  return order.lines.some((line) => line.delivered < line.shipped)
    ? { zh: '已全部发出，不能再取消', en: 'Everything has left the house and can no longer be canceled' }
    : { zh: '已全部签收，不能再取消', en: 'Everything is delivered and can no longer be canceled' }
}
