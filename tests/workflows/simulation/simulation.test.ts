import { describe, expect, it } from 'vitest'
import type { Palette } from './draw.ts'
import { walk } from './walk.ts'

const first = Number(process.env['SIMULATION_SEED'] ?? 1)

/** Seeds that once found something wrong, or a choice that BPMN leaves open, with what it was. */
const found: readonly [seed: number, palette: Palette, what: string][] = [
  [3479, { size: 20, wild: 0 }, 'work makes a condition at its own boundary true before it is over'],
  [4812, { size: 20, wild: 2 }, 'what an event sub-process stands in is undone by a throw inside of it'],
  [10199, { size: 24, wild: 0 }, 'an inclusive join waits for a token that can come through a link'],
]

/** Walks through a process that agrees with the reference at every step; false when it was not published. */
async function agrees(seed: number, palette: Palette, length: number): Promise<boolean> {
  const walked = await walk(seed, palette, length)
  if (walked.kind === 'wrong') expect.fail(`seed ${seed}: ${walked.why}\n${walked.told.join('\n')}\n${walked.xml}`)
  return walked.kind !== 'left out'
}

describe('random processes, walked at random beside the reference interpreter', () => {
  it.each([0, 1, 2, 3])('agree after every command: part %i of four', { timeout: 60_000 }, async (part) => {
    let walked = 0
    for (let index = 0; index < 75; index++) {
      const seed = first + part * 75 + index
      walked += Number(await agrees(seed, { size: 14, wild: seed % 3 === 0 ? 1 : 0 }, 25))
    }
    // Most of what is drawn is legal; else nothing would be compared.
    expect(walked).toBeGreaterThan(40)
  })

  it.each(found)('agree where something was found once, seed %i', async (seed, palette) => {
    expect(await agrees(seed, palette, 40)).toBe(true)
  })
})
