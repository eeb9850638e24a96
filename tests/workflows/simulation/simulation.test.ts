import { describe, expect, it } from 'vitest'
import type { Palette } from './draw.ts'
import { createTally } from './kinds.ts'
import { walk } from './walk.ts'

const first = Number(process.env['SIMULATION_SEED'] ?? 1)

const plain = (seed: number): Palette => ({ size: 20, wild: seed % 3 === 0 ? 2 : 0 })
const dense: Palette = { size: 16, wild: 0, rare: true }

/** Seeds whose processes go through what the others do not. */
const rare: readonly (readonly [seed: number, palette: Palette])[] = [
  [4, dense],
  [8, dense],
  [16, dense],
  [35, dense],
  [46, dense],
  [56, dense],
  [1042, plain(1042)],
  [1151, plain(1151)],
]

const tally = createTally()

/** Walks through a process that agrees with the reference at every step; false when it was not published. */
async function agrees(seed: number, palette: Palette): Promise<boolean> {
  const walked = await walk(seed, palette, 40)
  if (walked.kind === 'wrong') expect.fail(`seed ${seed}: ${walked.why}\n${walked.told.join('\n')}\n${walked.xml}`)
  tally.add(walked.kinds)
  return walked.kind !== 'left out'
}

describe('random processes, walked at random beside the reference interpreter', () => {
  it.each([0, 1, 2, 3])('agree after every command: part %i of four', { timeout: 240_000 }, async (part) => {
    let walked = 0
    for (let index = 0; index < 40; index++) {
      const seed = first + part * 40 + index
      walked += Number(await agrees(seed, plain(seed)))
    }
    // Most of what is drawn is legal; else nothing would be compared.
    expect(walked).toBeGreaterThan(30)
  })

  it('agree where something rare is drawn', { timeout: 240_000 }, async () => {
    for (const [seed, palette] of rare) expect(await agrees(seed, palette)).toBe(true)
  })

  it.runIf(first === 1)('go through every row and position of the coverage', () => {
    expect(tally.missing()).toEqual([])
  })
})
