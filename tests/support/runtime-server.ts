import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createSystemClock } from '../../server/clock.ts'
import { openStore } from '../../server/database/store.ts'
import { createIds } from '../../server/ids.ts'
import type { Result } from '../../workflows/model/problem.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import type { IncidentDocument } from '../../workflows/runtime/documents.ts'
import type { Runtime, TaskDocument } from '../../workflows/runtime/face.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import { createRuntime } from '../../workflows/runtime/runtime.ts'
import { answerOf, jobTypes, returnOfGoods } from './crash-story.ts'
import type { Asked, Told } from './killed-runtime.ts'
import { everybody } from './test-runtime.ts'

/**
 * A server that is nothing but the real runtime on its real store: loads, waits for `go`, opens the data folder, and
 * answers what it is asked, one JSON line each. Whatever a worker does to the world goes to a file before its job is done.
 */

const [dataDir = ''] = process.argv.slice(2)

const tell = (told: Told) => process.stdout.write(`${JSON.stringify(told)}\n`)

const inOneAnswer = 200

async function idsOf<T>(store: Store, collection: string, idOf: (data: T) => string): Promise<string[]> {
  const { items } = await store.find<T>(collection, { filter: { state: 'open' }, limit: inOneAnswer })
  return items.map(({ data }) => idOf(data))
}

type Answers = {
  [K in Asked['kind']]: (asked: Extract<Asked, { kind: K }>) => Promise<Result<unknown> | string[] | number>
}

const answersOf = (runtime: Runtime, store: Store): Answers => ({
  publish: () => runtime.publish(returnOfGoods({ pause: 'PT0.4S', every: 'PT0.15S' }), 'admin'),
  start: ({ id, damaged, lines }) =>
    runtime.start({
      processId: 'goods',
      processInstanceId: id,
      variables: { orderNo: id, lines, damaged },
      businessKey: id,
      initiator: 'customer',
    }),
  complete: ({ id }) => runtime.completeTask(id, 'li', { looked: true }, `look-${id}`),
  message: ({ id, orderNo }) =>
    runtime.publishMessage({ messageId: id, name: 'parcel', correlationKey: orderNo, variables: { parcel: id } }),
  signal: ({ id }) => runtime.broadcastSignal({ signalId: id, name: 'closing', variables: {} }),
  cancel: ({ id }) => runtime.cancel(id, 'admin', 'withdrawn'),
  resolve: ({ id }) => runtime.resolveIncident(id, 'admin'),
  tasks: () => idsOf<TaskDocument>(store, 'tasks', ({ taskId }) => taskId),
  incidents: () => idsOf<IncidentDocument>(store, 'incidents', ({ incidentId }) => incidentId),
  active: async () =>
    (await store.count('instances', { state: 'active' })) +
    (await store.count('errands')) +
    (await store.count('signals')),
})

async function serve(): Promise<(line: string) => Promise<void>> {
  const store = await openStore({ dataDir }, runtimeCollections)
  const silent = () => {}
  const runtime = createRuntime({
    store,
    clock: createSystemClock(Date.now),
    ids: createIds(Date.now),
    scheduler: {
      after(milliseconds, run) {
        const timer = setTimeout(run, milliseconds)
        return { cancel: () => clearTimeout(timer) }
      },
    },
    log: { info: silent, warn: silent, error: (event, fields) => console.error(event, fields) },
    people: everybody,
    calendars: { add: () => null },
    timeZone: 'Asia/Shanghai',
    alone: true,
  })
  for (const jobType of jobTypes)
    runtime.registerWorker(jobType, async ({ id, idempotencyKey, processInstanceId, elementId, variables }) => {
      appendFileSync(join(dataDir, 'effects'), `${id} ${idempotencyKey} ${processInstanceId} ${elementId}\n`)
      return { kind: 'complete', variables: answerOf(jobType, variables) }
    })
  runtime.run()
  const answers = answersOf(runtime, store)
  return async (line) => {
    const { n, asked } = JSON.parse(line) as { n: number; asked: Asked }
    const answer = answers[asked.kind] as (asked: Asked) => ReturnType<Answers['start']>
    const given = await answer(asked)
    if (typeof given === 'number' || Array.isArray(given)) tell({ n, ok: true, value: given })
    else tell(given.ok ? { n, ok: true } : { n, ok: false, code: given.refusal.code })
  }
}

let serving: Awaited<ReturnType<typeof serve>> | null = null
tell({ state: 'loaded' })
for await (const line of createInterface({ input: process.stdin })) {
  if (serving) void serving(line)
  else {
    serving = await serve()
    tell({ state: 'ready' })
  }
}
process.exit(0)
