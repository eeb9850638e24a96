import type { Result, Sentence } from '../../workflows/model/problem.ts'
import { ok, refuse } from '../../workflows/model/problem.ts'

/** A SKU at a warehouse: one aggregate. `onHand` and `reserved` are the sums of its movements. Collection `stockLevels`. */
export interface LevelRecord {
  sku: string
  warehouse: string
  name: string
  onHand: number
  reserved: number
  incoming: number
  safetyStock: number
}

export type MovementKind = 'receipt' | 'reserve' | 'release' | 'issue' | 'adjust' | 'shortage'

/** An append-only fact; its id names source document, line and kind, so that it happens once (reliability R8). */
export interface MovementRecord {
  id: string
  sku: string
  warehouse: string
  kind: MovementKind
  quantity: number
  document: string
  orderLineId: string | null
  at: string
}

/** How a movement's quantity changes the level: signs per kind. */
const effects: Readonly<Record<MovementKind, { onHand: number; reserved: number }>> = {
  receipt: { onHand: 1, reserved: 0 },
  adjust: { onHand: 1, reserved: 0 },
  reserve: { onHand: 0, reserved: 1 },
  release: { onHand: 0, reserved: -1 },
  issue: { onHand: -1, reserved: -1 },
  /** Asked for and not there; says so and changes nothing. */
  shortage: { onHand: 0, reserved: 0 },
}

export const levelId = (sku: string, warehouse: string): string => `${sku}@${warehouse}`

export const emptyLevel = (sku: string, warehouse: string, name = sku): LevelRecord => ({
  sku,
  warehouse,
  name,
  onHand: 0,
  reserved: 0,
  incoming: 0,
  safetyStock: 0,
})

export const availableOf = (level: LevelRecord): number => level.onHand - level.reserved

/** Applies a batch as a whole: summed first, then checked (order-domain invariant 6, lesson 27). */
export function applyMovements(level: LevelRecord, movements: readonly MovementRecord[]): Result<LevelRecord> {
  const next = movements.reduce(
    (current, { kind, quantity }) => ({
      ...current,
      onHand: current.onHand + effects[kind].onHand * quantity,
      reserved: current.reserved + effects[kind].reserved * quantity,
    }),
    level,
  )
  if (next.onHand < 0 || next.reserved < 0 || availableOf(next) < 0)
    return refuse('stock.not_enough', {
      zh: `库存不够：${level.name}（${level.warehouse}）可用 ${availableOf(level)} 件。`,
      en: `Expected enough of ${level.name} at ${level.warehouse}, but only ${availableOf(level)} are available.`,
    })
  return ok(next)
}

/** Reserves line by line while there is enough; a line that is not covered becomes a shortage. */
export function reserveLines(
  level: LevelRecord,
  wanted: readonly MovementRecord[],
): { level: LevelRecord; movements: MovementRecord[] } {
  let current = level
  const movements = wanted.map((movement): MovementRecord => {
    const reserved = applyMovements(current, [movement])
    if (!reserved.ok) return { ...movement, kind: 'shortage', quantity: 0 }
    current = reserved.value
    return movement
  })
  return { level: current, movements }
}

/** Everything wrong with a level, given all its movements (order-domain invariant 6, reliability I8). */
export function checkStock(
  level: LevelRecord,
  movements: readonly Pick<MovementRecord, 'kind' | 'quantity'>[],
): { code: string; where: string; message: Sentence }[] {
  const total = (of: 'onHand' | 'reserved') =>
    movements.reduce((sum, movement) => sum + effects[movement.kind][of] * movement.quantity, 0)
  const findings: [string, boolean, string, string][] = [
    [
      'stock.negative',
      level.onHand < 0 || level.reserved < 0 || availableOf(level) < 0,
      '库存为负或占用多于现有',
      'Stock is negative or more is reserved than is there',
    ],
    ['stock.on_hand', total('onHand') !== level.onHand, '现有量不等于流水之和', 'On hand is not the sum of movements'],
    [
      'stock.reserved',
      total('reserved') !== level.reserved,
      '占用量不等于流水之和',
      'Reserved is not the sum of movements',
    ],
  ]
  return findings
    .filter(([, wrong]) => wrong)
    .map(([code, , zh, en]) => ({ code, where: levelId(level.sku, level.warehouse), message: { zh, en } }))
}
