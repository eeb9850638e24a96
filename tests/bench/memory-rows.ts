import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { referenceRunner } from './engine-rows.ts'
import { most, rowOf, trialsOf } from './measure.ts'
import type { Group } from './measure.ts'
import { openBench, startMany } from './runtime.ts'

const instances = 10_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heap(): number {
  collect()
  collect()
  return process.memoryUsage().heapUsed / 1_000_000
}

/** Heap that waiting instances of the engine take, with nothing else. */
function waitingInEngine(): number {
  const { start } = referenceRunner()
  start()
  const before = heap()
  const waiting = Array.from({ length: instances }, () => start().instance)
  const after = heap()
  if (waiting.length !== instances) throw new Error('an instance is missing')
  return after - before
}

/** Heap that a runtime has more after so many instances have come to wait, at hand or evicted. */
async function waitingInRuntime(hotInstances: number): Promise<number> {
  const bench = await openBench({ hotInstances })
  await startMany(bench, 64, 2000)
  await bench.store.count('instances')
  const before = heap()
  await startMany(bench, 64, instances)
  for (const collection of ['instances', 'history', 'tasks']) await bench.store.count(collection)
  const after = heap()
  await bench.close()
  return after - before
}

/** Megabytes of heap for 10,000 instances that wait at their user task. */
export const memoryRows: Group = {
  rows: ['engine.heapFor10000Waiting', 'runtime.heapFor10000Waiting', 'runtime.heapFor10000Evicted'],
  async measure({ trials }) {
    const inEngine = await trialsOf(trials, async () => waitingInEngine())
    const atHand = await trialsOf(3, () => waitingInRuntime(2 * instances))
    const evicted = await trialsOf(3, () => waitingInRuntime(0))
    return [
      rowOf('engine.heapFor10000Waiting', 'megabytes', inEngine, most(30)),
      rowOf('runtime.heapFor10000Waiting', 'megabytes', atHand, most(30)),
      rowOf('runtime.heapFor10000Evicted', 'megabytes', evicted, most(1)),
    ]
  },
}
