import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MovementKind, MovementRecord } from '../../../server/stock/stock.rules.ts'
import { applyMovements, availableOf, checkStock, emptyLevel, reserveLines } from '../../../server/stock/stock.rules.ts'
import { must, now } from '../../support/an-order.ts'

const movement = (kind: MovementKind, quantity: number, id = `${kind}-${quantity}`): MovementRecord => ({
  id,
  sku: 'A',
  warehouse: 'WH1',
  kind,
  quantity,
  document: 'SO-1',
  orderLineId: 'L1',
  at: now,
})
const level = (...movements: MovementRecord[]) => must(applyMovements(emptyLevel('A', 'WH1'), movements))

describe('a stock level', () => {
  it('checks a batch as a whole, not line by line against the same stock', () => {
    // lesson 27; reliability 2a.10
    const stocked = level(movement('receipt', 3))

    expect(applyMovements(stocked, [movement('reserve', 2, 'a'), movement('reserve', 2, 'b')])).toMatchObject({
      ok: false,
      refusal: { code: 'stock.not_enough' },
    })
  })

  it('reserves line by line while it lasts and says what is short', () => {
    const { level: after, movements } = reserveLines(level(movement('receipt', 3)), [
      movement('reserve', 2, 'a'),
      movement('reserve', 2, 'b'),
      movement('reserve', 1, 'c'),
    ])

    expect(movements.map(({ kind, quantity }) => [kind, quantity])).toEqual([
      ['reserve', 2],
      ['shortage', 0],
      ['reserve', 1],
    ])
    expect(availableOf(after)).toBe(0)
  })

  it.each<[MovementKind, number]>([
    ['release', 1],
    ['issue', 1],
    ['adjust', -4],
  ])('never falls below zero by %s %i', (kind, quantity) => {
    // order-domain invariant 6, lesson 28
    expect(applyMovements(level(movement('receipt', 3)), [movement(kind, quantity)]).ok).toBe(false)
  })

  it('is the sum of its movements after any sequence of them', () => {
    const some = fc.record({
      kind: fc.constantFrom<MovementKind>('receipt', 'reserve', 'release', 'issue', 'adjust'),
      quantity: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(some, { maxLength: 40 }), (steps) => {
        let current = emptyLevel('A', 'WH1')
        const done: MovementRecord[] = []
        for (const { kind, quantity } of steps) {
          const next = applyMovements(current, [movement(kind, quantity)])
          if (!next.ok) continue
          current = next.value
          done.push(movement(kind, quantity))
        }

        expect(checkStock(current, done)).toEqual([])
      }),
    )
  })
})
