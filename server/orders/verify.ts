import type { JobDocument } from '../../workflows/runtime/face.ts'
import type { Page, Query, Store, Stored } from '../../workflows/runtime/ports.ts'
import type { CreditNote } from '../contract/orders.ts'
import { creditNoteOf } from '../billing/credit-note.rules.ts'
import { checkStock, levelId } from '../stock/stock.rules.ts'
import type { LevelRecord, MovementRecord } from '../stock/stock.rules.ts'
import type { Violation } from './check.rules.ts'
import { checkOrder } from './check.rules.ts'
import type { OrderRecord } from './order.rules.ts'

/**
 * Everything wrong in orders, stock, ledger and credit notes of a whole database (reliability I3-I8, order-domain 1-14). Reads
 * only. Reservations are compared between orders and levels when no stock job is under way.
 */
export async function findViolations(store: Store): Promise<Violation[]> {
  const orders: OrderRecord[] = []
  const violations: Violation[] = []
  for await (const { data } of everything<OrderRecord>(store, 'orders')) {
    orders.push(data)
    violations.push(...checkOrder(data))
  }
  const levels: LevelRecord[] = []
  const movements = new Map<string, MovementRecord[]>()
  for await (const { data } of everything<MovementRecord>(store, 'stockMovements')) {
    const id = levelId(data.sku, data.warehouse)
    movements.set(id, [...(movements.get(id) ?? []), data])
  }
  for await (const { id, data } of everything<LevelRecord>(store, 'stockLevels')) {
    levels.push(data)
    violations.push(...checkStock(data, movements.get(id) ?? []))
  }
  violations.push(...uniqueKeys(orders), ...(await creditNotes(store, orders)))
  if (!(await stockJobsWait(store))) violations.push(...reservations(orders, levels))
  return violations
}

/** A provider's effect belongs to one operation (reliability I4): no key twice in the whole database. */
function uniqueKeys(orders: readonly OrderRecord[]): Violation[] {
  const seen = new Set<string>()
  return orders.flatMap((order) =>
    order.refunds
      .filter((operation) => seen.size === seen.add(operation.idempotencyKey).size)
      .map((operation) => ({
        code: 'order.invariant_9',
        where: `${order.orderNo} ${operation.id}`,
        message: { zh: '两个订单的退款共用一个凭证号', en: 'Refunds of two orders share a key' },
      })),
  )
}

async function creditNotes(store: Store, orders: readonly OrderRecord[]): Promise<Violation[]> {
  const byNo = new Map(orders.map((order) => [order.orderNo, order]))
  const violations: Violation[] = []
  const numbers = new Map<string, number[]>()
  for await (const { data } of everything<CreditNote>(store, 'creditNotes')) {
    const [series = '', number = '0'] = data.creditNoteNo.split('-')
    numbers.set(series, [...(numbers.get(series) ?? []), Number(number)])
    const order = byNo.get(data.orderNo)
    const mirror = order && creditNoteOf(order, data.refundNo, data)
    if (!mirror || mirror.total !== data.total)
      violations.push({
        code: 'credit_note.mirror',
        where: data.creditNoteNo,
        message: { zh: '红字单与退款不一致', en: 'A credit note is not the mirror of its refund' },
      })
  }
  for (const [series, found] of numbers) {
    const sorted = [...found].sort((a, b) => a - b)
    if (sorted.some((number, index) => number !== index + 1))
      violations.push({
        code: 'credit_note.gap',
        where: series,
        message: { zh: '红字单编号有缺号', en: 'The numbers of credit notes have a gap' },
      })
  }
  return violations
}

function reservations(orders: readonly OrderRecord[], levels: readonly LevelRecord[]): Violation[] {
  const wanted = new Map<string, number>()
  for (const line of orders.flatMap((order) => order.lines)) {
    const id = levelId(line.sku, line.warehouse)
    wanted.set(id, (wanted.get(id) ?? 0) + line.reserved)
  }
  const held = new Map(levels.map((level) => [levelId(level.sku, level.warehouse), level.reserved]))
  return [...new Set([...wanted.keys(), ...held.keys()])]
    .filter((id) => (wanted.get(id) ?? 0) !== (held.get(id) ?? 0))
    .map((id) => ({
      code: 'stock.reservations',
      where: id,
      message: {
        zh: `订单占用 ${wanted.get(id) ?? 0} 件，库存记 ${held.get(id) ?? 0} 件`,
        en: `Orders hold ${wanted.get(id) ?? 0}, the level says ${held.get(id) ?? 0}`,
      },
    }))
}

async function stockJobsWait(store: Store): Promise<boolean> {
  const page = await store.find<JobDocument>('jobs', {
    filter: {
      jobType: {
        $in: ['stock.apply-reserve', 'stock.apply-release', 'stock.apply-issue', 'order.apply-allocation'],
      },
      state: { $in: ['waiting', 'leased'] },
    },
    limit: 1,
  })
  return page.items.length > 0
}

async function* everything<T>(store: Store, collection: string): AsyncGenerator<Stored<T>> {
  let after: string | null = null
  do {
    const query: Query = { limit: 1000, ...(after === null ? {} : { after }) }
    const page: Page<T> = await store.find<T>(collection, query)
    yield* page.items
    after = page.next
  } while (after !== null)
}
