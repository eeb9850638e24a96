import type { StockLevel, StockMovement } from '../../../server/contract/orders.ts'

/** How a movement changes what lies there and what is reserved; the signs of stock.rules. */
const effects: Record<string, { onHand: number; reserved: number }> = {
  receipt: { onHand: 1, reserved: 0 },
  adjust: { onHand: 1, reserved: 0 },
  reserve: { onHand: 0, reserved: 1 },
  release: { onHand: 0, reserved: -1 },
  issue: { onHand: -1, reserved: -1 },
  shortage: { onHand: 0, reserved: 0 },
}

export function effectOf({ kind, quantity }: Pick<StockMovement, 'kind' | 'quantity'>) {
  const signs = effects[kind] ?? { onHand: 0, reserved: 0 }
  return { onHand: signs.onHand * quantity, reserved: signs.reserved * quantity }
}

/** Less can be sold than what should always lie there. Places without a safety stock are never short. */
export const isShort = ({ available, safetyStock }: Pick<StockLevel, 'available' | 'safetyStock'>): boolean =>
  safetyStock > 0 && available < safetyStock

/** The order that a movement's document names; null for receipts and counts. */
export const orderOf = ({ document }: Pick<StockMovement, 'document'>): string | null =>
  /^SO[\d-]+$/.test(document) ? document : null

export const formatSigned = (count: number): string => (count > 0 ? `+${count}` : count < 0 ? `−${-count}` : '0')
