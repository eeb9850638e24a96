import { least, most, rowOf, trialsOf } from './measure.ts'
import type { Group } from './measure.ts'
import { openBench, runMany } from './runtime.ts'

/** The runtime on a real disk with synchronous=FULL, by the clock on the wall: instances from start to end per second. */
export const runtimeRows: Group = {
  rows: ['runtime.durable64', 'runtime.durable1', 'runtime.evicted', 'disk.perInstance'],
  async measure({ quick, trials }) {
    const [many, single] = quick ? [3000, 300] : [12_000, 1500]
    const bench = await openBench()
    await runMany(bench, 64, many)
    const durable1 = await trialsOf(trials, () => runMany(bench, 1, single))
    const durable64 = await trialsOf(trials, () => runMany(bench, 64, many))
    const { bytes } = await bench.close()
    const perInstance = bytes / (many + trials * (single + many))

    // Nothing is kept at hand: each command reads its instance from the store.
    const evicting = await openBench({ hotInstances: 0 })
    await runMany(evicting, 64, many)
    const evicted = await trialsOf(trials, () => runMany(evicting, 64, many))
    await evicting.close()
    return [
      rowOf('runtime.durable64', 'per second', durable64, least(12_000)),
      rowOf('runtime.durable1', 'per second', durable1, least(1500)),
      rowOf('runtime.evicted', 'per second', evicted),
      rowOf('disk.perInstance', 'bytes', [perInstance], most(4096)),
    ]
  },
}
