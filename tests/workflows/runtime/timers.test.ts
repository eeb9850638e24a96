import { describe, expect, it } from 'vitest'
import type { Resource } from '../../../workflows/runtime/face.ts'
import { runtimeCollections } from '../../../workflows/runtime/documents.ts'
import { createMemoryStore } from '../../../workflows/runtime/memory-store.ts'
import type { Store } from '../../../workflows/runtime/ports.ts'
import { bpmnXml, timerCatch, userTask } from '../../support/bpmn-xml.ts'
import { testRuntime, valueOf } from '../../support/test-runtime.ts'
import type { TestRuntime } from '../../support/test-runtime.ts'

const waitAnHour: Resource = {
  kind: 'process',
  content: bpmnXml(
    'p',
    ['<startEvent id="s"/>', timerCatch('wait', 'PT1H'), '<endEvent id="e"/>'],
    ['s -> wait', 'wait -> e'],
  ),
}

const cyclic = (cycle: string): Resource => ({
  kind: 'process',
  content: bpmnXml(
    'daily',
    [
      `<startEvent id="s"><timerEventDefinition id="t"><timeCycle>${cycle}</timeCycle></timerEventDefinition></startEvent>`,
      '<endEvent id="e"/>',
    ],
    ['s -> e'],
  ),
})

const start = async (test: TestRuntime, processId = 'p') =>
  valueOf(await test.runtime.start({ processId, variables: {}, businessKey: null, initiator: 'li' })).processInstanceId

const breathe = async () => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve()
}

describe('a timer', () => {
  it('fires at its millisecond, not one before', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waitAnHour], 'admin'))
    test.runtime.run()
    const id = await start(test)
    await breathe()

    test.advance(3_599_999)
    await breathe()
    expect((await test.runtime.instance(id))?.state).toBe('active')

    test.advance(1)
    await breathe()
    expect(await test.runtime.instance(id)).toMatchObject({ state: 'completed', endedAt: test.now() })
    expect(await test.store.count('timers')).toBe(0)
    await test.runtime.stop()
  })

  it('that came due while nothing ran fires once, as soon as something runs', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waitAnHour], 'admin'))
    const id = await start(test)
    test.advance(30 * 24 * 3_600_000)

    const later = testRuntime({ store: test.store, time: test })
    await later.runtime.settle()

    const fired = (await later.runtime.history(id)).filter((event) => event.type === 'timerFired')
    expect(fired).toHaveLength(1)
    expect((await later.runtime.instance(id))?.state).toBe('completed')
  })

  it('leaves nothing behind that waits when the runtime stops, also after something fell due while it looked', async () => {
    const store = createMemoryStore(runtimeCollections)
    let look = () => {}
    const looking = new Promise<number>((resolve) => (look = () => resolve(0)))
    const test = testRuntime({ store: { ...store, relay: () => looking } })
    valueOf(await test.runtime.publish([waitAnHour], 'admin'))
    test.runtime.run()
    test.advance(0)
    await start(test)
    test.advance(3_600_000)
    await start(test)

    look()
    await breathe()
    await test.runtime.stop()

    expect(test.waiting()).toBe(0)
  })

  it('fires once although two servers see it due', async () => {
    const test = testRuntime()
    const other = testRuntime({ store: test.store, time: test })
    valueOf(await test.runtime.publish([waitAnHour], 'admin'))
    const id = await start(test)
    test.advance(3_600_000)

    await Promise.all([test.runtime.settle(), other.runtime.settle()])

    expect((await test.runtime.history(id)).filter((event) => event.type === 'timerFired')).toHaveLength(1)
  })

  it('survives a store that fails while it is looked for', async () => {
    let broken = false
    const plain = testRuntime().store
    const store: Store = {
      ...plain,
      find: (collection, query) =>
        broken && collection === 'timers' ? Promise.reject(new Error('no connection')) : plain.find(collection, query),
    }
    const test = testRuntime({ store })
    valueOf(await test.runtime.publish([waitAnHour], 'admin'))
    test.runtime.run()
    const id = await start(test)
    await breathe()

    broken = true
    test.advance(3_600_000)
    await breathe()
    expect((await test.runtime.instance(id))?.state).toBe('active')
    broken = false
    test.advance(1000)
    await breathe()

    expect((await test.runtime.instance(id))?.state).toBe('completed')
    await test.runtime.stop()
  })

  it('of an ended instance is gone', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([waitAnHour], 'admin'))
    const id = await start(test)

    valueOf(await test.runtime.cancel(id, 'admin', null))

    expect(await test.store.count('timers')).toBe(0)
  })
})

describe('a timer start event', () => {
  const count = (test: TestRuntime) => test.store.count('instances')

  it('starts an instance each time, as often as the cycle says', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([cyclic('R2/PT1H')], 'admin'))
    await test.runtime.settle()
    expect(await count(test)).toBe(0)

    for (const expected of [1, 2, 2]) {
      test.advance(3_600_000)
      await test.runtime.settle()
      expect(await count(test)).toBe(expected)
    }
  })

  it('makes up for missed times once, and goes on in the future', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([cyclic('R/PT1H')], 'admin'))

    test.advance(10.5 * 3_600_000)
    await test.runtime.settle()
    expect(await count(test)).toBe(1)

    test.advance(0.5 * 3_600_000)
    await test.runtime.settle()
    expect(await count(test)).toBe(2)
  })

  it('of an old version stops when a new one is published', async () => {
    const test = testRuntime()
    valueOf(await test.runtime.publish([cyclic('R/PT1H')], 'admin'))
    valueOf(await test.runtime.publish([cyclic('R/PT2H')], 'admin'))
    expect(await test.store.count('timers')).toBe(1)

    test.advance(3_600_000)
    await test.runtime.settle()
    expect(await count(test)).toBe(0)
    test.advance(3_600_000)
    await test.runtime.settle()

    const [instance] = (await test.store.find<{ definitionVersion: number }>('instances', { limit: 10 })).items
    expect(instance?.data.definitionVersion).toBe(2)
  })
})

describe('a boundary timer and its task at the same millisecond', () => {
  it('give exactly one of the two', async () => {
    const test = testRuntime()
    const content = bpmnXml(
      'race',
      [
        '<startEvent id="s"/>',
        userTask('work', 'li'),
        '<boundaryEvent id="late" attachedToRef="work"><timerEventDefinition id="t"><timeDuration>PT1H</timeDuration></timerEventDefinition></boundaryEvent>',
        '<endEvent id="done"/>',
        '<endEvent id="expired"/>',
      ],
      ['s -> work', 'work -> done', 'late -> expired'],
    )
    valueOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))
    const id = await start(test, 'race')
    const task = (await test.store.find<{ taskId: string }>('tasks', { limit: 1 })).items[0]
    test.advance(3_600_000)

    await Promise.all([test.runtime.completeTask(task!.data.taskId, 'li', {}), test.runtime.settle()])

    const ends = (await test.runtime.history(id)).filter(
      (event) =>
        event.type === 'elementMoved' && event.to === 'completed' && ['done', 'expired'].includes(event.elementId),
    )
    expect(ends).toHaveLength(1)
    expect(await test.store.count('timers')).toBe(0)
    expect(await test.store.count('tasks', { state: 'open' })).toBe(0)
  })
})

describe('timers of one instance that are overdue together', () => {
  it('fire in the order of their times', async () => {
    const test = testRuntime()
    const content = bpmnXml(
      'two',
      [
        '<startEvent id="s"/>',
        '<parallelGateway id="fork"/>',
        timerCatch('later', 'PT2H'),
        timerCatch('sooner', 'PT1H'),
        '<endEvent id="e"/>',
      ],
      ['s -> fork', 'fork -> later', 'fork -> sooner', 'later -> e', 'sooner -> e'],
    )
    valueOf(await test.runtime.publish([{ kind: 'process', content }], 'admin'))
    const request = { processId: 'two', variables: {}, businessKey: null, initiator: 'li' }
    const { processInstanceId } = valueOf(await test.runtime.start(request))

    test.advance(86_400_000)
    await test.runtime.settle()

    const fired = (await test.runtime.history(processInstanceId)).flatMap((event) =>
      event.type === 'timerFired' ? [event.elementId] : [],
    )
    expect(fired).toEqual(['sooner', 'later'])
  })
})
