import { least, median, rowOf, trialsOf } from './measure.ts'
import type { Group, Row } from './measure.ts'
import { openBench, runMany, startMany } from './runtime.ts'
import type { Bench } from './runtime.ts'

/** Speed with many instances in the store, to the speed of an empty one; both in turn, so that the machine's moods hit both. */
async function growth(name: string, instances: number, trials: number, fill: (bench: Bench) => Promise<unknown>) {
  const [empty, filled] = [await openBench(), await openBench()]
  await fill(filled)
  const warm = Math.max(500, instances / 2)
  await runMany(empty, 64, warm)
  await runMany(filled, 64, warm)
  const pairs = await trialsOf(trials, async () => ({
    before: await runMany(empty, 64, instances),
    after: await runMany(filled, 64, instances),
  }))
  await empty.close()
  await filled.close()
  const ratio = median(pairs.map(({ after }) => after)) / median(pairs.map(({ before }) => before))
  const row: Row = rowOf(
    name,
    'times',
    pairs.map(({ before, after }) => after / before),
    least(0.9),
  )
  return { ...row, value: Number(ratio.toPrecision(4)) }
}

/** Cost must not grow with what has ended, and hardly with what waits. */
export const growthRows: Group = {
  rows: ['growth.finished', 'growth.running'],
  async measure({ quick, trials }) {
    const [finished, running, instances] = quick ? [10_000, 10_000, 2000] : [200_000, 100_000, 6000]
    return [
      await growth('growth.finished', instances, trials, (bench) => runMany(bench, 256, finished)),
      await growth('growth.running', instances, trials, (bench) => startMany(bench, 256, running)),
    ]
  },
}
