import { describe, expect, it } from 'vitest'
import { createTally } from './kinds.ts'
import { walk } from './walk.ts'

const first = Number(process.env['SIMULATION_SEED'] ?? 1)

const tally = createTally()

/** Walks through a process that agrees with the reference at every step; false when it was not published. */
async function agrees(seed: number): Promise<boolean> {
  const walked = await walk(seed, { size: 20, wild: seed % 3 === 0 ? 2 : 0 }, 40)
  if (walked.kind === 'wrong') expect.fail(`seed ${seed}: ${walked.why}\n${walked.told.join('\n')}\n${walked.xml}`)
  tally.add(walked.kinds)
  return walked.kind !== 'left out'
}

describe('random processes, walked at random beside the reference interpreter', () => {
  it.each([0, 1, 2, 3])('agree after every command: part %i of four', { timeout: 180_000 }, async (part) => {
    let walked = 0
    for (let index = 0; index < 40; index++) walked += Number(await agrees(first + part * 40 + index))
    // Most of what is drawn is legal; else nothing would be compared.
    expect(walked).toBeGreaterThan(30)
  })
})
