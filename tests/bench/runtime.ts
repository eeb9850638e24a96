import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSystemClock } from '../../server/clock.ts'
import { openStore } from '../../server/database/store.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import type { Clock, Store } from '../../workflows/runtime/ports.ts'
import { createRuntime } from '../../workflows/runtime/runtime.ts'
import { bpmnXml, scriptTask, serviceTask, userTask } from '../support/bpmn-xml.ts'
import { everybody } from '../support/test-runtime.ts'

/** The reference process of the performance goals. */
export const reference = bpmnXml(
  'reference',
  [
    '<startEvent id="start"/>',
    scriptTask('compute', 'amount * 2', 'total'),
    '<exclusiveGateway id="large"/>',
    userTask('approve', 'li'),
    serviceTask('refund', 'refund'),
    '<endEvent id="end"/>',
  ],
  [
    'start -> compute',
    'compute -> large',
    'large -> approve : total > 100',
    'large => refund',
    'approve -> refund',
    'refund -> end',
  ],
)

let lastId = 0

/** Ids as the server makes them: in the order of time. */
export const timeOrderedId = (): string => `${Date.now().toString(36)}${(lastId += 1).toString(36).padStart(7, '0')}`

/** The runtime of a server, on a store. */
export function benchRuntime(store: Store, options: { clock?: Clock; hotInstances?: number } = {}): Runtime {
  return createRuntime({
    store,
    clock: createSystemClock(Date.now),
    ids: { next: timeOrderedId },
    scheduler: {
      after: (milliseconds, run) => {
        const handle = setTimeout(run, milliseconds)
        return { cancel: () => clearTimeout(handle) }
      },
    },
    log: { info: () => {}, warn: () => {}, error: console.error },
    people: everybody,
    calendars: { add: () => null },
    timeZone: 'Asia/Shanghai',
    alone: true,
    ...options,
  })
}

export interface Bench {
  runtime: Runtime
  store: Store
  /** Closes it, and says how large the database has become. */
  close(): Promise<{ bytes: number }>
}

/** A runtime with the reference process on a disk of its own. */
export async function openBench(options: { clock?: Clock; hotInstances?: number; content?: string } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'retour-bench-'))
  const store = await openStore({ dataDir }, runtimeCollections, { inThread: true })
  const { content = reference, ...others } = options
  const runtime = benchRuntime(store, others)
  const published = await runtime.publish([{ kind: 'process', content }], 'bench')
  if (!published.ok) throw new Error(published.refusal.message.en)
  runtime.registerWorker('refund', async () => ({ kind: 'complete', variables: { refunded: true } }))
  const bench: Bench = {
    runtime,
    store,
    async close() {
      await runtime.stop()
      await store.close()
      const bytes = statSync(join(dataDir, 'retour.db')).size
      rmSync(dataDir, { recursive: true })
      return { bytes }
    },
  }
  return bench
}

async function start(runtime: Runtime): Promise<string> {
  const id = timeOrderedId()
  const request = { processId: 'reference', processInstanceId: id, businessKey: id, initiator: 'li' }
  const answer = await runtime.start({ ...request, variables: { amount: 300, orderNo: id } })
  if (!answer.ok) throw new Error(answer.refusal.code)
  return id
}

/** Does the work a number of times, so many clients at once; times per second by the clock on the wall. */
export async function perSecondOf(clients: number, times: number, work: () => Promise<void>): Promise<number> {
  let left = times
  const client = async () => {
    while (left > 0) {
      left -= 1
      await work()
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  return times / ((performance.now() - began) / 1000)
}

/** Starts instances and leaves them at their user task. */
export const startMany = ({ runtime }: Bench, clients: number, instances: number): Promise<number> =>
  perSecondOf(clients, instances, async () => void (await start(runtime)))

/** Runs instances from start to end, a number of clients at once; each waits for its answers. Instances per second. */
export async function runMany({ runtime }: Bench, clients: number, instances: number): Promise<number> {
  const ended = new Map<string, () => void>()
  const tasks = new Map<string, string>()
  const stopListening = runtime.listen(({ instance, requests }) => {
    for (const request of requests) if (request.type === 'openTask') tasks.set(instance.id, request.taskId)
    if (instance.state === 'completed') ended.get(instance.id)?.()
  })
  runtime.run()
  const rate = await perSecondOf(clients, instances, async () => {
    const id = await start(runtime)
    const over = new Promise<void>((resolve) => ended.set(id, resolve))
    const done = await runtime.completeTask(tasks.get(id) ?? '', 'li', { approved: true })
    if (!done.ok) throw new Error(done.refusal.code)
    await over
    ended.delete(id)
    tasks.delete(id)
  })
  stopListening()
  return rate
}
