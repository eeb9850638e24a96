import { describe, expect, it } from 'vitest'
import { moneyRowsOf } from '../../../../client/pages/orders/money-rows.ts'
import { anOrderPage, aPayment, aRefund } from '../../../support/an-order-page.ts'

describe('payments and refunds with the running net', () => {
  it.each(['claimed', 'submitted', 'unknown', 'succeeded', 'failed'])(
    'end with what can still be refunded when a refund is %s',
    (state) => {
      const { order } = anOrderPage({ refunds: [aRefund({ state }), aRefund({ id: 'RF2/1', amount: 100 })] })

      expect(moneyRowsOf(order).at(-1)?.net).toBe(order.balance.refundable)
    },
  )

  it('go by time, not by kind', () => {
    const { order } = anOrderPage({
      payments: [
        aPayment({ captured: 20000 }),
        aPayment({ id: 'P2', paymentNo: 'PAY2', captured: 39800, paidAt: '2026-11-20T00:00:00Z' }),
      ],
      refunds: [aRefund({ amount: 5000 })],
    })

    expect(moneyRowsOf(order).map(({ number, amount, net }) => [number, amount, net])).toEqual([
      ['PAY261112-1183', 20000, 20000],
      ['RF261119-0874', -5000, 15000],
      ['PAY2', 39800, 54800],
    ])
  })

  it('show money that is only held at the provider without counting it, at the end', () => {
    const { order } = anOrderPage({
      payments: [aPayment({ id: 'P0', state: 'authorized', captured: 0, paidAt: null }), aPayment()],
    })

    const [taken, held] = moneyRowsOf(order)

    expect(taken).toMatchObject({ amount: 59800, counts: true, net: 59800 })
    expect(held).toMatchObject({ amount: 59800, counts: false, settled: false, net: 59800 })
  })

  it('keep a failed refund in sight without taking it off', () => {
    const { order } = anOrderPage({ refunds: [aRefund({ state: 'failed', failure: 'balance' })] })

    expect(moneyRowsOf(order).at(-1)).toMatchObject({ amount: -29900, counts: false, settled: true, net: 59800 })
  })

  it('say that a refund on its way holds its amount but is not settled', () => {
    const { order } = anOrderPage({ refunds: [aRefund({ state: 'unknown', settledAt: null })] })

    expect(moneyRowsOf(order).at(-1)).toMatchObject({ counts: true, settled: false, net: 29900 })
  })

  it('are none for an order that nobody has paid', () => {
    expect(moneyRowsOf(anOrderPage({ payments: [] }).order)).toEqual([])
  })
})
