import { describe, expect, it } from 'vitest'
import { equationOf } from '../../../../client/pages/cases/equation.ts'

const amounts = (balance: Parameters<typeof equationOf>[0]) => {
  const { terms, result } = equationOf(balance)
  return { terms: terms.map(({ amount }) => amount), result }
}
const comesOut = ({ terms, result }: ReturnType<typeof amounts>) =>
  terms.slice(1).reduce((left, amount) => left - amount, terms[0] ?? 0) === result

describe('the equation on top of a case', () => {
  it('takes off what this case is going to refund', () => {
    const equation = amounts({ paid: 202_600, refunded: 0, thisCase: 56_840, held: 0, refundable: 202_600 })

    expect(equation).toEqual({ terms: [202_600, 0, 56_840, 0], result: 145_760 })
    expect(comesOut(equation)).toBe(true)
  })

  it('counts money once that this case has claimed already', () => {
    const equation = amounts({ paid: 202_600, refunded: 0, thisCase: 56_840, held: 56_840, refundable: 145_760 })

    expect(equation).toEqual({ terms: [202_600, 0, 56_840, 0], result: 145_760 })
  })

  it('shows what other cases hold beside it', () => {
    const equation = amounts({ paid: 202_600, refunded: 10_000, thisCase: 56_840, held: 60_000, refundable: 132_600 })

    expect(equation).toEqual({ terms: [202_600, 10_000, 56_840, 3_160], result: 132_600 })
    expect(comesOut(equation)).toBe(true)
  })

  it('has nothing of its own to take off once the case is settled', () => {
    const equation = amounts({ paid: 9_900, refunded: 5_450, thisCase: 0, held: 0, refundable: 4_450 })

    expect(equation).toEqual({ terms: [9_900, 5_450, 0, 0], result: 4_450 })
  })
})
