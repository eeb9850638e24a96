import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { openStore } from '../../server/database/store.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import type { JobOutcome } from '../../workflows/runtime/face.ts'
import { createMemoryStore } from '../../workflows/runtime/memory-store.ts'
import type { Store } from '../../workflows/runtime/ports.ts'
import { kindOf } from '../../workflows/runtime/scenario/run-scenario.ts'
import { rowOf, trialsOf } from './measure.ts'
import type { Group } from './measure.ts'
import { benchRuntime } from './runtime.ts'

const scenarioFile = join(import.meta.dirname, '../../templates/after-sales/scenarios/p10-01-automatic.scenario.json')

/** The parts of the pack's first scenario that say what is published, what starts, and what each job answers. */
interface Story {
  files: string[]
  process: string
  jobs: Record<string, { complete?: JsonObject }>
  steps: [{ start: { variables: JsonObject } }]
}

/** The pack's cancellation that goes through alone, every job answered at once; instances per second on a store. */
async function story(store: Store, clients: number, instances: number): Promise<number> {
  const { files, process, jobs, steps } = JSON.parse(readFileSync(scenarioFile, 'utf8')) as Story
  const runtime = benchRuntime(store)
  const published = await runtime.publish(
    files.map((name) => {
      const kind = kindOf(name)
      if (kind === null) throw new Error(`${name} cannot be published`)
      return { kind, content: readFileSync(resolve(dirname(scenarioFile), name), 'utf8') }
    }),
    'bench',
  )
  if (!published.ok) throw new Error(published.refusal.message.en)
  const dueAt = new Date(Date.now() + 86_400_000).toISOString()
  for (const [jobType, { complete = {} }] of Object.entries(jobs)) {
    // The scenario's own day is over; its deadline must not be.
    const variables = jobType === 'case.open' ? { case: { ...(complete['case'] as JsonObject), dueAt } } : complete
    const outcome: JobOutcome = { kind: 'complete', variables }
    runtime.registerWorker(jobType, async () => outcome)
  }
  const ended = new Map<string, (state: string) => void>()
  const stopListening = runtime.listen(({ instance }) => {
    if (instance.state !== 'active') ended.get(instance.id)?.(instance.state)
  })
  runtime.run()
  let started = 0
  const client = async () => {
    while (started < instances) {
      const id = `AS${String((started += 1)).padStart(8, '0')}`
      const over = new Promise<string>((resolve) => ended.set(id, resolve))
      const variables = { ...steps[0].start.variables, case: { caseNo: id } }
      const request = { processId: process, processInstanceId: id, businessKey: id, initiator: 'customer', variables }
      const answer = await runtime.start(request)
      if (!answer.ok) throw new Error(answer.refusal.code)
      if ((await over) !== 'completed') throw new Error(`${id} did not complete`)
      ended.delete(id)
    }
  }
  const began = performance.now()
  await Promise.all(Array.from({ length: clients }, client))
  const seconds = (performance.now() - began) / 1000
  stopListening()
  await runtime.stop()
  return instances / seconds
}

async function storyOnDisk(instances: number): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'retour-story-'))
  const store = await openStore({ dataDir }, runtimeCollections, { inThread: true })
  try {
    return await story(store, 64, instances)
  } finally {
    await store.close()
    rmSync(dataDir, { recursive: true })
  }
}

/** The pack's story from start to end, by the clock on the wall. */
export const storyRows: Group = {
  rows: ['story.inMemory', 'story.durable'],
  async measure({ quick, trials }) {
    const instances = quick ? 300 : 1000
    const inMemory = await trialsOf(trials, () => story(createMemoryStore(runtimeCollections), 64, instances))
    const onDisk = await trialsOf(trials, () => storyOnDisk(instances))
    return [rowOf('story.inMemory', 'per second', inMemory), rowOf('story.durable', 'per second', onDisk)]
  },
}
