import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { EngineEvent } from '../../workflows/engine/events.ts'
import { runtimeCollections } from '../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../workflows/runtime/memory-store.ts'
import type { Page, Store } from '../../workflows/runtime/ports.ts'
import type { Scenario, Step } from '../../workflows/runtime/scenario/format.ts'

import { perform } from '../../workflows/runtime/scenario/perform.ts'
import { readScenario } from '../../workflows/runtime/scenario/read-scenario.ts'
import { kindOf } from '../../workflows/runtime/scenario/run-scenario.ts'
import { createWorld } from '../../workflows/runtime/scenario/world.ts'
import type { World } from '../../workflows/runtime/scenario/world.ts'
import type { Story } from './stories.ts'

interface KeptDocument {
  collection: string
  id: string
  version: number
  data: unknown
}

/** A store as one version of the product left it, and all that is needed to go on there. */
export interface Kept {
  story: string
  /** Version of the product that wrote it. */
  version: string
  /** Its people, calendars, workers, and the steps that are left. */
  scenario: Scenario
  now: string
  /** Instances by the names that the steps use, with their histories as events. */
  instances: Record<string, { id: string; processId: string; events: EngineEvent[] }>
  documents: KeptDocument[]
}

const conformance = resolve(import.meta.dirname, '../conformance')

async function allOf(store: Store): Promise<KeptDocument[]> {
  const found: KeptDocument[] = []
  for (const { name: collection } of runtimeCollections)
    for (let after: string | null = ''; after !== null;) {
      const query = { limit: 500, ...(after === '' ? {} : { after }) }
      const page: Page<unknown> = await store.find(collection, query)
      found.push(...page.items.map(({ id, version, data }) => ({ collection, id, version, data })))
      after = page.next
    }
  return found
}

export async function done(world: World, step: Step, { process }: Scenario): Promise<void> {
  const named = step.start && process !== undefined ? { start: { process, ...step.start } } : step
  const performed = await perform(world, named)
  if (performed.state === 'ok') return
  const why = performed.state === 'failed' ? performed.message : performed.refusal.code
  throw new Error(`${JSON.stringify(step)}: ${why}`)
}

/** Plays the beginning of a story; clock and ids are the scenario's, so the same code gives the same text. */
export async function record({ name, scenario: file, stop }: Story, version: string): Promise<Kept> {
  const path = join(conformance, `${file}.scenario.json`)
  const read = readScenario(readFileSync(path, 'utf8'))
  if (!read.ok) throw new Error(`${file}: ${read.message}`)
  const { scenario } = read
  const world = createWorld(scenario)
  const resources = scenario.files.map((one) => ({
    kind: kindOf(one)!,
    content: readFileSync(join(dirname(path), one), 'utf8'),
  }))
  const published = await world.runtime.publish(resources, 'system')
  if (!published.ok) throw new Error(`${file}: ${published.refusal.code}`)
  await world.runtime.settle()
  const steps = scenario.steps ?? []
  for (const step of steps.slice(0, stop)) await done(world, step, scenario)
  const instances: Kept['instances'] = {}
  for (const id of world.instanceIds()) {
    const instance = await world.instance(id)
    const events = await world.runtime.history(id)
    if (instance) instances[world.nameOf(id)] = { id, processId: instance.processId, events }
  }
  const left = { ...scenario, steps: steps.slice(stop) }
  return { story: name, version, scenario: left, now: world.now(), instances, documents: await allOf(world.store) }
}

/** One line for each document and each event, so that a difference is read easily. */
export function write({ instances, documents, ...rest }: Kept): string {
  const lines = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).join(',\n')
  const told = Object.entries(instances).map(
    ([name, { id, processId, events }]) =>
      `${JSON.stringify(name)}:{"id":${JSON.stringify(id)},"processId":${JSON.stringify(processId)},"events":[\n${lines(events)}]}`,
  )
  const head = Object.entries(rest).map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  return `{${head.join(',\n')},\n"instances":{\n${told.join(',\n')}},\n"documents":[\n${lines(documents)}]}\n`
}

/** A world that goes on where a version left it: each document with the version that it had. */
export async function open({ scenario, now, instances, documents }: Kept): Promise<World> {
  const store = createMemoryStore(runtimeCollections)
  for (const { collection, id, version, data } of documents)
    for (let expectedVersion = 0; expectedVersion < version; expectedVersion += 1) {
      const written = await store.commit({ aggregate: { collection, id, expectedVersion, data }, followUps: [] })
      if (!written.ok) throw new Error(`${collection} ${id} cannot be kept: ${written.reason}`)
    }
  return createWorld(scenario, { store, now, instances })
}
