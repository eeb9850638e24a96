import type { CommandProvider } from '../../components/command.ts'
import type { PaletteContext } from '../palette.ts'
import { orderFinder } from './order-finder.ts'
import { orderReaders } from './order-roles.ts'

/** Orders for those who may read them. */
export function provide({ t, router, has }: PaletteContext): CommandProvider {
  const orders = orderFinder({
    group: () => t('orders.palette'),
    note: (order) => order.firstLine,
    open: (orderNo) => void router.push({ name: 'order', params: { orderNo } }),
  })
  return { ...orders, search: async (text, signal) => (has(orderReaders) ? orders.search(text, signal) : []) }
}
