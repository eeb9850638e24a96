import { describe, expect, it } from 'vitest'
import type { Resource } from '../../../workflows/runtime/face.ts'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import { findStuckInstances } from '../../../workflows/runtime/stuck-instances.ts'
import { bpmnXml, userTask } from '../../support/bpmn-xml.ts'
import { faultStore } from '../../support/fault-store.ts'
import { manualTime } from '../../support/manual-time.ts'
import { testRuntime, valueOf } from '../../support/test-runtime.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

const signal = '<signal id="S" name="go"/>'
const definition = '<signalEventDefinition id="d" signalRef="S"/>'

const waits: Resource = {
  kind: 'process',
  content: bpmnXml(
    'waits',
    [
      '<startEvent id="s"/>',
      userTask('work', 'li'),
      `<boundaryEvent id="news" attachedToRef="work" cancelActivity="false">${definition}</boundaryEvent>`,
      '<task id="heard"/>',
      '<endEvent id="e"/>',
    ],
    ['s -> work', 'work -> e', 'news -> heard', 'heard -> e'],
    [signal],
  ),
}

const starts: Resource = {
  kind: 'process',
  content: bpmnXml(
    'starts',
    [`<startEvent id="s2">${definition}</startEvent>`, userTask('also', 'li'), '<endEvent id="e2"/>'],
    ['s2 -> also', 'also -> e2'],
    [signal],
  ),
}

const throws: Resource = {
  kind: 'process',
  content: bpmnXml(
    'throws',
    [
      '<startEvent id="s3"/>',
      `<intermediateThrowEvent id="t">${definition}</intermediateThrowEvent>`,
      '<endEvent id="e3"/>',
    ],
    ['s3 -> t', 't -> e3'],
    [signal],
  ),
}

const start = async (test: TestRuntime, processId: string, processInstanceId: string) =>
  valueOf(await test.runtime.start({ processId, processInstanceId, variables: {}, businessKey: null, initiator: 'li' }))

const heard = async (test: TestRuntime, id: string) =>
  (await test.runtime.history(id)).filter((event) => event.type === 'signalCaught').length

const broadcast = async (test: TestRuntime, signalId = 'x') =>
  valueOf(await test.runtime.broadcastSignal({ signalId, name: 'go', variables: { by: signalId } })).reached

const started = (test: TestRuntime) => test.store.count('instances', { processId: 'starts' })

describe('a signal', () => {
  it('reaches every instance that waits, and starts every process that waits, with its variables', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits, starts], 'admin'))
    await start(test, 'waits', 'one')
    await start(test, 'waits', 'two')

    expect(await broadcast(test)).toBe(3)

    expect([await heard(test, 'one'), await heard(test, 'two'), await started(test)]).toEqual([1, 1, 1])
    expect((await test.runtime.instance('one'))?.variables).toEqual({ by: 'x' })
    expect(await test.store.count('signals')).toBe(0)
    expect(await findStuckInstances(test.store)).toEqual([])
  })

  it('with the same id is broadcast once', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits], 'admin'))
    await start(test, 'waits', 'one')

    await Promise.all([broadcast(test), broadcast(test)])
    await broadcast(test)
    expect(await heard(test, 'one')).toBe(1)

    await broadcast(test, 'y')
    expect(await heard(test, 'one')).toBe(2)
  })

  it('that is sent again does not reach who began to wait in between', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waits], 'admin'))
    await start(test, 'waits', 'one')
    await broadcast(test)
    await start(test, 'waits', 'two')

    expect(await broadcast(test)).toBe(0)

    expect([await heard(test, 'one'), await heard(test, 'two')]).toEqual([1, 0])
  })

  it('reaches the instance that throws it once', async () => {
    const test = testRuntime()
    const content = bpmnXml(
      'both',
      [
        '<startEvent id="s4"/>',
        '<parallelGateway id="fork"/>',
        userTask('work', 'li'),
        `<boundaryEvent id="news" attachedToRef="work" cancelActivity="false">${definition}</boundaryEvent>`,
        '<endEvent id="heard"/>',
        `<intermediateThrowEvent id="t2">${definition.replace('id="d"', 'id="d2"')}</intermediateThrowEvent>`,
        '<endEvent id="e4"/>',
      ],
      ['s4 -> fork', 'fork -> work', 'fork -> t2', 'work -> e4', 't2 -> e4', 'news -> heard'],
      [signal],
    )
    valueOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))

    await start(test, 'both', 'one')
    await test.runtime.settle()

    expect(await heard(test, 'one')).toBe(1)
  })

  it('starts nothing by the version of a process that another has replaced', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([starts], 'admin'))
    const plain = { ...starts, content: starts.content.replace(/<[^<]*signalEventDefinition[^>]*>/, '') }
    valueOf(await test.runtime.publish([plain], 'admin'))

    expect(await broadcast(test)).toBe(0)
  })

  it('that a process throws reaches each waiting instance once, wherever the server stops', async () => {
    for (const when of ['before', 'after'] as const)
      for (let at = 1, died = true; died; at += 1) {
        const store = createMemoryStore(runtimeCollections)
        const time = manualTime()
        const before = testRuntime({ store, time })
        valueOf(await before.runtime.publish([waits, starts, throws], 'admin'))
        await start(before, 'waits', 'one')
        await start(before, 'waits', 'two')
        const faulty = faultStore(store, at, when)
        const dying = testRuntime({ store: faulty.store, time })
        const work = start(dying, 'throws', 'thrower').then(() => dying.runtime.settle())
        await Promise.race([work, tick(() => faulty.isDead())])
        died = faulty.isDead()

        const after = testRuntime({ store, time })
        await start(after, 'throws', 'thrower')
        await after.runtime.settle()

        const found = [await heard(after, 'one'), await heard(after, 'two'), await started(after)]
        expect(found, `killed ${when} operation ${at}`).toEqual([1, 1, 1])
        expect(await after.store.count('signals')).toBe(0)
      }
  })
})

/** Resolves when a condition holds; asked again after everything that is ready has run. */
async function tick(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}
