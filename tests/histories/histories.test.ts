import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replay } from '../../workflows/engine/apply.ts'
import { findLeftovers, findStuckInstances } from '../../workflows/runtime/stuck-instances.ts'
import { orphansOf } from '../../workflows/runtime/scenario/expectation.ts'
import { done, open } from './kept.ts'
import type { Kept } from './kept.ts'
import { stories } from './stories.ts'

const folder = import.meta.dirname
const versions = readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? [one.name] : []))
const kept = versions.flatMap((version) =>
  readdirSync(join(folder, version)).map((name): [string, string] => [version, name.replace('.json', '')]),
)
const read = (version: string, name: string) =>
  JSON.parse(readFileSync(join(folder, version, `${name}.json`), 'utf8')) as Kept

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('what a version of the product has left', () => {
  it('is there for each story', () => {
    for (const version of versions) expect(readdirSync(join(folder, version))).not.toHaveLength(0)
    expect(kept.map(([, name]) => name)).toEqual(expect.arrayContaining(stories.map(({ name }) => name)))
  })

  it.each(kept)('%s %s: the history gives the stored state', async (version, name) => {
    const { instances, documents, ...rest } = read(version, name)
    const world = await open({ instances, documents, ...rest })
    for (const { id, events } of Object.values(instances)) {
      const stored = documents.find((one) => one.collection === 'instances' && one.id === id)
      expect(plain(replay(events))).toEqual(stored?.data)
      expect(plain(await world.runtime.history(id))).toEqual(events)
    }
    expect(Object.keys(instances).length).toBeGreaterThan(0)
    expect(
      documents.some((one) => one.collection === 'instances' && (one.data as { state: string }).state === 'active'),
    ).toBe(true)
    expect(await findStuckInstances(world.store)).toEqual([])
  })

  it.each(kept)('%s %s: the case goes on from there to its end', async (version, name) => {
    const { scenario, ...rest } = read(version, name)
    const world = await open({ scenario, ...rest })
    for (const step of scenario.steps ?? []) {
      await done(world, step, scenario)
      expect(await orphansOf(world)).toEqual([])
      for (const id of world.instanceIds())
        expect(plain(replay(await world.runtime.history(id)))).toEqual(plain(await world.instance(id)))
    }
    for (const id of world.instanceIds()) expect((await world.instance(id))?.state).not.toBe('active')
    expect(await findLeftovers(world.store)).toEqual([])
  })
})
