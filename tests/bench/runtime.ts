import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '../../server/database/store.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import type { Runtime } from '../../workflows/runtime/face.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import { createRuntime } from '../../workflows/runtime/runtime.ts'
import { bpmnXml, scriptTask, serviceTask, userTask } from '../support/bpmn-xml.ts'
import { everybody } from '../support/test-runtime.ts'

/** The reference process of the performance goals. */
const reference = bpmnXml(
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

interface Bench {
  runtime: Runtime
  dataDir: string
  close(): Promise<void>
}

/** The runtime of a server, on a store, by the real clock. */
export function benchRuntime(store: Store): Runtime {
  let count = 0
  return createRuntime({
    store,
    clock: { now: () => new Date().toISOString() },
    ids: { next: () => `${Date.now().toString(36)}${(count += 1).toString(36).padStart(6, '0')}` },
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
  })
}

async function openBench(): Promise<Bench> {
  const dataDir = mkdtempSync(join(tmpdir(), 'retour-bench-'))
  const store = await openStore({ dataDir }, runtimeCollections)
  const runtime = benchRuntime(store)
  await runtime.publish([{ kind: 'process', content: reference }], 'bench')
  return {
    runtime,
    dataDir,
    async close() {
      await runtime.stop()
      await store.close()
    },
  }
}

/** Runs instances from start to end, a number of clients at once; each waits for its answers. Instances per second. */
async function run({ runtime }: Bench, clients: number, instances: number): Promise<number> {
  const ended = new Map<string, () => void>()
  const tasks = new Map<string, string>()
  runtime.registerWorker('refund', async () => ({ kind: 'complete', variables: { refunded: true } }))
  const stopListening = runtime.listen(({ instance, requests }) => {
    for (const request of requests) if (request.type === 'openTask') tasks.set(instance.id, request.taskId)
    if (instance.state === 'completed') ended.get(instance.id)?.()
  })
  runtime.run()
  let left = instances
  let started = 0
  const client = async () => {
    while (left > 0) {
      left -= 1
      const id = `r${Date.now().toString(36)}-${(started += 1).toString(36).padStart(6, '0')}`
      const over = new Promise<void>((resolve) => ended.set(id, resolve))
      const request = { processId: 'reference', processInstanceId: id, businessKey: id, initiator: 'li' }
      const answer = await runtime.start({ ...request, variables: { amount: 300, orderNo: id } })
      if (!answer.ok) throw new Error(answer.refusal.code)
      const done = await runtime.completeTask(tasks.get(id) ?? '', 'li', { approved: true })
      if (!done.ok) throw new Error(done.refusal.code)
      await over
      ended.delete(id)
      tasks.delete(id)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - began) / 1000
  stopListening()
  return instances / seconds
}

export interface RuntimeFigures {
  durable64: number
  durable1: number
  diskPerInstance: number
}

/** Durable instances per second, and bytes on disk for each that has ended, one trial. */
export async function measureRuntime(instances = { many: 20_000, single: 2000 }): Promise<RuntimeFigures> {
  const bench = await openBench()
  await run(bench, 64, 1000)
  const durable1 = await run(bench, 1, instances.single)
  const durable64 = await run(bench, 64, instances.many)
  await bench.close()
  const bytes = statSync(join(bench.dataDir, 'retour.db')).size
  rmSync(bench.dataDir, { recursive: true })
  return { durable64, durable1, diskPerInstance: bytes / (1000 + instances.single + instances.many) }
}
