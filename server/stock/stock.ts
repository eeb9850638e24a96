import type { JsonObject } from '../../workflows/model/json.ts'
import type { Result } from '../../workflows/model/problem.ts'
import { ok } from '../../workflows/model/problem.ts'
import type { Clock, FollowUp, Store } from '../../workflows/runtime/ports.ts'
import { changeAggregate } from '../change-aggregate.ts'
import { domainJob } from '../domain-job.ts'
import type { LevelRecord, MovementKind, MovementRecord } from './stock.rules.ts'
import { applyMovements, emptyLevel, levelId, reserveLines } from './stock.rules.ts'
import { createStockStore } from './stock-store.ts'

/** A change of a level that a document asks for; summed by SKU and location (lesson 27). */
export interface StockRequest {
  sku: string
  warehouse: string
  name: string
  /** Order number, receipt number. */
  document: string
  /** The command that asks; with document and line it makes the movement unique. */
  effect: string
  lines: { orderLineId: string; quantity: number }[]
}

export type Stock = ReturnType<typeof createStock>

/** The commands of stock levels. Each changes one level and appends its movements in the same commit. */
export function createStock({ store, clock }: { store: Store; clock: Clock }) {
  const rows = createStockStore(store)

  const movementsOf = (kind: MovementKind, request: StockRequest): MovementRecord[] =>
    request.lines.map((line) => ({
      id: `${kind}:${request.document}:${line.orderLineId}:${request.effect}`,
      sku: request.sku,
      warehouse: request.warehouse,
      kind,
      quantity: line.quantity,
      document: request.document,
      orderLineId: line.orderLineId === '' ? null : line.orderLineId,
      at: clock.now(),
    }))

  const insertOf = (movement: MovementRecord): FollowUp => ({
    kind: 'insert',
    collection: 'stockMovements',
    id: movement.id,
    data: movement,
  })

  function move(kind: MovementKind, request: StockRequest): Promise<Result<null>> {
    const id = levelId(request.sku, request.warehouse)
    return changeAggregate<LevelRecord, null>(store, 'stockLevels', id, async (current) => {
      const movements = movementsOf(kind, request)
      // The level is loaded with its follow-ups done and changes with every movement, so this look is not outdated at the commit.
      if (await rows.isMoved(movements[0]?.id ?? '')) return ok({ unchanged: true, answer: null })
      const level = applyMovements(current?.data ?? emptyLevel(request.sku, request.warehouse, request.name), movements)
      if (!level.ok) return level
      return ok({ data: level.value, followUps: movements.map(insertOf), answer: null })
    })
  }

  return {
    rows,
    release: (request: StockRequest) => move('release', request),
    issue: (request: StockRequest) => move('issue', request),

    /** Goods in, or a counted difference. */
    receive: (request: Omit<StockRequest, 'lines'> & { quantity: number }) =>
      move(request.quantity < 0 ? 'adjust' : 'receipt', {
        ...request,
        lines: [{ orderLineId: '', quantity: request.quantity }],
      }),

    /** Reserves what is there and tells the order how much it was. */
    reserve(request: StockRequest): Promise<Result<null>> {
      const id = levelId(request.sku, request.warehouse)
      return changeAggregate<LevelRecord, null>(store, 'stockLevels', id, async (current) => {
        const wanted = movementsOf('reserve', request)
        if (await rows.isMoved(wanted[0]?.id ?? '')) return ok({ unchanged: true, answer: null })
        const before = current?.data ?? emptyLevel(request.sku, request.warehouse, request.name)
        const { level, movements } = reserveLines(before, wanted)
        const reserved = movements.filter((movement) => movement.quantity > 0)
        const tell = domainJob(
          `allocation:${request.document}:${id}:${request.effect}`,
          'order.apply-allocation',
          {
            orderNo: request.document,
            effect: `allocation:${id}:${request.effect}`,
            lines: reserved.map((movement) => ({
              orderLineId: movement.orderLineId ?? '',
              quantity: movement.quantity,
            })),
          },
          clock.now(),
        )
        return ok({
          data: level,
          followUps: [...movements.map(insertOf), ...(reserved.length > 0 ? [tell] : [])],
          answer: null,
        })
      })
    },

    /** What is to be known of a SKU at a location besides its quantities. */
    describe(sku: string, warehouse: string, facts: { name: string; safetyStock: number; incoming: number }) {
      return changeAggregate<LevelRecord, null>(store, 'stockLevels', levelId(sku, warehouse), (current) =>
        ok({ data: { ...(current?.data ?? emptyLevel(sku, warehouse)), ...facts }, followUps: [], answer: null }),
      )
    },
  }
}

/** The jobs that ask stock levels for a change, one per level. `prefix` makes their ids unique to the command. */
export function stockJobs(
  jobType: 'stock.apply-reserve' | 'stock.apply-release' | 'stock.apply-issue',
  document: string,
  effect: string,
  lines: readonly { sku: string; warehouse: string; name?: string; orderLineId: string; quantity: number }[],
  dueAt: string,
): FollowUp[] {
  const levels = new Map<string, StockRequest>()
  for (const line of lines) {
    const id = levelId(line.sku, line.warehouse)
    const request = levels.get(id) ?? {
      sku: line.sku,
      warehouse: line.warehouse,
      name: line.name ?? line.sku,
      document,
      effect,
      lines: [],
    }
    request.lines.push({ orderLineId: line.orderLineId, quantity: line.quantity })
    levels.set(id, request)
  }
  return [...levels].map(([id, request]) =>
    domainJob(`${jobType}:${document}:${id}:${effect}`, jobType, request as unknown as JsonObject, dueAt),
  )
}
