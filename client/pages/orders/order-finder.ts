import { ReceiptText } from '@lucide/vue'
import { listOrders } from '../../api/orders.ts'
import type { Command, CommandProvider } from '../../components/command.ts'
import type { OrderSummary } from '../../../server/contract/orders.ts'
import { orderGlyph } from './order-words.ts'

const enough = 2
const most = 6

/** Orders for the command palette: by number, name, or the end of the phone. Nothing typed, nothing asked. */
export function orderFinder(options: {
  group: () => string
  note: (order: OrderSummary) => string
  open: (orderNo: string) => void
}): CommandProvider {
  return {
    id: 'orders',
    async search(text, signal): Promise<Command[]> {
      const q = text.trim()
      if (q.length < enough) return []
      const { items } = await listOrders({ q, limit: most }, signal)
      return items.map((order) => ({
        id: `order:${order.orderNo}`,
        group: options.group(),
        lead: order.orderNo,
        title: order.customerName,
        note: options.note(order),
        icon: ReceiptText,
        state: orderGlyph(order),
        amount: order.total,
        currency: order.currency,
        run: () => options.open(order.orderNo),
      }))
    },
  }
}
