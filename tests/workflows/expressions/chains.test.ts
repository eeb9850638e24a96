import { describe, expect, it } from 'vitest'
import { feel } from '../../support/feel.ts'

describe('a test after "in"', () => {
  it.each<[string, boolean]>([
    ['amount in [1..5] and tier = "gold"', true],
    ['amount in [1..5] and tier = "plain"', false],
    ['amount in [4..5] or tier = "gold"', true],
    ['tier = "plain" and amount in [1..5] or isNew', true],
    ['isNew and amount in [4..5] or tier = "gold"', true],
    ['isNew and (amount in [4..5] or tier = "plain")', false],
    ['amount in [1..5] and amount in [2..9] and isNew', true],
    ['amount in (3) and isNew', true],
    ['amount in [3, 4] and not(isNew)', false],
    ['if amount in [1..5] and isNew then true else false', true],
    ['some each in [1, 9] satisfies each in [8..9] and isNew', true],
  ])('ends where "and" and "or" begin: %s', (expression, value) => {
    expect(feel(expression, { amount: 3, tier: 'gold', isNew: true })).toBe(value)
  })
})
