import { describe, expect, it } from 'vitest'
import { cells, happenings, nameOf, runCell } from '../../../matrix/cells.ts'

/** Here every thirteenth cell, which meets every value of every kind; `npm run matrix` runs them all. */
const share = cells.filter((_, index) => index % 13 === 0)

describe('the matrix of what can happen to an approval step', () => {
  it.each(happenings)(
    '%s runs, ends, leaves no orphan and replays wherever it happens',
    (happening) => {
      const wrong = share
        .filter((cell) => cell.happening === happening)
        .flatMap((cell) => runCell(cell).map((sentence) => `${nameOf(cell)}: ${sentence}`))

      expect(wrong).toEqual([])
    },
    60_000,
  )
})
