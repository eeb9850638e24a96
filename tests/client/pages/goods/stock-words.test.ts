import { describe, expect, it } from 'vitest'
import { effectOf, formatSigned, isShort, orderOf } from '../../../../client/pages/goods/stock-words.ts'
import { applyMovements, emptyLevel, type MovementKind } from '../../../../server/stock/stock.rules.ts'

const kinds: MovementKind[] = ['receipt', 'adjust', 'reserve', 'release', 'issue', 'shortage']

describe('a movement in the list', () => {
  it.each(kinds)('shows for %s what the stock rules do to the level', (kind) => {
    const level = { ...emptyLevel('PL-LTX-M', 'WH1'), onHand: 10, reserved: 5 }
    const movement = {
      id: 'm',
      sku: 'PL-LTX-M',
      warehouse: 'WH1',
      kind,
      quantity: 2,
      document: 'x',
      orderLineId: null,
      at: '',
    }

    const after = applyMovements(level, [movement])

    const shown = effectOf(movement)
    expect(after).toMatchObject({ value: { onHand: 10 + shown.onHand, reserved: 5 + shown.reserved } })
  })

  it('is signed, and zero has no sign', () => {
    expect([3, -2, 0].map(formatSigned)).toEqual(['+3', '−2', '0'])
  })

  it('leads to an order only when an order caused it', () => {
    expect(orderOf({ document: 'SO261126-0005' })).toBe('SO261126-0005')
    expect(orderOf({ document: 'opening' })).toBeNull()
  })
})

describe('a stock level', () => {
  it('is short when less can be sold than should always lie there', () => {
    expect(isShort({ available: 9, safetyStock: 10 })).toBe(true)
    expect(isShort({ available: 10, safetyStock: 10 })).toBe(false)
    expect(isShort({ available: 0, safetyStock: 0 })).toBe(false)
  })
})
