import { describe, expect, it } from 'vitest'
import type { Palette } from './draw.ts'
import { walk } from './walk.ts'

const first = Number(process.env['SIMULATION_SEED'] ?? 1)

/** Seeds that once found something wrong, or a choice that BPMN leaves open, with what it was. */
const found: readonly [seed: number, palette: Palette, what: string][] = [
  [66, { size: 14, wild: 1 }, 'a second signal beside an interrupting event sub-process is not heard'],
  [100, { size: 14, wild: 0 }, 'a condition that is true on entry interrupts a sub-process before it begins'],
  [296, { size: 14, wild: 0 }, 'a condition at an empty multi-instance activity fires on entry'],
]

async function agrees(seed: number, palette: Palette): Promise<void> {
  const walked = await walk(seed, palette, 25)
  if (walked.kind === 'wrong') expect.fail(`seed ${seed}: ${walked.why}\n${walked.told.join('\n')}\n${walked.xml}`)
}

describe('random processes, walked at random beside the reference interpreter', () => {
  it.each([0, 1, 2, 3])('agree after every command: part %i of four', { timeout: 60_000 }, async (part) => {
    for (let index = 0; index < 75; index++) {
      const seed = first + part * 75 + index
      await agrees(seed, { size: 14, wild: seed % 3 === 0 ? 1 : 0 })
    }
  })

  it.each(found)('agree where something was found once, seed %i', async (seed, palette) => {
    await agrees(seed, palette)
  })
})
