import { describe, expect, it } from 'vitest'
import { fuzz } from '../../support/feel-fuzz.ts'

describe('mutated expressions (reliability 6.11, targets 3 and 4)', () => {
  it.each([1, 2026])(
    'end as documented and twice the same, from seed %i',
    (seed) => {
      const outcome = fuzz(1500, seed)

      expect(outcome.defects).toEqual([])
      expect(outcome.values).toBeGreaterThan(100)
    },
    60_000,
  )
})
