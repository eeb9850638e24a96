import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocate, checkMoney, inWords, percentOf, scale, shareOf } from '../../../server/billing/money.rules.ts'

describe('money', () => {
  it('rounds half away from zero, the same on both sides of zero', () => {
    // lesson 30: a credit note must be the invoice with the other sign, to the cent
    expect([scale(5, 1, 2), scale(-5, 1, 2), scale(25, 1, 10), scale(-25, 1, 10)]).toEqual([3, -3, 3, -3])
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 1000 }), (a, b, c) => {
        expect(scale(-a, b, c) + scale(a, b, c)).toBe(0)
      }),
    )
  })

  it('gives the shares of any sequence of takings exactly the total, none of them negative', () => {
    // order-domain invariant 7, lesson 13: the last unit takes the remainder, integers only
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10_000_000 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 12 }),
        (total, takings) => {
          const all = takings.reduce((sum, taken) => sum + taken, 0)
          let taken = 0
          const shares = takings.map((quantity) => {
            const share = shareOf(total, all, taken, quantity)
            taken += quantity
            return share
          })

          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(total)
          expect(shares.every((share) => share >= 0 && Number.isSafeInteger(share))).toBe(true)
        },
      ),
    )
  })

  it('lets the last unit take the rounding remainder', () => {
    expect([shareOf(100, 3, 0, 1), shareOf(100, 3, 1, 1), shareOf(100, 3, 2, 1)]).toEqual([33, 33, 34])
    expect([shareOf(200, 3, 0, 1), shareOf(200, 3, 1, 1), shareOf(200, 3, 2, 1)]).toEqual([67, 67, 66])
  })

  it('divides an amount without losing a unit and gives no part more than it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 8 }), fc.nat(), (weights, seed) => {
        const room = weights.reduce((sum, weight) => sum + weight, 0)
        const amount = room === 0 ? 0 : seed % (room + 1)
        const parts = allocate(amount, weights)

        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(amount)
        expect(parts.every((part, index) => part >= 0 && part <= (weights[index] ?? 0))).toBe(true)
      }),
    )
  })

  it('takes a rate as an exact decimal', () => {
    expect([percentOf(10000, 0.5), percentOf(999, 0.5), percentOf(333, 0.1), percentOf(100, 0)]).toEqual([
      5000, 500, 33, 0,
    ])
  })

  it.each(['12', 12.345, -1, 0, 1e21, 2 ** 53, null, [], {}, Number.NaN])('refuses %j as an amount', (amount) => {
    // reliability J14
    expect(checkMoney(amount, 'CNY')).toMatchObject({ ok: false, refusal: { code: 'money.amount' } })
  })

  it.each(['eur', 'XXX', '', '__proto__', null, 7])('refuses %j as a currency', (currency) => {
    // reliability J15
    expect(checkMoney(100, currency)).toMatchObject({ ok: false, refusal: { code: 'money.currency' } })
  })

  it('writes amounts with the digits of their currency', () => {
    expect([inWords(12000, 'CNY'), inWords(-5, 'CNY'), inWords(500, 'JPY'), inWords(1500, 'KWD')]).toEqual([
      '120.00 CNY',
      '-0.05 CNY',
      '500 JPY',
      '1.500 KWD',
    ])
  })
})
