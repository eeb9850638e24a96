import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { faultStore } from '../../support/fault-store.ts'
import { manualTime } from '../../support/manual-time.ts'
import { testRuntime, valueOf } from '../../support/test-runtime.ts'

const content = readFileSync(
  new URL('../../conformance/bpmn/scopes/data-store/counter.bpmn', import.meta.url).pathname,
  'utf8',
)

/** A server of its own on a store that others use too: counts up the shared counter with each start. */
function server(name: string, store: Store, time = manualTime()) {
  let count = 0
  const { runtime } = testRuntime({ store, time, ids: { next: () => `${name}${(count += 1)}` } })
  const start = (processInstanceId: string) =>
    runtime.start({
      processId: 'counter-process',
      variables: {},
      businessKey: null,
      initiator: 'li',
      processInstanceId,
    })
  return { runtime, start }
}

const breathe = async (isOver: () => boolean) => {
  for (let turn = 0; turn < 200 && !isOver(); turn += 1) await new Promise((done) => setImmediate(done))
}

const counted = async (store: Store) => {
  const { items } = await store.find<{ variables: { result: number } }>('instances', { limit: 100 })
  return items.map(({ data }) => data.variables.result).sort((a, b) => a - b)
}

describe('a data store', () => {
  it('loses no write of instances that run at the same time', async () => {
    const store = createMemoryStore(runtimeCollections)
    const { runtime, start } = server('a', store)
    valueOf(await runtime.publish([{ kind: 'process', content }], 'admin'))

    await Promise.all(Array.from({ length: 20 }, (_, index) => start(`one-${index}`)))

    expect(await counted(store)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  it('loses none of two servers either: one that was too slow takes its step again', async () => {
    const store = createMemoryStore(runtimeCollections)
    const [one, two] = [server('a', store), server('b', store)]
    valueOf(await one.runtime.publish([{ kind: 'process', content }], 'admin'))

    await Promise.all(
      Array.from({ length: 10 }, (_, index) => [one.start(`one-${index}`), two.start(`two-${index}`)]).flat(),
    )

    const values = await counted(store)
    expect(values).toEqual(values.map((_, index) => index + 1))
  })

  it.each(['before', 'after'] as const)(
    'has exactly the writes of the instances that are there, wherever a server stops (%s an operation)',
    async (when) => {
      for (let dieAt = 1; ; dieAt += 1) {
        const store = createMemoryStore(runtimeCollections)
        const time = manualTime()
        const first = server('a', store, time)
        valueOf(await first.runtime.publish([{ kind: 'process', content }], 'admin'))
        valueOf(await first.start('one'))

        const fault = faultStore(store, dieAt, when)
        let finished = false
        void server('b', fault.store, time)
          .start('two')
          .then(() => (finished = true))
        await breathe(() => finished || fault.isDead())
        time.advance(60_000)
        valueOf(await server('c', store, time).start('three'))

        const values = await counted(store)
        expect(values).toEqual(values.map((_, index) => index + 1))
        if (!fault.isDead()) return
      }
    },
  )
})
