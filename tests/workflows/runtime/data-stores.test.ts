import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { bpmnXml, serviceTask } from '../../support/bpmn-xml.ts'
import { faultStore } from '../../support/fault-store.ts'
import { manualTime } from '../../support/manual-time.ts'
import { codeOf, testRuntime, valueOf } from '../../support/test-runtime.ts'

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

const afterAJob = bpmnXml(
  'later',
  [
    '<dataStoreReference id="ref" dataStoreRef="shared"/>',
    '<startEvent id="s"/>',
    serviceTask('ask', 'ask'),
    '<scriptTask id="keep"><extensionElements><zeebe:script expression="=1" resultVariable="one"/></extensionElements><ioSpecification><dataOutput id="o" name="one"/><inputSet/><outputSet><dataOutputRefs>o</dataOutputRefs></outputSet></ioSpecification><dataOutputAssociation><sourceRef>o</sourceRef><targetRef>ref</targetRef></dataOutputAssociation></scriptTask>',
    '<endEvent id="e"/>',
  ],
  ['s -> ask', 'ask -> keep', 'keep -> e'],
  ['<dataStore id="shared" name="counter"/>'],
)

/** Announced by a server that died before its instance was committed. */
async function halfWritten(store: Store, until: string): Promise<void> {
  const pending = { id: 'of-the-dead', value: 7, processInstanceId: 'never', until }
  const aggregate = { collection: 'dataStores', id: 'counter', expectedVersion: 0, data: { value: null, pending } }
  await store.commit({ aggregate, followUps: [] })
}

describe('a data store', () => {
  it('with the write of a server that died refuses a start that it cannot write for yet, rather than lose it', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))
    await halfWritten(test.store, '2026-03-02T01:00:30.000Z')
    const start = () => server('a', test.store, test).start('one')

    expect(codeOf(await start())).toBe('instance.busy')
    test.advance(30_000)

    valueOf(await start())
    expect(await counted(test.store)).toEqual([1])
  })

  it('keeps a job waiting for it, and gives no attempt of it away', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([{ kind: 'process', content: afterAJob }], 'admin'))
    valueOf(
      await test.runtime.start({
        processId: 'later',
        variables: {},
        businessKey: null,
        initiator: 'li',
        processInstanceId: 'one',
      }),
    )
    await halfWritten(test.store, '2026-03-02T01:00:30.000Z')
    const attempts: number[] = []
    test.runtime.registerWorker('ask', async ({ attempt }) => {
      attempts.push(attempt)
      return { kind: 'complete' }
    })

    await test.runtime.settle()
    expect(await test.store.count('jobs')).toBe(1)
    test.advance(30_000)
    await test.runtime.settle()

    expect((await test.runtime.instance('one'))?.state).toBe('completed')
    expect(attempts).toEqual([1, 1])
  })

  it('tells whoever answers a job by hand that it cannot take the answer yet', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([{ kind: 'process', content: afterAJob }], 'admin'))
    valueOf(await test.runtime.start({ processId: 'later', variables: {}, businessKey: null, initiator: 'li' }))
    await halfWritten(test.store, '2026-03-02T01:00:30.000Z')
    const [job] = (await test.store.find('jobs', { limit: 1 })).items

    expect(codeOf(await test.runtime.answerJob(job!.id, { kind: 'complete' }))).toBe('instance.busy')
    test.advance(30_000)
    expect(codeOf(await test.runtime.answerJob(job!.id, { kind: 'complete' }))).toBe('ok')
    expect(await test.store.count('jobs')).toBe(0)
  })

  it('does not wait for the dead where no other server can be', async () => {
    const test = testRuntime({ alone: true })
    valueOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))
    await halfWritten(test.store, '2026-03-02T01:00:30.000Z')

    valueOf(
      await test.runtime.start({
        processId: 'counter-process',
        variables: {},
        businessKey: null,
        initiator: 'li',
        processInstanceId: 'one',
      }),
    )

    expect(await counted(test.store)).toEqual([1])
  })

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
