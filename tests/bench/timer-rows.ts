import { createSystemClock } from '../../server/clock.ts'
import { bpmnXml, timerCatch } from '../support/bpmn-xml.ts'
import { rowOf } from './measure.ts'
import type { Group } from './measure.ts'
import { openBench, startMany } from './runtime.ts'

const waitsAnHour = bpmnXml(
  'reference',
  ['<startEvent id="start"/>', timerCatch('wait', 'PT1H'), '<endEvent id="end"/>'],
  ['start -> wait', 'wait -> end'],
)

/** A server that was down comes back to a backlog of timers that are all due: timers fired per second, ten stretches. */
export const timerRows: Group = {
  rows: ['timers.due'],
  async measure({ quick }) {
    const backlog = quick ? 10_000 : 100_000
    let ahead = 0
    const clock = createSystemClock(() => Date.now() + ahead)
    const bench = await openBench({ clock, content: waitsAnHour })
    await startMany(bench, 256, backlog)
    ahead = 2 * 3600_000
    const moments: number[] = [performance.now()]
    let fired = 0
    await new Promise<void>((resolve) => {
      bench.runtime.listen(({ instance }) => {
        if (instance.state !== 'completed') return
        fired += 1
        if (fired % (backlog / 10) === 0) moments.push(performance.now())
        if (fired === backlog) resolve()
      })
      bench.runtime.run()
    })
    await bench.close()
    const stretches = moments.slice(1).map((moment, index) => backlog / 10 / ((moment - (moments[index] ?? 0)) / 1000))
    return [rowOf('timers.due', 'per second', stretches)]
  },
}
