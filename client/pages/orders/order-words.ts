import type { LineStage, OrderSummary, Payment, RefundOperation } from '../../../server/contract/orders.ts'
import type { State } from '../../components/states.ts'

export const orderStates = ['pending', 'confirmed', 'partiallyFulfilled', 'fulfilled', 'completed', 'canceled'] as const
export const orderStages = [
  'unpaid',
  'paid',
  'allocated',
  'making',
  'picking',
  'packed',
  'handedOver',
  'inTransit',
  'delivered',
] as const satisfies readonly LineStage[]

const stageGlyphs: Record<LineStage, State> = {
  unpaid: 'waiting',
  paid: 'colleague',
  allocated: 'colleague',
  making: 'colleague',
  picking: 'colleague',
  packed: 'colleague',
  handedOver: 'waiting',
  inTransit: 'waiting',
  delivered: 'approved',
  completed: 'approved',
}

type Whole = Pick<OrderSummary, 'state' | 'stage'>

/** Glyph and word of a whole order: how far its goods are, unless it ended. */
export const orderGlyph = ({ state, stage }: Whole): State => (state === 'canceled' ? 'closed' : stageGlyphs[stage])
export const orderWord = ({ state, stage }: Whole): string =>
  state === 'canceled' || state === 'completed' ? `orders.state.${state}` : `orders.stage.${stage}`

export const lineGlyph = (line: { ordered: number; canceled: number; stage: LineStage }): State =>
  line.canceled === line.ordered ? 'closed' : stageGlyphs[line.stage]
export const lineWord = (line: { ordered: number; canceled: number; stage: LineStage }): string =>
  line.canceled === line.ordered ? 'orders.state.canceled' : `orders.stage.${line.stage}`

/** The least advanced stage of what is not canceled decides what the whole order is called. */
export function stageOfLines(lines: readonly { ordered: number; canceled: number; stage: LineStage }[]): LineStage {
  const order: readonly LineStage[] = [...orderStages, 'completed']
  const living = lines.filter((line) => line.canceled < line.ordered).map((line) => order.indexOf(line.stage))
  return order[Math.min(...living)] ?? 'unpaid'
}

const paymentGlyphs: Record<string, State> = {
  captured: 'approved',
  partiallyCaptured: 'colleague',
  authorized: 'waiting',
  pending: 'waiting',
  voided: 'closed',
  failed: 'rejected',
}
const refundGlyphs: Record<string, State> = {
  claimed: 'colleague',
  submitted: 'waiting',
  succeeded: 'refunded',
  failed: 'rejected',
  unknown: 'unknown',
}
export const paymentGlyph = ({ state }: Pick<Payment, 'state'>): State => paymentGlyphs[state] ?? 'closed'
export const refundGlyph = ({ state }: Pick<RefundOperation, 'state'>): State => refundGlyphs[state] ?? 'closed'
